import { invalidArgument } from '../errors';
import { dropout } from '../tensorflow/dropout';
import { tf } from '../tensorflow/tf';
import type { Backbone } from './backbones/backbone';

/** A classifier in the two parts that transfer learning trains one after the other; they share their weights. */
export interface Classifier {
	/** Images `[batch, height, width, 3]`, as the backbone takes them, to logits `[batch, classes]`. */
	readonly model: tf.LayersModel;
	/** Images to pooled features `[batch, features]`: the backbone. */
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
	/** Seed of the head's first weights. */
	readonly seed: number;
}

/** Builds a backbone with a new head: global average pooling, dropout, one dense layer that gives logits. */
export function buildClassifier(backbone: Backbone, options: ClassifierOptions): Classifier {
	const network = backbone.build(options);
	const pooling = tf.layers.globalAveragePooling2d({ name: 'pooling' });
	const drop = dropout({ rate: options.dropoutRate, name: 'dropout' });
	const kernelInitializer = tf.initializers.glorotUniform({ seed: options.seed });
	const dense = tf.layers.dense({ units: options.classes, kernelInitializer, name: 'logits' });
	const pooled = pooling.apply(network.outputs[0]) as tf.SymbolicTensor;
	const features = tf.input({ shape: [backbone.features], name: 'features' });
	const headOn = (input: tf.SymbolicTensor) => dense.apply(drop.apply(input)) as tf.SymbolicTensor;
	return {
		model: tf.model({ inputs: network.inputs, outputs: headOn(pooled), name: 'emotions' }),
		base: tf.model({ inputs: network.inputs, outputs: pooled, name: 'base' }),
		head: tf.model({ inputs: features, outputs: headOn(features), name: 'head' }),
	};
}

/** Name of the second head's layer. */
export const VOTE_HEAD = 'votes';

/**
 * Gives a classifier a second head beside its logits, on the same features after the same dropout.
 * @returns Images to `[batch, classes + votes]`, the classifier's logits first. It shares the classifier's weights, and the
 * classifier stays as it is; dispose of the layer `VOTE_HEAD` after use.
 */
export function withVoteHead({ model }: Classifier, { votes, seed }: { votes: number; seed: number }): tf.LayersModel {
	const features = model.getLayer('logits').getInputAt(0) as tf.SymbolicTensor;
	const kernelInitializer = tf.initializers.glorotUniform({ seed: seed + 1 });
	const dense = tf.layers.dense({ units: votes, kernelInitializer, name: VOTE_HEAD });
	const both = [model.outputs[0], dense.apply(features) as tf.SymbolicTensor];
	const outputs = tf.layers.concatenate({ name: 'logits_and_votes' }).apply(both) as tf.SymbolicTensor;
	return tf.model({ inputs: model.inputs, outputs, name: 'emotions_and_votes' });
}

/**
 * Freezes the layers before `firstLayer` and unfreezes the rest.
 * @param firstLayer A layer's name or the start of one (`block12`), or `all`.
 * @param frozenBatchNormalization Whether batch normalisation stays frozen, and so in inference mode, everywhere.
 * @throws {RangeError} If no layer's name starts so.
 */
export function unfreezeFrom(model: tf.LayersModel, firstLayer: string, frozenBatchNormalization: boolean): void {
	const first = firstLayer === 'all' ? 0 : model.layers.findIndex(({ name }) => name.startsWith(firstLayer));
	if (first < 0) {
		// MobileNetV2 has `block_12_expand`, EfficientNet-Lite0 `block12_expand_conv`.
		const starts = model.layers.map(({ name }) => /^(block_)?[^_]+/.exec(name)?.[0]);
		const blocks = [...new Set(starts)].join(', ');
		throw invalidArgument('unfreezeFrom', `all or the start of a layer's name (${blocks})`, firstLayer);
	}
	model.layers.forEach((layer, index) => {
		const frozenKind = frozenBatchNormalization && layer.getClassName() === 'BatchNormalization';
		layer.trainable = index >= first && !frozenKind;
	});
}
