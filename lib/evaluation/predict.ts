import type { Placement } from '../augmentation/placement';
import type { Dataset } from '../data/dataset';
import type { Backbone } from '../model/backbones/backbone';
import { backbone as backboneOf } from '../model/backbones/registry';
import { foldBatchNormalization } from '../model/foldBatchNormalization';
import { preprocess } from '../model/preprocess';
import { FULL } from '../profiles';
import { type OnProgress, ProgressMeter } from '../progress';
import type { tf } from '../tensorflow/tf';
import { eachBatch } from './eachBatch';

/** How images are prepared for a network. */
export interface PredictOptions {
	/** The backbone, or its name: decides how pixels are normalised. */
	readonly backbone: string | Backbone;
	/** Side in pixels of the network's images, as in training. Default: the model's fixed input side, else 96. */
	readonly imageSize?: number;
	/** Images per forward pass; larger batches need more memory and are not faster. Default 16. */
	readonly batchSize?: number;
	/** How each image is placed in its frame. Default: unchanged. */
	readonly placement?: Placement;
	readonly onProgress?: OnProgress;
	/** Name of the work in progress reports. Default `Predicting`. */
	readonly stage?: string;
}

/** From this many images on, folding saves more time than it takes. */
const MANY = 256;

/**
 * Runs a network on images of a data set in inference mode. For many images its batch normalisation is folded first.
 * @param model Maps images `[batch, height, width, 3]`, normalised for the backbone, to one row per image.
 * @param indices Images of `dataset`.
 * @returns `[indices, outputs]` in row-major order: logits, for a classifier of this library.
 * @throws {RangeError} If no backbone has this name.
 * @example
 * ```ts
 * const options = { backbone: run.backbone, imageSize: run.config.imageSize };
 * const logits = await fer.predict(run.classifier.model, dataset, run.split.test, options);
 * logits.length; // 7 for each test face
 * ```
 */
export async function predict(
	model: tf.LayersModel,
	dataset: Dataset,
	indices: ArrayLike<number>,
	options: PredictOptions,
): Promise<Float32Array> {
	const { backbone, batchSize = 16, placement = {}, onProgress, stage = 'Predicting' } = options;
	const { normalization } = typeof backbone === 'string' ? backboneOf(backbone) : backbone;
	const imageSize = options.imageSize ?? model.inputs[0].shape[1] ?? FULL.imageSize;
	const outputs = model.outputs[0].shape.at(-1) as number;
	const results = new Float32Array(indices.length * outputs);
	const meter = new ProgressMeter(stage, indices.length, onProgress);
	const folds = indices.length >= MANY && model.layers.some((layer) => layer.getClassName() === 'BatchNormalization');
	const network = folds ? await foldBatchNormalization(model) : model;
	const input = { imageSize, normalization };
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
