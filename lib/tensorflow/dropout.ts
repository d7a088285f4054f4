import type { Random } from '../random';
import { tf } from './tf';

interface DropoutConfig {
	/** Fraction of values dropped, 0 to 1. */
	readonly rate: number;
	/** Shape of the mask; null takes the input's size, and 1 shares one value along that axis. */
	readonly noiseShape?: (number | null)[];
	readonly name?: string;
}

interface StockDropout extends tf.layers.Layer {
	readonly rate: number;
	getNoiseShape(input: tf.Tensor): number[] | undefined;
}

// The class is abstract to the type checker only because its file is not exported.
const Stock = tf.layers.dropout({ rate: 0 }).constructor as new (config: DropoutConfig) => StockDropout;

let noise: Random | undefined;

/**
 * Sets the source of all dropout masks; a training step sets its own, so that the same seed gives the same run.
 * @param random The source, or undefined for tfjs's own unseeded noise.
 */
export function setDropoutNoise(random: Random | undefined): void {
	noise = random;
}

/** tfjs's dropout with masks from a seeded source: the stock layer's seed gives the same mask at every step. */
class Dropout extends Stock {
	override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>): tf.Tensor | tf.Tensor[] {
		const x = Array.isArray(inputs) ? inputs[0] : inputs;
		if (!kwargs.training || this.rate === 0) return x;
		const random = noise;
		if (!random) return super.call(inputs, kwargs);
		const shape = this.getNoiseShape(x) ?? x.shape;
		const kept = 1 - this.rate;
		// Kept values grow by 1 / kept, so that the expectation stays (inverted dropout).
		const mask = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () =>
			random.uniform() < kept ? 1 / kept : 0,
		);
		return tf.tidy(() => tf.mul(x, tf.tensor(mask, shape)));
	}
}

/** Makes a dropout layer (Srivastava et al. 2014); the same saved form as `tf.layers.dropout`. */
export function dropout(config: DropoutConfig): tf.layers.Layer {
	return new Dropout(config);
}

/**
 * Makes a stochastic depth layer (Huang et al. 2016, arXiv:1603.09382): drops the whole branch of some images.
 * @param config.rate Fraction of the images of a batch whose branch is dropped.
 */
export function stochasticDepth({ rate, name }: { rate: number; name?: string }): tf.layers.Layer {
	return new Dropout({ rate, name, noiseShape: [null, 1, 1, 1] });
}
