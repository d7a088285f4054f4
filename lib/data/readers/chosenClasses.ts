import { DataError, invalidArgument } from '../../errors';
import { didYouMean, labelOfName } from './classNames';

const SHOWN = 20;

/**
 * Finds chosen classes among those of a source: by name in any case, else by emotion, so that `happy` finds `Happiness`.
 * @param found The class of each image, as the source names it.
 * @returns The names of the classes as the source has them, by their new labels, and the new label of each class found.
 * @throws {DataError} If a chosen class has no image.
 * @throws {RangeError} If two chosen names are the same class.
 */
export function chosenLabels(found: Iterable<string>, chosen: readonly string[], place: string) {
	const names = [...new Set(found)];
	const labels = new Map<string, number>();
	const emotions = chosen.map((choice, label) => {
		const lower = choice.trim().toLowerCase();
		const named = names.filter((name) => name.toLowerCase() === lower);
		const emotion = labelOfName(lower);
		const meant = names.filter((name) => emotion !== undefined && labelOfName(name) === emotion);
		const matches = named.length > 0 ? named : meant;
		if (matches.length === 0) throw absent(choice, names, place);
		if (matches.some((name) => labels.has(name))) {
			throw invalidArgument('classes', 'different classes', chosen, `${JSON.stringify(choice)} comes twice.`);
		}
		for (const name of matches) labels.set(name, label);
		return matches[0];
	});
	return { emotions, labels };
}

function absent(choice: string, names: readonly string[], place: string): DataError {
	const shown = names.slice(0, SHOWN).join(', ') + (names.length > SHOWN ? ' ...' : '');
	const remedy = `${didYouMean(choice, names)}Choose among the classes that have images.`;
	return new DataError(`images of the class ${JSON.stringify(choice)}`, place, `those of ${shown || 'none'}`, remedy);
}

/** Gives files the labels of the chosen classes; files of other classes get the name of theirs, under which they count. */
export function chooseFiles<File extends { readonly label: number | string }>(
	files: readonly File[],
	emotions: readonly string[],
	chosen: readonly string[] | undefined,
	place: string,
): { readonly files: readonly File[]; readonly emotions: readonly string[] } {
	if (!chosen) return { files, emotions };
	const nameOf = ({ label }: File) => (typeof label === 'number' ? emotions[label] : label);
	const choice = chosenLabels(files.map(nameOf), chosen, place);
	const relabelled = files.map((file) => ({ ...file, label: choice.labels.get(nameOf(file)) ?? nameOf(file) }));
	return { files: relabelled, emotions: choice.emotions };
}
