import { type Dataset, makeDataset, subset, USAGES, type Usage } from '../data/dataset';
import { imagesOf } from '../data/split';
import { holdOut } from '../data/stratify';
import { invalidArgument } from '../errors';
import type { OnProgress } from '../progress';
import { createRandom } from '../random';
import { type EvaluatedViews, judgeViews, type Trained } from './evaluate';
import { averageViews, predictEachView, VIEWS } from './tta';

/** What the images of a data set are for, as indices into it; a part that is left out is empty. */
export interface Parts {
	readonly train?: ArrayLike<number>;
	/** To choose the epoch and the temperature by. */
	readonly validation?: ArrayLike<number>;
	readonly test?: ArrayLike<number>;
}

/** FER2013's name for each part: what the protocol `official` takes it from. */
const ROLES: Readonly<Record<keyof Parts, Usage>> = {
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

/** What a network gives on images of a data set that need not be its own. */
export interface CrossEvaluation {
	/** Labels of the classes that the images have, in ascending order. */
	readonly present: readonly number[];
	/**
	 * The network chooses among all its classes: to name one that the images do not have is a mistake. Macro F1 is the mean
	 * over the classes that they have (scikit-learn's `f1_score(..., labels=present, average='macro')`).
	 */
	readonly allClasses: EvaluatedViews;
	/**
	 * The network chooses among the classes that the images have: the logits of the others are left out of each view before
	 * its softmax. Labels are places in `present`. Absent where the images have all classes.
	 */
	readonly presentClasses?: EvaluatedViews;
}

/** Options of `evaluateOn`. */
export interface EvaluateOnOptions {
	/** `[size of the data set]`: images of one number are one person's, and intervals are over persons. Default: over images. */
	readonly groups?: ArrayLike<number>;
	readonly onProgress?: OnProgress;
	/** What the progress says is being done. Default `Test on` and the data set's name. */
	readonly stage?: string;
}

/**
 * Judges a trained network on images of any data set, with its own test-time augmentation: seven-way and, for sets
 * without neutral such as CK+48, six-way too.
 * @param indices Images of `dataset`.
 * @throws {RangeError} If the data set has other classes than the network, or there is no image.
 */
export async function evaluateOn(
	{ config, dataset: own, backbone, classifier }: Pick<Trained, 'config' | 'dataset' | 'backbone' | 'classifier'>,
	dataset: Dataset,
	indices: ArrayLike<number>,
	{ groups, onProgress, stage = `Test on ${dataset.name}` }: EvaluateOnOptions = {},
): Promise<CrossEvaluation> {
	if (dataset.emotions.join() !== own.emotions.join()) {
		throw invalidArgument('dataset.emotions', `the classes of the network (${own.emotions})`, dataset.emotions);
	}
	if (indices.length === 0) throw invalidArgument('indices', 'at least one image', 'none');
	const classes = dataset.emotions.length;
	const { views, average } = config.tta;
	const options = { backbone, imageSize: config.imageSize, onProgress, views: VIEWS[views], stage };
	const logits = await predictEachView(classifier.model, dataset, indices, options);
	const trueLabels = Uint8Array.from(indices, (index) => dataset.labels[index]);
	const bootstrap = { seed: config.seed, groups: groups && Uint32Array.from(indices, (index) => groups[index]) };
	const present = [...new Set(trueLabels)].sort((a, b) => a - b);
	const allClasses = judgeViews(trueLabels, averageViews(logits, classes, average), bootstrap, present);
	if (present.length === classes) return { present, allClasses };
	const shown = logits.map((view) => pickColumns(view, classes, present));
	const places = trueLabels.map((label) => present.indexOf(label));
	const presentClasses = judgeViews(places, averageViews(shown, present.length, average), bootstrap);
	return { present, allClasses, presentClasses };
}

/** Some columns of `[n, columns]`, as `[n, chosen.length]`. */
function pickColumns(values: Float32Array, columns: number, chosen: readonly number[]): Float32Array {
	const width = chosen.length;
	return Float32Array.from({ length: (values.length / columns) * width }, (_, place) => {
		return values[Math.floor(place / width) * columns + chosen[place % width]];
	});
}
