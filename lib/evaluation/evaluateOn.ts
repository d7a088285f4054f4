import { type Dataset, labelsAt } from '../data/dataset';
import { invalidArgument } from '../errors';
import type { OnProgress } from '../progress';
import type { Trained } from './evaluate';
import { type Scores, scoresOf } from './scores';
import { averageViews, predictEachView } from './tta';

/** The scores of a network on images of any data set, with test-time augmentation. */
export interface CrossScores {
	/** Images scored. */
	readonly n: number;
	/** Labels of the classes that the images have, in ascending order. */
	readonly present: readonly number[];
	/**
	 * Predictions among all classes: a class that the images do not have is an error. Macro F1 is the mean over the classes
	 * in `present` (scikit-learn's `f1_score(..., labels=present, average='macro')`).
	 */
	readonly allClasses: Scores;
	/**
	 * Predictions among the classes in `present`: the logits of the others are removed from each view before its softmax.
	 * Absent if the images have all classes.
	 */
	readonly presentClasses?: Scores;
}

/** Options of `evaluateOn`. */
export interface EvaluateOnOptions {
	/** `[size of the data set]`: images with the same number, such as one person's, are resampled together. */
	readonly groups?: ArrayLike<number>;
	readonly onProgress?: OnProgress;
	/** Name of the work in progress reports. Default `Test on` and the data set's name. */
	readonly stage?: string;
}

/**
 * Evaluates a trained network on images of any data set, with its own test-time augmentation. Sets that lack classes, as
 * CK+48 lacks neutral, are also scored among their own classes only.
 * @param indices Images of `dataset`.
 * @throws {RangeError} If the data set's classes differ from the network's, or there is no image.
 * @example
 * ```ts
 * const { n, present, allClasses } = await fer.evaluateOn(run, dataset, [0, 1, 2]);
 * allClasses.accuracy; // on n = 3 faces, whose labels are in present
 * ```
 */
export async function evaluateOn(
	{ config, dataset: own, backbone, classifier }: Omit<Trained, 'split'>,
	dataset: Dataset,
	indices: ArrayLike<number>,
	{ groups, onProgress, stage = `Test on ${dataset.name}` }: EvaluateOnOptions = {},
): Promise<CrossScores> {
	const { emotions } = dataset;
	const n = indices.length;
	if (emotions.join() !== own.emotions.join()) {
		throw invalidArgument('dataset.emotions', `the classes of the network (${own.emotions})`, emotions);
	}
	if (n === 0) throw invalidArgument('indices', 'at least one image', 'none');
	const { imageSize, seed } = config;
	const { views, average } = config.tta;
	const options = { backbone, imageSize, onProgress, views, stage };
	const logits = await predictEachView(classifier.model, dataset, indices, options);
	const trueLabels = labelsAt(dataset, indices);
	const bootstrap = { seed, groups: groups && Uint32Array.from(indices, (index) => groups[index]) };
	const present = [...new Set(trueLabels)].sort((a, b) => a - b);
	const probabilities = averageViews(logits, emotions.length, average);
	const allClasses = scoresOf({ trueLabels, probabilities, emotions, macroLabels: present }, bootstrap);
	if (present.length === emotions.length) return { n, present, allClasses };
	const presentLogits = logits.map((view) => pickColumns(view, emotions.length, present));
	const presentPredictions = {
		trueLabels: trueLabels.map((label) => present.indexOf(label)),
		probabilities: averageViews(presentLogits, present.length, average),
		emotions: present.map((label) => emotions[label]),
	};
	return { n, present, allClasses, presentClasses: scoresOf(presentPredictions, bootstrap) };
}

/** Copies some columns of `[n, columns]` into `[n, chosen.length]`. */
function pickColumns(values: Float32Array, columns: number, chosen: readonly number[]): Float32Array {
	const width = chosen.length;
	return Float32Array.from({ length: (values.length / columns) * width }, (_, place) => {
		return values[Math.floor(place / width) * columns + chosen[place % width]];
	});
}
