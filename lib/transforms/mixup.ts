import { beta, type Random } from '../random';
import { tf } from '../tensorflow/tf';

/** Inputs of a network and what it should answer. */
export interface Batch<Inputs extends tf.Tensor = tf.Tensor> {
	/** `[batch, ...]`, float32. */
	readonly inputs: Inputs;
	/** `[batch, classes]`, rows sum to 1. */
	readonly targets: tf.Tensor2D;
}

/**
 * Mixes each image with a partner (mixup; Zhang et al. 2018, arXiv:1710.09412): the batch with itself in reverse.
 * @param batch The caller keeps it.
 * @param alpha Beta(alpha, alpha) parameter, above 0; the larger, the more evenly two images are mixed.
 * @returns A new batch of the same shapes; the caller disposes both tensors.
 */
export function mixup<Inputs extends tf.Tensor>(
	{ inputs, targets }: Batch<Inputs>,
	alpha: number,
	random: Random,
): Batch<Inputs> {
	const fraction = beta(alpha, random);
	const mix = <T extends tf.Tensor>(values: T): T =>
		tf.tidy(() => tf.add(tf.mul(values, fraction), tf.mul(tf.reverse(values, 0), 1 - fraction)) as T);
	return { inputs: mix(inputs), targets: mix(targets) };
}
