import { mixWithReverse } from '../augmentation/mixup';
import { type Placement, place, placementMatrices } from '../augmentation/placement';
import { hasOwnOps } from '../tensorflow/native';
import { nativeNetworkInput } from '../tensorflow/preprocessKernel';
import { tf } from '../tensorflow/tf';
import type { Normalization } from './backbones/backbone';

/**
 * Brings images to what a backbone expects: its value range, three channels in its order.
 * @param images `[batch, height, width, 1 or 3]`, 0 to 255, grey or RGB; the caller keeps it.
 * @returns `[batch, height, width, 3]`; the caller disposes it.
 */
export function normalize(images: tf.Tensor4D, { scale, offset, channelOrder = 'rgb' }: Normalization): tf.Tensor4D {
	return tf.tidy(() => {
		const isGrey = images.shape[3] === 1;
		const ordered = channelOrder === 'bgr' && !isGrey ? tf.reverse4d(images, [3]) : images;
		const [factors, summands] = [scale, offset].map((each) =>
			typeof each === 'number' ? each : tf.tensor1d([...each]),
		);
		const normal = tf.add(tf.mul(ordered, factors), summands) as tf.Tensor4D;
		// One grey channel and three factors or summands are three channels.
		return normal.shape[3] === 1 ? tf.concat4d([normal, normal, normal], 3) : normal;
	});
}

/** How a batch of images becomes a network's input. */
export interface NetworkInputOptions {
	/** Side of the network's images in pixels. */
	readonly imageSize: number;
	readonly normalization: Normalization;
	/** Part that an image keeps when the batch is mixed with itself in reverse (mixup). Default 1: not mixed. */
	readonly fraction?: number;
}

/**
 * Places and enlarges images, mixes and normalises them: `place`, `mixWithReverse` and `normalize` in one kernel where
 * the binding holds it, and by stock ops elsewhere.
 * @param images `[batch, height, width, 1 or 3]`, 0 to 255, grey or RGB; the caller keeps it.
 * @param placements One for each image, or one for all.
 * @returns `[batch, imageSize, imageSize, 3]`; the caller disposes it.
 */
export function networkInput(
	images: tf.Tensor4D,
	placements: readonly Placement[] | Placement,
	{ imageSize, normalization, fraction = 1 }: NetworkInputOptions,
): tf.Tensor4D {
	return tf.tidy(() => {
		if (!hasOwnOps()) {
			const placed = place(images, placements, imageSize);
			return normalize(fraction === 1 ? placed : mixWithReverse(placed, fraction), normalization);
		}
		const { scale, offset, channelOrder } = normalization;
		const perChannel = (each: typeof scale) => (typeof each === 'number' ? tf.fill([3], each) : tf.tensor1d([...each]));
		const inputs = {
			images,
			matrices: placementMatrices(placements, images.shape, imageSize),
			scale: perChannel(scale),
			offset: perChannel(offset),
		};
		return nativeNetworkInput(inputs, { size: imageSize, fraction, reversed: channelOrder === 'bgr' });
	});
}
