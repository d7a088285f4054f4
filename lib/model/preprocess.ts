import { mixWithReverse } from '../augmentation/mixup';
import { type Placements, place, placementMatrices } from '../augmentation/placement';
import { hasOwnKernels } from '../tensorflow/native';
import { nativeNetworkInput } from '../tensorflow/preprocessKernel';
import { tf } from '../tensorflow/tf';
import type { Normalization } from './backbones/backbone';

/** Normalises images as `preprocess` does; exportModel.ts does it in stock layers. */
export function normalize(images: tf.Tensor4D, { scale, offset, channelOrder = 'rgb' }: Normalization): tf.Tensor4D {
	return tf.tidy(() => {
		const ordered = channelOrder === 'bgr' && images.shape[3] === 3 ? tf.reverse4d(images, [3]) : images;
		const [factors, summands] = [scale, offset].map((each) =>
			typeof each === 'number' ? each : tf.tensor1d([...each]),
		);
		const normal = tf.add(tf.mul(ordered, factors), summands) as tf.Tensor4D;
		// Three factors or summands have already broadcast a grey channel to three.
		return normal.shape[3] === 1 ? tf.concat4d([normal, normal, normal], 3) : normal;
	});
}

/** How a batch of images becomes a network's input. */
export interface PreprocessOptions {
	readonly imageSize: number;
	readonly normalization: Normalization;
	/** Weight of an image when the batch is mixed with its reverse (mixup). Default 1: not mixed. */
	readonly fraction?: number;
}

/**
 * Places, resizes, mixes and normalises images for a backbone, in one kernel if available.
 * @param images `[batch, height, width, 1 or 3]`, 0 to 255, grey or RGB; the caller keeps it.
 * @returns `[batch, imageSize, imageSize, 3]`, channels in the backbone's order; the caller disposes it.
 */
export function preprocess(
	images: tf.Tensor4D,
	placements: Placements,
	{ imageSize, normalization, fraction = 1 }: PreprocessOptions,
): tf.Tensor4D {
	return tf.tidy(() => {
		if (!hasOwnKernels()) {
			const placed = place(images, placements, imageSize);
			return normalize(fraction === 1 ? placed : mixWithReverse(placed, fraction), normalization);
		}
		const { scale, offset, channelOrder } = normalization;
		const perChannel = (each: typeof scale) => (typeof each === 'number' ? tf.fill([3], each) : tf.tensor1d([...each]));
		const matrices = placementMatrices(placements, images.shape, imageSize);
		const inputs = { images, matrices, scale: perChannel(scale), offset: perChannel(offset) };
		return nativeNetworkInput(inputs, { size: imageSize, fraction, reversed: channelOrder === 'bgr' });
	});
}
