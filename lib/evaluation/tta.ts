import type { Placement } from '../augmentation/placement';
import { VIEWS } from '../augmentation/views';
import type { TtaConfig, ViewAverage } from '../config';
import type { Dataset } from '../data/dataset';
import type { tf } from '../tensorflow/tf';
import { softmaxRows } from './metrics';
import { type PredictOptions, predict } from './predict';

export { VIEWS };

/** Options of prediction with several views of each image. */
export interface ViewOptions extends Omit<PredictOptions, 'placement'> {
	/** A name in `VIEWS`, or a list of placements. Default `six`. */
	readonly views?: TtaConfig['views'] | readonly Placement[];
}

/** Runs a network on several views of each image; returns logits `[indices, classes]` for each view, in order. */
export async function predictEachView(
	model: tf.LayersModel,
	dataset: Dataset,
	indices: ArrayLike<number>,
	options: ViewOptions,
): Promise<Float32Array[]> {
	const { views = 'six', stage = 'Predicting', ...rest } = options;
	const placements = typeof views === 'string' ? VIEWS[views] : views;
	const logits: Float32Array[] = [];
	for (const [index, placement] of placements.entries()) {
		const name = placements.length > 1 ? `${stage}, view ${index + 1} of ${placements.length}` : stage;
		logits.push(await predict(model, dataset, indices, { ...rest, placement, stage: name }));
	}
	return logits;
}

/**
 * Averages the predictions of several views.
 * @param logits `[n, classes]` for each view; at least one view.
 * @returns Probabilities `[n, classes]`; rows sum to 1.
 */
export function averageViews(logits: readonly Float32Array[], classes: number, average: ViewAverage): Float32Array {
	const mean = new Float32Array(logits[0].length);
	for (const view of logits) {
		const values = average === 'logits' ? view : softmaxRows(view, classes);
		for (let i = 0; i < mean.length; i++) mean[i] += values[i] / logits.length;
	}
	return average === 'logits' ? softmaxRows(mean, classes) : mean;
}

/**
 * Predicts with test-time augmentation: runs a network on several views of each image and averages the predictions.
 * @param model Maps images `[batch, height, width, 3]` to logits `[batch, classes]`.
 * @param indices Images of `dataset`.
 * @param options.average Averages `probabilities` (the default) or `logits`.
 * @returns Probabilities `[indices, classes]` in row-major order; rows sum to 1.
 * @throws {RangeError} If no backbone has this name.
 * @example
 * ```ts
 * const options = { backbone: 'efficientnet-lite0', imageSize: 48, views: 'mirror' } as const;
 * const probabilities = await fer.predictViews(run.classifier.model, dataset, [0, 1], options);
 * probabilities.length; // 14: two faces, seven classes
 * ```
 */
export async function predictViews(
	model: tf.LayersModel,
	dataset: Dataset,
	indices: ArrayLike<number>,
	{ average = 'probabilities', ...options }: ViewOptions & { readonly average?: ViewAverage },
): Promise<Float32Array> {
	const logits = await predictEachView(model, dataset, indices, options);
	return averageViews(logits, dataset.emotions.length, average);
}
