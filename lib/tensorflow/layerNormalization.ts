import { tf } from './tf';

/** The part of tfjs's own layer that is used here: its class is not exported, so it is described. */
interface StockLayerNormalization extends tf.layers.Layer {
	readonly epsilon: number;
	readonly gamma: tf.LayerVariable;
	readonly beta: tf.LayerVariable;
}

/** Options of a layer normalisation, as of `tf.layers.layerNormalization`; over the last axis. */
export interface LayerNormalizationConfig {
	readonly epsilon: number;
	readonly name?: string;
}

const Stock = tf.layers.layerNormalization().constructor as new (
	config: LayerNormalizationConfig,
) => StockLayerNormalization;

/**
 * tfjs's layer normalisation by ops that broadcast; saved models name the stock layer. The stock layer repeats its
 * weights for every pixel of the batch, and tfjs's gradient of that runs two ops for each: 73,728 of them for 64 images
 * of 24 px.
 */
class LayerNormalization extends Stock {
	override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor | tf.Tensor[] {
		const x = Array.isArray(inputs) ? inputs[0] : inputs;
		return normalize(x, this.gamma.read(), this.beta.read(), this.epsilon);
	}
}

/** y = gamma z + beta, where z = (x - mean) / deviation, both along the last axis. */
function normalize(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number): tf.Tensor {
	const compute = tf.customGrad((...inputs) => {
		const [input, scale, offset] = inputs as tf.Tensor[];
		const save = inputs[3] as tf.GradSaveFunc;
		const { mean, variance } = tf.moments(input, -1, true);
		const inverse = tf.rsqrt(tf.add(variance, epsilon));
		const z = tf.mul(tf.sub(input, mean), inverse);
		save([z, inverse, scale]);
		const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => gradients(dy, saved[0], saved[1], saved[2]);
		return { value: tf.add(tf.mul(z, scale), offset), gradFunc };
	});
	return compute(x, gamma, beta);
}

/** Of the input, gamma and beta: mean and deviation depend on the input too (Ba et al. 2016, arXiv:1607.06450). */
function gradients(dy: tf.Tensor, z: tf.Tensor, inverse: tf.Tensor, gamma: tf.Tensor): tf.Tensor[] {
	const allButLast = Array.from({ length: dy.rank - 1 }, (_, axis) => axis);
	const dz = tf.mul(dy, gamma);
	const along = tf.mul(z, tf.mean(tf.mul(dz, z), -1, true));
	const dx = tf.mul(inverse, tf.sub(tf.sub(dz, tf.mean(dz, -1, true)), along));
	return [dx, tf.sum(tf.mul(dy, z), allButLast), tf.sum(dy, allButLast)];
}

/** Makes a layer normalisation of the last axis (Ba et al. 2016, arXiv:1607.06450); saved as the stock layer. */
export function layerNormalization(config: LayerNormalizationConfig): tf.layers.Layer {
	return new LayerNormalization(config);
}
