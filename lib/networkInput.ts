import type { Backbone } from './backbones/backbone';
import type { Dataset } from './dataset';
import { tf } from './tensorflow/tf';

/** Copies images of a data set into one float array, grey levels 0 to 255. */
export function gatherPixels({ pixels, shape }: Dataset, indices: ArrayLike<number>): Float32Array {
	const size = shape[0] * shape[1] * shape[2];
	const gathered = new Float32Array(indices.length * size);
	for (let i = 0; i < indices.length; i++) {
		gathered.set(pixels.subarray(indices[i] * size, (indices[i] + 1) * size), i * size);
	}
	return gathered;
}

/**
 * Brings images to what a backbone expects: its value range, three channels.
 * @param images `[batch, height, width, 1 or 3]`, 0 to 255; the caller keeps it.
 * @returns `[batch, height, width, 3]`; the caller disposes it.
 */
export function normalize(images: tf.Tensor4D, { scale, offset }: Backbone['normalization']): tf.Tensor4D {
	return tf.tidy(() => {
		const normal = tf.add(tf.mul(images, scale), offset) as tf.Tensor4D;
		return images.shape[3] === 1 ? tf.concat4d([normal, normal, normal], 3) : normal;
	});
}
