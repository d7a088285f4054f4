import { EMOTIONS } from '../../emotions';
import { DataError, misspelled } from '../../errors';
import { areNumbers } from './classFolders';
import { classOfName, didYouMean } from './classNames';

/** The labels of a source that gives one for each image, as it writes them. */
export interface SourceLabels {
	/** `[images]`: `happy`, `3`, `3.0`. */
	readonly texts: readonly string[];
	/** The place of one of them, for errors: `row 3 of labels.csv`. */
	readonly whereOf: (index: number) => string;
	/** The name of the source, for errors. */
	readonly place: string;
}

/** What the labels of a source stand for. */
interface RowLabels {
	/** The class names, by label. */
	readonly emotions: readonly string[];
	/** `[images]`: the label; or the class to leave out, by which its images are counted. */
	readonly labels: readonly (number | string)[];
}

const CLASSES_AT_MOST = 256;

/**
 * Turns the labels of images into classes: our emotions if every label is the name of one or of a class we drop
 * (contempt); else the labels themselves, in alphabetical or numerical order, since the meaning of numbers is unknown.
 * @param classes Classes that the user has chosen among these; labels are then not compared with emotions.
 * @throws {DataError} If a label is missing, looks like a misspelled emotion among others, or is written in two ways.
 */
export function readRowLabels(source: SourceLabels, classes: readonly string[] = []): RowLabels {
	const texts = source.texts.map((text) => text.trim().replace(/^(\d+)\.0+$/, '$1'));
	const empty = texts.indexOf('');
	if (empty >= 0) throw new DataError('a label', source.whereOf(empty), 'none', 'Add it, or delete this row.');
	const names = [...new Set(texts)];
	if (names.every((name) => classOfName(name) !== undefined)) {
		return { emotions: EMOTIONS, labels: texts.map((text) => classOfName(text) ?? text) };
	}
	if (classes.length === 0) checkNames(names, texts, source);
	names.sort((a, b) => (areNumbers(names) ? Number(a) - Number(b) : a < b ? -1 : 1));
	const labels = new Map(names.map((name, label) => [name, label]));
	return { emotions: names, labels: texts.map((text) => labels.get(text) ?? text) };
}

/** Refuses labels that would become classes of their own by mistake. */
function checkNames(names: readonly string[], texts: readonly string[], { whereOf, place }: SourceLabels): void {
	if (names.length > CLASSES_AT_MOST) {
		const found = `${names.length} different ones, such as ${names[0]}`;
		throw new DataError(`labels of at most ${CLASSES_AT_MOST} classes`, place, found, 'Check the column of labels.');
	}
	const unknown = names.filter((name) => classOfName(name) === undefined);
	const present = new Set(names.map(classOfName));
	const absent = EMOTIONS.filter((_, label) => !present.has(label));
	const wrong = unknown.find((name) => misspelled(name, absent) !== undefined);
	const areOthersEmotions = unknown.length < names.length || unknown.every((name) => misspelled(name, absent));
	if (wrong !== undefined && areOthersEmotions) {
		const where = whereOf(texts.indexOf(wrong));
		throw new DataError(
			'an emotion',
			where,
			JSON.stringify(wrong),
			`${didYouMean(wrong, absent)}Correct this label, or take the labels as they are: --classes ${names.join(',')}`,
		);
	}
	const spellings = new Map(names.map((name) => [name.toLowerCase(), name]));
	const other = names.find((name) => spellings.get(name.toLowerCase()) !== name);
	if (other === undefined) return;
	const found = `${other} and ${spellings.get(other.toLowerCase())}`;
	throw new DataError('each class written in one way', place, found, 'Write it in one way.');
}
