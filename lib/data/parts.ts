import { invalidArgument } from '../errors';
import { createRandom } from '../random';
import { type Dataset, makeDataset, subset, USAGES, type Usage } from './dataset';
import { imagesOf } from './split';
import { holdOut } from './stratify';

/** What the images of a data set are for, as indices into it; a part that is left out is empty. */
export interface Parts {
	readonly train?: ArrayLike<number>;
	/** To choose the epoch and the temperature by. */
	readonly validation?: ArrayLike<number>;
	readonly test?: ArrayLike<number>;
}

/** FER2013's name for each part: what the protocol `official` takes it from. */
export const ROLES: Readonly<Record<keyof Parts, Usage>> = {
	train: 'Training',
	validation: 'PublicTest',
	test: 'PrivateTest',
};

/**
 * Gives the images of a data set the usages that the protocol `official` reads, so that any set is trained, validated and
 * tested as FER2013 is. Images in no part are left out; the others keep their order.
 * @throws {RangeError} If an index is no image's, or stands in two parts.
 */
export function withParts(dataset: Dataset, parts: Parts): Dataset {
	const size = dataset.labels.length;
	const roles = new Map<number, number>();
	for (const part of Object.keys(ROLES) as (keyof Parts)[]) {
		for (const index of Array.from(parts[part] ?? [])) {
			if (!Number.isInteger(index) || index < 0 || index >= size) {
				throw invalidArgument(part, `integers from 0 to ${size - 1}`, index);
			}
			if (roles.has(index)) throw invalidArgument(part, 'images that stand in one part, once,', index);
			roles.set(index, USAGES.indexOf(ROLES[part]));
		}
	}
	const kept = [...roles.keys()].sort((a, b) => a - b);
	const chosen = kept.length === size ? dataset : subset(dataset, kept);
	return makeDataset({ ...chosen, usage: Uint8Array.from(kept, (index) => roles.get(index) ?? 0) });
}

/**
 * Puts data sets together, one behind the other.
 * @param name Of the whole, for captions; it counts as drawn if one of them is.
 * @throws {RangeError} If there is none, if shapes or classes differ, or if only some have usages.
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
	const joined = (arrays: readonly Uint8Array[]) => {
		const all = new Uint8Array(arrays.reduce((sum, { length }) => sum + length, 0));
		let filled = 0;
		for (const array of arrays) {
			all.set(array, filled);
			filled += array.length;
		}
		return all;
	};
	return makeDataset({
		...first,
		name,
		drawn: datasets.some(({ drawn }) => drawn),
		pixels: joined(datasets.map(({ pixels }) => pixels)),
		labels: joined(datasets.map(({ labels }) => labels)),
		usage: first.usage && joined(datasets.map(({ usage = new Uint8Array() }) => usage)),
	});
}

/**
 * Divides RAF-DB, which has a training and a test part only: a stratified share of the training part becomes the
 * validation part, as scikit-learn's `train_test_split` rounds it.
 * @param dataset As `readRafDb` gives it.
 * @param seed Whole number; another gives another validation part.
 * @throws {RangeError} If the data set does not have these two parts, or is too small to be divided.
 */
export function rafDbParts(dataset: Dataset, seed: number, validationFraction = 0.1): Required<Parts> {
	const [training, test] = [imagesOf(dataset, 'Training'), imagesOf(dataset, 'Test')];
	if (training.length === 0 || test.length === 0 || training.length + test.length < dataset.labels.length) {
		const received = `one with ${training.length} and ${test.length} of ${dataset.labels.length} images`;
		throw invalidArgument('dataset', 'a data set divided into Training and Test', received);
	}
	const { labels } = dataset;
	const sides = holdOut({ labels, indices: training, fraction: validationFraction }, createRandom(seed, 2));
	return { train: sides.kept, validation: sides.heldOut, test };
}
