import { invalidArgument } from '../errors';
import { dropout } from '../tensorflow/dropout';
import { tf } from '../tensorflow/tf';
import { applyLayers } from './applyLayers';
import type { Backbone } from './backbones/backbone';

/** A classifier, and its two parts that transfer learning trains in turn; all three share their weights. */
export interface Classifier {
	/** Images `[batch, height, width, 3]`, normalised for the backbone, to logits `[batch, classes]`. */
	readonly model: tf.LayersModel;
	/** Images to pooled features `[batch, features]`. */
	readonly base: tf.LayersModel;
	/** Pooled features to logits: dropout and a dense layer. */
	readonly head: tf.LayersModel;
}

/** Options of a classifier. */
export interface ClassifierOptions {
	readonly classes: number;
	/** Fraction of the pooled features dropped in training. */
	readonly dropoutRate: number;
	/** As in `Backbone.build`. */
	readonly stochasticDepthRate: number;
	/** Seed of the head's initial weights. */
	readonly seed: number;
}

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

/** Name of the second head's layer. */
export const VOTE_HEAD = 'votes';

/**
 * Adds a second head beside the logits, on the same features after the same dropout.
 * @returns Images to `[batch, classes + votes]`, logits first. It shares the weights of the classifier, which stays as it
 *   is; dispose of the layer `VOTE_HEAD` after use.
 */
export function withVoteHead({ model }: Classifier, { votes, seed }: { votes: number; seed: number }): tf.LayersModel {
	const features = model.getLayer('logits').getInputAt(0) as tf.SymbolicTensor;
	const kernelInitializer = tf.initializers.glorotUniform({ seed: seed + 1 });
	const dense = tf.layers.dense({ units: votes, kernelInitializer, name: VOTE_HEAD });
	const both = [model.outputs[0], applyLayers(features, dense)];
	const outputs = applyLayers(both, tf.layers.concatenate({ name: 'logits_and_votes' }));
	return tf.model({ inputs: model.inputs, outputs, name: 'emotions_and_votes' });
}

/** Returns the block of a layer, from its name: `block_12` for `block_12_expand`, `conv2_block1` or `stem`. */
export function blockOf({ name }: tf.layers.Layer): string {
	return /^(?:bn_)?([^_]+(?:_(?:block)?\d+(?![^_]))?)/.exec(name)?.[1] ?? name;
}

/**
 * Freezes the layers before `firstLayer` and unfreezes the rest.
 * @param firstLayer A layer's name or the start of one (`block12`), or `all`.
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
