import type { Backbone } from './backbones/backbone';
import { batchIndices, type Dataset } from './dataset';
import { foldBatchNormalization } from './foldBatchNormalization';
import { gatherPixels, networkInput } from './networkInput';
import { type OnProgress, ProgressMeter } from './progress';
import { tf } from './tensorflow/tf';
import { valuesOf } from './tensorflow/values';
import type { Placement } from './transforms/placement';

/** How images reach a network. */
export interface PredictOptions {
	readonly backbone: Backbone;
	/** Side in pixels to which images are enlarged; the one that the network was trained on. */
	readonly imageSize: number;
	/** Images in one forward pass; more use more memory, and no less time. Default 16. */
	readonly batchSize?: number;
	/** How each image is placed in its frame; as it is by default. */
	readonly placement?: Placement;
	readonly onProgress?: OnProgress;
	/** What the progress says is being done. Default `Predicting`. */
	readonly stage?: string;
}

/** Images from which on folding, a fifth of a second, is less than what it saves. */
const MANY = 256;

/**
 * Runs a network over images of a data set, in inference mode. For many images its batch normalisation is folded first.
 * @param model Takes images as `options.backbone` does and gives one row of numbers an image.
 * @param indices Which images.
 * @returns `[indices, outputs]` in row-major order.
 */
export async function predict(
	model: tf.LayersModel,
	dataset: Dataset,
	indices: ArrayLike<number>,
	options: PredictOptions,
): Promise<Float32Array> {
	const { backbone, imageSize, batchSize = 16, placement = {}, onProgress, stage = 'Predicting' } = options;
	const outputs = model.outputs[0].shape.at(-1) as number;
	const results = new Float32Array(indices.length * outputs);
	const meter = new ProgressMeter(stage, indices.length, onProgress);
	const network = indices.length < MANY ? model : await foldBatchNormalization(model);
	let done = 0;
	try {
		for (const batch of batchIndices(indices, batchSize)) {
			const values = valuesOf(() => {
				const pixels = tf.tensor4d(gatherPixels(dataset, batch), [batch.length, ...dataset.shape]);
				const inputs = networkInput(pixels, placement, { imageSize, normalization: backbone.normalization });
				return network.apply(inputs, { training: false }) as tf.Tensor;
			});
			results.set(values, done * outputs);
			done += batch.length;
			meter.add(batch.length);
			// Lets the event loop draw progress and hear signals.
			await new Promise((resolve) => setImmediate(resolve));
		}
	} finally {
		if (network !== model) network.dispose();
	}
	return results;
}
