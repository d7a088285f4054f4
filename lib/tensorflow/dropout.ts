import type { Random } from '../random';
import { fed } from './recorder';
import { firstOf, tf } from './tf';

interface DropoutConfig {
	/** Fraction of values dropped, 0 to 1. */
	readonly rate: number;
	/** Shape of the mask; null takes the input's size, 1 shares one value along that axis. */
	readonly noiseShape?: (number | null)[];
	readonly name?: string;
}

// The class is abstract to the type checker only because its file is not exported.
const Stock = tf.layers.dropout({ rate: 0 }).constructor as new (
	config: DropoutConfig,
) => tf.layers.Layer & { readonly rate: number; getNoiseShape(input: tf.Tensor): number[] | undefined };

/**
 * Draws the masks of tfjs's dropout from `random`, an argument of `model.apply(inputs, { training: true, random })`.
 * A recorded step calls it again in every replay. Without it, tfjs draws them. A stock layer's own seed would repeat one mask at every step.
 */
class Dropout extends Stock {
	override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>): tf.Tensor | tf.Tensor[] {
		const x = firstOf(inputs);
		if (!kwargs.training || this.rate === 0) return x;
		const random = kwargs.random as Random | undefined;
		if (!random) return super.call(inputs, kwargs);
		const shape = this.getNoiseShape(x) ?? x.shape;
		const kept = 1 - this.rate;
		// Kept values grow by 1 / kept, so that the expectation stays (inverted dropout).
		const draw = () => (random.uniform() < kept ? 1 / kept : 0);
		const mask = () => tf.tensor(Float32Array.from({ length: tf.util.sizeFromShape(shape) }, draw), shape);
		return tf.tidy(() => tf.mul(x, fed(mask)));
	}
}

/** Makes a dropout layer (Srivastava et al. 2014); saved as `tf.layers.dropout`. */
export function dropout(config: DropoutConfig): tf.layers.Layer {
	return new Dropout(config);
}

/** Makes a layer that drops whole residual branches, by image (stochastic depth; Huang et al. 2016, arXiv:1603.09382). */
export function stochasticDepth({ rate, name }: { rate: number; name?: string }): tf.layers.Layer {
	return new Dropout({ rate, name, noiseShape: [null, 1, 1, 1] });
}
