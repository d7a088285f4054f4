import type { Placement } from '../augmentation/placement';
import type { ViewAverage } from '../config';
import type { Dataset } from '../data/dataset';
import type { tf } from '../tensorflow/tf';
import { softmaxRows } from './metrics';
import { type PredictOptions, predict } from './predict';

export { VIEWS } from '../augmentation/views';

/** Runs the network on several views of each image; returns logits `[indices, classes]` for each view, in their order. */
export async function predictEachView(
	model: tf.LayersModel,
	dataset: Dataset,
	indices: ArrayLike<number>,
	options: PredictOptions & { readonly views: readonly Placement[] },
): Promise<Float32Array[]> {
	const { views, stage = 'Predicting' } = options;
	const logits: Float32Array[] = [];
	for (const [index, placement] of views.entries()) {
		const name = views.length > 1 ? `${stage}, view ${index + 1} of ${views.length}` : stage;
		logits.push(await predict(model, dataset, indices, { ...options, placement, stage: name }));
	}
	return logits;
}

/**
 * Averages what several views gave.
 * @param logits For each view `[n, classes]`; at least one view.
 * @returns Probabilities `[n, classes]`; rows sum to 1.
 */
export function averageViews(logits: readonly Float32Array[], classes: number, average: ViewAverage): Float32Array {
	const sum = new Float32Array(logits[0].length);
	for (const view of logits) {
		const values = average === 'logits' ? view : softmaxRows(view, classes);
		for (let i = 0; i < sum.length; i++) sum[i] += values[i] / logits.length;
	}
	return average === 'logits' ? softmaxRows(sum, classes) : sum;
}

/**
 * Predicts with test-time augmentation: runs the network on several views of each image and averages.
 * @returns Probabilities `[indices, classes]` in row-major order; rows sum to 1.
 */
export async function predictViews(
	model: tf.LayersModel,
	dataset: Dataset,
	indices: ArrayLike<number>,
	options: PredictOptions & { readonly views: readonly Placement[]; readonly average: ViewAverage },
): Promise<Float32Array> {
	const logits = await predictEachView(model, dataset, indices, options);
	return averageViews(logits, dataset.emotions.length, options.average);
}
