import { firstOf, tf } from './tf';

/** Options of `tf.layers.layerNormalization` over the last axis. */
type LayerNormalizationConfig = Readonly<{ epsilon: number; name?: string }>;

const Stock = tf.layers.layerNormalization().constructor as new (
	config: LayerNormalizationConfig,
) => tf.layers.Layer & { readonly epsilon: number } & Readonly<Record<'gamma' | 'beta', tf.LayerVariable>>;

/**
 * Runs tfjs's layer normalization with ops that broadcast. The stock layer tiles its weights over every pixel, and the
 * gradient of that runs two ops for each: 73,728 for 64 images of 24 px. Saved as the stock layer.
 */
class LayerNormalization extends Stock {
	/** Computes y = gamma z + beta, where z = (x - mean) / deviation along the last axis. */
	override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor | tf.Tensor[] {
		const normalize = tf.customGrad((...values) => {
			const [x, gamma, beta] = values as tf.Tensor[];
			const save = values[3] as tf.GradSaveFunc;
			const { mean, variance } = tf.moments(x, -1, true);
			const inverse = tf.rsqrt(tf.add(variance, this.epsilon));
			const z = tf.mul(tf.sub(x, mean), inverse);
			save([z, inverse, gamma]);
			return { value: tf.add(tf.mul(z, gamma), beta), gradFunc: gradients };
		});
		return normalize(firstOf(inputs), this.gamma.read(), this.beta.read());
	}
}

/** Computes the gradients of input, gamma and beta; mean and deviation depend on the input too. */
function gradients(dy: tf.Tensor, [z, inverse, gamma]: tf.Tensor[]): tf.Tensor[] {
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
