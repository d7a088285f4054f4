import { EMOTIONS } from '../emotions';
import { invalidArgument } from '../errors';
import { type Dataset, labelsAt, makeDataset, subset } from './dataset';
import { labelOfName } from './readers/classNames';
import { countEach } from './readers/faceSet';

/**
 * Maps a data set to the classes of a network by their names: in any case, and emotions by their synonyms too (`anger` is
 * `angry`). Images of other classes are left out and counted.
 * @param classes The classes of the network, by label.
 * @param name What the classes of the data set are called in an error. Default `data`.
 * @throws {RangeError} If none of the classes has images.
 */
export function mapClasses(
	dataset: Dataset,
	classes: readonly string[],
	name = 'data',
): { readonly dataset: Dataset; readonly dropped: Readonly<Record<string, number>> } {
	const { emotions, labels } = dataset;
	if (emotions.join() === classes.join()) return { dataset, dropped: {} };
	const names = classes.map(canonical);
	const mapped = emotions.map((name) => {
		// A network may have two names of one emotion: the same name comes first.
		const same = classes.findIndex((each) => each.toLowerCase() === name.toLowerCase());
		return same >= 0 ? same : names.indexOf(canonical(name));
	});
	const kept = Uint32Array.from(labels.keys()).filter((index) => mapped[labels[index]] >= 0);
	if (kept.length === 0) {
		const expected = `a data set with images of ${classes.join(', ')}`;
		throw invalidArgument(name, expected, emotions.join(', '), 'These are the classes of the network.');
	}
	const chosen = kept.length === labels.length ? dataset : subset(dataset, kept);
	const others = Array.from(labels).flatMap((label) => (mapped[label] < 0 ? emotions[label] : []));
	const newLabels = labelsAt(dataset, kept).map((label) => mapped[label]);
	return { dataset: makeDataset({ ...chosen, emotions: classes, labels: newLabels }), dropped: countEach(others) };
}

/** The name of an emotion, or the name in lower case. */
function canonical(name: string): string {
	const label = labelOfName(name);
	return label === undefined ? name.toLowerCase() : EMOTIONS[label];
}
