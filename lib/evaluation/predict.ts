import type { Placement } from '../augmentation/placement';
import { VIEWS } from '../augmentation/views';
import type { Config, TtaConfig, ViewAverage } from '../config';
import { batchIndices, type Dataset, gatherPixels } from '../data/dataset';
import type { Split } from '../data/split';
import { checkFinite, invalidArgument, nearestFirst } from '../errors';
import type { Backbone } from '../model/backbones/backbone';
import { backbone as backboneOf } from '../model/backbones/registry';
import { foldBatchNormalization } from '../model/foldBatchNormalization';
import { preprocess } from '../model/preprocess';
import { FULL } from '../profiles';
import { type OnProgress, ProgressMeter } from '../progress';
import { type Forward, recordedAs } from '../tensorflow/recordedModel';
import { tf, valuesOf } from '../tensorflow/tf';
import { softmaxRows } from './metrics';

/** A trained network with its settings and data: a run, or a stored model with its data set. */
export interface Trained {
	readonly config: Config;
	readonly dataset: Dataset;
	readonly split: Split;
	readonly backbone: Backbone;
	/** `model` maps images, normalised for the backbone, to logits. */
	readonly classifier: { readonly model: tf.LayersModel };
}

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

/** Options of prediction with several views of each image. */
interface ViewOptions extends Omit<PredictOptions, 'placement'> {
	/** A name in `VIEWS`, or a list of placements. Default `six`. */
	readonly views?: TtaConfig['views'] | readonly Placement[];
}

/** Number of images from which folding saves more time than it takes. */
const MANY = 256;

/**
 * Runs a network on images, batch by batch.
 * @param network Maps pixels `[batch, height, width, channels]`, 0 to 255, to one float32 row per image. Its tensors are
 *   disposed.
 * @param take Receives the indices and the rows of each batch.
 */
export async function eachBatch(
	images: { dataset: Dataset; indices: ArrayLike<number>; batchSize: number; meter: ProgressMeter },
	network: Forward,
	take: (batch: ArrayLike<number>, rows: Float32Array) => void,
): Promise<void> {
	const { dataset, indices, batchSize, meter } = images;
	for (const batch of batchIndices(indices, batchSize)) {
		const shape = [batch.length, ...dataset.shape] as const;
		const rows = await valuesOf(() => network(tf.tensor4d(gatherPixels(dataset, batch), [...shape])));
		take(batch, rows);
		meter.add(batch.length);
		// Lets the event loop draw progress and handle signals.
		await new Promise((resolve) => setImmediate(resolve));
	}
}

/**
 * Runs a network on images of a data set in inference mode. For many images its batch normalisation is folded first.
 * @param model Maps images `[batch, height, width, 3]`, normalised for the backbone, to one row per image.
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
	const name = JSON.stringify({ placement, ...input });
	const forward = recordedAs(name, network, (pixels) => {
		return network.apply(preprocess(pixels, placement, input), { training: false }) as tf.Tensor;
	});
	let done = 0;
	try {
		await eachBatch({ dataset, indices, batchSize, meter }, forward, (batch, rows) => {
			results.set(rows, done * outputs);
			done += batch.length;
		});
	} finally {
		if (folds) network.dispose();
	}
	return results;
}

/**
 * Runs a network on several views of each image.
 * @returns Logits `[indices, classes]` for each view, in order.
 * @throws {NotFiniteError} If one of them is not finite.
 */
export async function predictEachView(
	model: tf.LayersModel,
	dataset: Dataset,
	indices: ArrayLike<number>,
	{ views = 'six', stage = 'Predicting', ...options }: ViewOptions,
): Promise<Float32Array[]> {
	const placements = typeof views === 'string' ? viewsOf(views) : views;
	const logits: Float32Array[] = [];
	for (const [index, placement] of placements.entries()) {
		const name = placements.length > 1 ? `${stage}, view ${index + 1} of ${placements.length}` : stage;
		logits.push(await predict(model, dataset, indices, { ...options, placement, stage: name }));
		checkFinite(logits[index], 'Its weights are damaged, or its training diverged: use another model.');
	}
	return logits;
}

/** Averages logits `[n, classes]` of at least one view to probabilities `[n, classes]`. */
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
 * @param options.average Averages `probabilities` (the default) or `logits`.
 * @returns Probabilities `[indices, classes]` in row-major order; rows sum to 1.
 * @throws {RangeError} If no backbone has this name.
 * @throws {NotFiniteError} If the network returns NaN or infinite values.
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
	return averageViews(await predictEachView(model, dataset, indices, options), dataset.emotions.length, average);
}

function viewsOf(name: string): readonly Placement[] {
	if (Object.hasOwn(VIEWS, name)) return VIEWS[name as keyof typeof VIEWS];
	throw invalidArgument('views', `one of ${nearestFirst(name, Object.keys(VIEWS)).join(', ')}`, name);
}
