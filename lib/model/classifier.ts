import { invalidArgument } from '../errors';
import { dropout } from '../tensorflow/dropout';
import { tf } from '../tensorflow/tf';
import { applyLayers, type Backbone } from './backbones/backbone';
import { backbone as backboneOf } from './backbones/registry';
import { loadPretrained, locatePretrained } from './weights/pretrained';

/** A classifier and its two parts; all three share their weights. */
export interface Classifier {
	/** Images `[batch, height, width, 3]`, normalised for the backbone, to logits `[batch, classes]`. */
	readonly model: tf.LayersModel;
	/** Images to pooled features `[batch, features]`. */
	readonly base: tf.LayersModel;
	/** Pooled features to logits: dropout and a dense layer. */
	readonly head: tf.LayersModel;
}

/** Options of a classifier; the seed is that of its random weights. */
export type ClassifierOptions = Readonly<Record<'classes' | 'dropoutRate' | 'stochasticDepthRate' | 'seed', number>>;

/** Builds a backbone with a new head: global average pooling, dropout and a dense layer. */
export function buildClassifier(backbone: Backbone, options: ClassifierOptions): Classifier {
	const { inputs, outputs } = backbone.build(options);
	const kernelInitializer = tf.initializers.glorotUniform({ seed: options.seed });
	const layers = [
		dropout({ rate: options.dropoutRate, name: 'dropout' }),
		tf.layers.dense({ units: options.classes, kernelInitializer, name: 'logits' }),
	];
	const pooled = applyLayers(outputs[0], tf.layers.globalAveragePooling2d({ name: 'pooling' }));
	const features = tf.input({ shape: [backbone.features], name: 'features' });
	return {
		model: tf.model({ inputs, outputs: applyLayers(pooled, ...layers), name: 'emotions' }),
		base: tf.model({ inputs, outputs: pooled, name: 'base' }),
		head: tf.model({ inputs: features, outputs: applyLayers(features, ...layers), name: 'head' }),
	};
}

/** Options of `createClassifier`; only `classes` is required. */
export interface CreateOptions extends Partial<ClassifierOptions> {
	readonly classes: number;
	/**
	 * `imagenet` for the published weights, `random` for none, or the path of a weight file of Keras (.h5, .weights.h5 or
	 * .keras) or PyTorch (.pth, the format before 1.6), or of a trained model (`models/official`). Default `imagenet`.
	 */
	readonly weights?: string;
	/** Folder that contains `data/weights` and `.venv`. Default: the folder of this library's package.json. */
	readonly projectFolder?: string;
}

/**
 * Creates a classifier: a pretrained backbone with a new head.
 * @param name Name in `BACKBONES`.
 * @param options The rates default to 0 and the seed to 42. The same seed gives the same weights.
 * @returns A model that the caller disposes: `model.dispose()` and `head.dispose()`.
 * @throws {RangeError} If the backbone is unknown, or there is no such weight file.
 * @throws {DataError} If the pretrained weights are missing, differ from the published ones or do not fit.
 * @example
 * ```ts
 * const classifier = await fer.createClassifier('efficientnet-lite0', { classes: 7, dropoutRate: 0.3 });
 * classifier.model.outputs[0].shape; // [null, 7]
 * classifier.model.countParams(); // 3421991
 * ```
 */
export async function createClassifier(name: string, options: CreateOptions): Promise<Classifier> {
	const { classes, weights = 'imagenet', dropoutRate = 0, stochasticDepthRate = 0, seed = 42 } = options;
	const backbone = backboneOf(name);
	// Before the network is built, since this may fail.
	const path = weights === 'imagenet' ? locatePretrained(backbone, options.projectFolder) : weights;
	const classifier = buildClassifier(backbone, { classes, dropoutRate, stochasticDepthRate, seed });
	if (weights === 'random') drawKernels(classifier.base, seed);
	else await loadPretrained(classifier.base, backbone, path);
	return classifier;
}

type Initializer = { className: string; config: Parameters<typeof tf.initializers.varianceScaling>[0] };

/** Draws the kernels again from a seed: tfjs's own draw is unseeded. Layer scales start from a constant. */
function drawKernels({ layers }: tf.LayersModel, seed: number): void {
	for (const [i, layer] of layers.entries()) {
		const { depthwiseInitializer, kernelInitializer } = layer.getConfig();
		const drawn = (depthwiseInitializer ?? kernelInitializer) as unknown as Initializer | undefined;
		if (drawn?.className !== 'VarianceScaling') continue;
		const initializer = tf.initializers.varianceScaling({ ...drawn.config, seed: seed + i });
		const [kernel] = layer.weights;
		tf.tidy(() => void kernel.write(initializer.apply(kernel.shape as number[])));
	}
}

/** Name of the second head's layer. */
export const VOTE_HEAD = 'votes';

/**
 * Adds a second head on the same features: a model from images to `[batch, classes + votes]`, logits first. It shares the
 * weights of the classifier, which stays as it is; dispose of the layer `VOTE_HEAD` after use.
 */
export function withVoteHead({ model }: Classifier, { votes, seed }: { votes: number; seed: number }): tf.LayersModel {
	const features = model.getLayer('logits').getInputAt(0) as tf.SymbolicTensor;
	const kernelInitializer = tf.initializers.glorotUniform({ seed: seed + 1 });
	const dense = tf.layers.dense({ units: votes, kernelInitializer, name: VOTE_HEAD });
	const both = [model.outputs[0], applyLayers(features, dense)];
	const outputs = applyLayers(both, tf.layers.concatenate({ name: 'logits_and_votes' }));
	return tf.model({ inputs: model.inputs, outputs, name: 'emotions_and_votes' });
}

/** Returns the block in a layer's name: `block_12` for `block_12_expand`, `conv2_block1` or `stem`. */
export function blockOf({ name }: tf.layers.Layer): string {
	return /^(?:bn_)?([^_]+(?:_(?:block)?\d+(?![^_]))?)/.exec(name)?.[1] ?? name;
}

/**
 * Freezes the layers before `firstLayer` (a layer's name, the start of one, or `all`), and unfreezes the rest.
 * @param frozenBatchNormalization Whether all batch normalisation stays frozen, that is, in inference mode.
 * @throws {RangeError} If no layer's name starts with `firstLayer`.
 */
export function unfreezeFrom(model: tf.LayersModel, firstLayer: string, frozenBatchNormalization: boolean): void {
	const first = firstLayer === 'all' ? 0 : model.layers.findIndex(({ name }) => name.startsWith(firstLayer));
	if (first < 0) {
		const blocks = [...new Set(model.layers.map(blockOf))].join(', ');
		throw invalidArgument('unfreezeFrom', `all or the start of a layer's name (${blocks})`, firstLayer);
	}
	for (const [index, layer] of model.layers.entries()) {
		const isFrozenKind = frozenBatchNormalization && layer.getClassName() === 'BatchNormalization';
		layer.trainable = index >= first && !isFrozenKind;
	}
}
