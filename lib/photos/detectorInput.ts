import type { RawImage } from '../data/rawImage';
import { tf } from '../tensorflow/tf';

/**
 * Returns a photo as face-api's networks take it, `[side, side, 3]` from 0 to 255: black below or on the right makes it a
 * square, which is then sampled bilinearly as TensorFlow's `ResizeBilinear` does.
 *
 * The same values as from face-api, without the copies of the whole photo as numbers that it makes on the way.
 */
export function detectorInput({ pixels, width, height, channels }: RawImage, side: number): tf.Tensor3D {
	const values = new Float32Array(side * side * 3);
	const places = samples(Math.max(width, height), side);
	// Beyond the photo is black.
	const level = (row: number, column: number, channel: number) =>
		row < height && column < width ? pixels[(row * width + column) * channels + channel] : 0;
	let at = 0;
	for (const [top, bottom, down] of places) {
		for (const [left, right, across] of places) {
			for (let i = 0; i < 3; i++) {
				const channel = channels === 1 ? 0 : i;
				const upper = level(top, left, channel) * (1 - across) + level(top, right, channel) * across;
				const lower = level(bottom, left, channel) * (1 - across) + level(bottom, right, channel) * across;
				values[at++] = upper * (1 - down) + lower * down;
			}
		}
	}
	return tf.tensor3d(values, [side, side, 3]);
}

/** The pixels of the square between which each pixel of the reduced one lies, and how far from the first. */
function samples(square: number, side: number): [first: number, second: number, part: number][] {
	return Array.from({ length: side }, (_, i) => {
		const place = (i * square) / side;
		const first = Math.floor(place);
		return [first, Math.min(first + 1, square - 1), place - first];
	});
}
