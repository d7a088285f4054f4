import type { RawImage } from '../data/rawImage';
import { tf } from '../tensorflow/tf';

/**
 * Returns a photo as face-api's networks take it, `[side, side, 3]` from 0 to 255: black below or on the right makes it a
 * square, which is then sampled bilinearly as TensorFlow's `ResizeBilinear` does.
 *
 * The same values as from face-api, without the copies of the whole photo as numbers that it makes on the way.
 */
export function detectorInput({ pixels, width, height, channels }: RawImage, side: number): tf.Tensor3D {
	const places = samples(Math.max(width, height), side);
	const values = new Float32Array(side * side * 3);
	const { fround } = Math;
	for (let i = 0; i < values.length; i++) {
		const [x, y] = [places[Math.floor(i / 3) % side], places[Math.floor(i / 3 / side)]];
		const channel = channels === 1 ? 0 : i % 3;
		const at = (row: number, column: number) =>
			row < height && column < width ? pixels[(row * width + column) * channels + channel] : 0;
		const top = fround(at(y.low, x.low) + fround((at(y.low, x.high) - at(y.low, x.low)) * x.part));
		const bottom = fround(at(y.high, x.low) + fround((at(y.high, x.high) - at(y.high, x.low)) * x.part));
		values[i] = top + fround(fround(bottom - top) * y.part);
	}
	return tf.tensor3d(values, [side, side, 3]);
}

/** Where each pixel of a side lies between two of the square. */
function samples(square: number, side: number) {
	const scale = Math.fround(square / side);
	return Array.from({ length: side }, (_, i) => {
		const place = Math.fround(i * scale);
		const low = Math.floor(place);
		return { low, high: Math.min(low + 1, square - 1), part: Math.fround(place - low) };
	});
}
