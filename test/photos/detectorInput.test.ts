import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RawImage } from '../../lib/data/rawImage';
import { detectorInput } from '../../lib/photos/detectorInput';
import { createRandom } from '../../lib/random';
import { tf } from '../../lib/tensorflow/tf';

/** Noise, in which no error of a place or weight can hide. */
function noise(width: number, height: number, channels: 1 | 3 | 4): RawImage {
	const random = createRandom(7);
	const pixels = Uint8Array.from({ length: width * height * channels }, () => random.integer(256));
	return { pixels, width, height, channels };
}

/** What face-api makes of a photo: black added below or on the right, and TensorFlow's resizing. */
function padded({ pixels, width, height, channels }: RawImage, side: number): tf.Tensor3D {
	return tf.tidy(() => {
		const image = tf.tensor3d(Float32Array.from(pixels), [height, width, channels]);
		const colours = channels === 1 ? tf.tile(image, [1, 1, 3]) : tf.slice3d(image, [0, 0, 0], [-1, -1, 3]);
		const square = Math.max(width, height);
		const black: [number, number][] = [
			[0, square - height],
			[0, square - width],
			[0, 0],
		];
		return tf.image.resizeBilinear(tf.pad3d(colours as tf.Tensor3D, black as never), [side, side]);
	});
}

describe('detectorInput', () => {
	for (const [width, height, channels] of [
		[100, 100, 3],
		[37, 80, 1],
		[80, 37, 4],
		[1, 9, 3],
		[700, 300, 1],
		[64, 64, 3],
	] as const) {
		it(`gives the values of TensorFlow's resizing for ${width} x ${height} x ${channels}`, () => {
			const photo = noise(width, height, channels);
			const [ours, theirs] = [detectorInput(photo, 64), padded(photo, 64)];
			assert.deepEqual(ours.shape, [64, 64, 3]);
			const difference = tf.tidy(() => tf.max(tf.abs(tf.sub(ours, theirs))).dataSync()[0]);
			assert.ok(difference < 1e-3, `differs by ${difference}`);
		});
	}
});
