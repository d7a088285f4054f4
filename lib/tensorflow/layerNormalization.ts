import { firstOf, tf } from './tf';

/** Options of a layer normalization over the last axis, as of `tf.layers.layerNormalization`. */
export interface LayerNormalizationConfig {
	readonly epsilon: number;
	readonly name?: string;
}

const Stock = tf.layers.layerNormalization().constructor as new (
	config: LayerNormalizationConfig,
) => tf.layers.Layer & { readonly epsilon: number } & Readonly<Record<'gamma' | 'beta', tf.LayerVariable>>;

/**
 * Runs tfjs's layer normalization with ops that broadcast. The stock layer tiles its weights over every pixel, and the
 * gradient of that runs two ops for each: 73,728 for 64 images of 24 px. Saved as the stock layer.
 */
class LayerNormalization extends Stock {
	override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor | tf.Tensor[] {
		return normalize(firstOf(inputs), this.gamma.read(), this.beta.read(), this.epsilon);
	}
}

/** Computes y = gamma z + beta, where z = (x - mean) / deviation along the last axis. */
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

/** Computes the gradients of input, gamma and beta; mean and deviation depend on the input too. */
function gradients(dy: tf.Tensor, z: tf.Tensor, inverse: tf.Tensor, gamma: tf.Tensor): tf.Tensor[] {
	const allButLast = Array.from({ length: dy.rank - 1 }, (_, axis) => axis);
	const dz = tf.mul(dy, gamma);
	const along = tf.mul(z, tf.mean(tf.mul(dz, z), -1, true));
	const dx = tf.mul(inverse, tf.sub(tf.sub(dz, tf.mean(dz, -1, true)), along));
	return [dx, tf.sum(tf.mul(dy, z), allButLast), tf.sum(dy, allButLast)];
}

/** Makes a layer normalization of the last axis (Ba et al. 2016, arXiv:1607.06450); saved as the stock layer. */
export function layerNormalization(config: LayerNormalizationConfig): tf.layers.Layer {
	return new LayerNormalization(config);
}
