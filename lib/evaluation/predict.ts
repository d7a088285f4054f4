import type { Placement } from '../augmentation/placement';
import type { Dataset } from '../data/dataset';
import type { Backbone } from '../model/backbones/backbone';
import { foldBatchNormalization } from '../model/foldBatchNormalization';
import { preprocess } from '../model/preprocess';
import { type OnProgress, ProgressMeter } from '../progress';
import type { tf } from '../tensorflow/tf';
import { eachBatch } from './forEachBatch';

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

/** Images from which on folding takes less time than it saves. */
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
	const folds = indices.length >= MANY && model.layers.some((layer) => layer.getClassName() === 'BatchNormalization');
	const network = folds ? await foldBatchNormalization(model) : model;
	const input = { imageSize, normalization: backbone.normalization };
	let done = 0;
	try {
		await eachBatch(
			{ dataset, indices, batchSize, meter },
			(pixels) => network.apply(preprocess(pixels, placement, input), { training: false }) as tf.Tensor,
			(batch, rows) => {
				results.set(rows, done * outputs);
				done += batch.length;
			},
		);
	} finally {
		if (folds) network.dispose();
	}
	return results;
}
