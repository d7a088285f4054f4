import { beta, type Random } from '../random';
import { tf } from '../tensorflow/tf';

/** Inputs of a network and the outputs it should learn. */
export interface Batch {
	/** `[batch, ...]`, float32. */
	readonly inputs: tf.Tensor;
	/** `[batch, classes]`, rows sum to 1. */
	readonly targets: tf.Tensor2D;
	/** Targets of a second head, `[batch, votes]`. */
	readonly votes?: tf.Tensor2D;
}

/** Draws the share that an image keeps in mixup (Zhang et al. 2018, arXiv:1710.09412): always 1 if `alpha` is 0. */
export function mixupFraction(alpha: number, random: Random): number {
	return alpha > 0 ? beta(alpha, random) : 1;
}

/** Mixes each row of `[batch, ...]` with the row at the same place from the end; a row keeps `fraction` of itself. */
export function mixWithReverse<Values extends tf.Tensor>(values: Values, fraction: number): Values {
	return tf.tidy(() => tf.add(tf.mul(values, fraction), tf.mul(tf.reverse(values, 0), 1 - fraction)) as Values);
}
