import { invalidArgument } from '../errors';
import { createRandom } from '../random';
import { type Dataset, imagesOf, joinBytes, makeDataset, subset, USAGES, type Usage } from './dataset';
import { holdOut } from './stratify';

/** The parts of a data set, as indices into it; an absent part is empty. */
export interface Parts {
	readonly train?: ArrayLike<number>;
	/** Selects the best epoch and the temperature. */
	readonly validation?: ArrayLike<number>;
	readonly test?: ArrayLike<number>;
}

/** The usage that the protocol `official` takes for each part. */
const ROLES: Readonly<Record<keyof Parts, Usage>> = {
	train: 'Training',
	validation: 'PublicTest',
	test: 'PrivateTest',
};

/**
 * Sets the usages of a data set so that the protocol `official` splits it into these parts, as it
 * splits FER2013. Images in no part are left out; the others keep their order.
 * @throws {RangeError} If an index is out of range or occurs twice.
 */
export function withParts(dataset: Dataset, parts: Parts): Dataset {
	const size = dataset.labels.length;
	const roles = new Map<number, number>();
	for (const part of Object.keys(ROLES) as (keyof Parts)[]) {
		for (const index of Array.from(parts[part] ?? [])) {
			if (!Number.isInteger(index) || index < 0 || index >= size) {
				throw invalidArgument(part, `integers from 0 to ${size - 1}`, index);
			}
			if (roles.has(index)) throw invalidArgument(part, 'images that occur once, in one part,', index);
			roles.set(index, USAGES.indexOf(ROLES[part]));
		}
	}
	const kept = [...roles.keys()].sort((a, b) => a - b);
	const chosen = kept.length === size ? dataset : subset(dataset, kept);
	return makeDataset({ ...chosen, usage: Uint8Array.from(kept, (index) => roles.get(index) ?? 0) });
}

/**
 * Concatenates data sets.
 * @param name The name of the result, which counts as drawn if one of the data sets is.
 * @throws {RangeError} If there are none, if shapes or classes differ, or if only some have usages.
 */
export function joinDatasets(name: string, datasets: readonly Dataset[]): Dataset {
	const [first, ...others] = datasets;
	if (!first) throw invalidArgument('datasets', 'at least one data set', 'none');
	const kindOf = ({ shape, emotions, usage }: Dataset) => JSON.stringify({ shape, emotions, divided: Boolean(usage) });
	const other = others.find((dataset) => kindOf(dataset) !== kindOf(first));
	if (other) {
		const expected = `data sets of one shape, with the same classes, all or none divided (${kindOf(first)}),`;
		throw invalidArgument('datasets', expected, kindOf(other), 'Read all with the same size and channels.');
	}
	return makeDataset({
		...first,
		name,
		drawn: datasets.some(({ drawn }) => drawn),
		pixels: joinBytes(datasets.map(({ pixels }) => pixels)),
		labels: joinBytes(datasets.map(({ labels }) => labels)),
		usage: first.usage && joinBytes(datasets.map(({ usage = new Uint8Array() }) => usage)),
	});
}

/**
 * Splits RAF-DB, which has no validation part: a stratified fraction of the training part is held out
 * for validation, rounded as in scikit-learn's `train_test_split`.
 * @param dataset As `readRafDb` returns it.
 * @param seed Integer; determines the validation part.
 * @throws {RangeError} If the data set is not divided into Training and Test, or is too small to split.
 */
export function rafDbParts(dataset: Dataset, seed: number, validationFraction = 0.1): Required<Parts> {
	const [training, test] = [imagesOf(dataset, 'Training'), imagesOf(dataset, 'Test')];
	const { labels } = dataset;
	if (training.length === 0 || test.length === 0 || training.length + test.length < labels.length) {
		const received = `one with ${training.length} and ${test.length} of ${labels.length} images`;
		throw invalidArgument('dataset', 'a data set divided into Training and Test', received);
	}
	const sides = holdOut({ labels, indices: training, fraction: validationFraction }, createRandom(seed, 2));
	return { train: sides.kept, validation: sides.heldOut, test };
}
