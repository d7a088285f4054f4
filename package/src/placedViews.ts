import { type Placement, placementMatrix } from '../../lib/augmentation/placementMatrix.js';
import type { FaceShape } from '../../lib/photos/faceCrop.js';

/**
 * Places and enlarges a face in several ways, as `place` of lib/ does: bilinear, with edge pixels repeated.
 * @param face Values 0 to 255 of the shape `shape`.
 * @param side Side of each view in pixels.
 * @returns `[placements, side, side, channels]`.
 */
export function placedViews(
	face: Uint8Array,
	shape: FaceShape,
	placements: readonly Placement[],
	side: number,
): Float32Array {
	const [height, width, channels] = shape;
	const views = new Float32Array(placements.length * side * side * channels);
	let filled = 0;
	for (const placement of placements) {
		const [a, b, c, d, e, f] = placementMatrix(placement, [height, width], side);
		for (let y = 0; y < side; y++) {
			for (let x = 0; x < side; x++) {
				const pixel = sample(face, shape, a * x + b * y + c, d * x + e * y + f);
				for (let channel = 0; channel < channels; channel++) views[filled++] = pixel(channel);
			}
		}
	}
	return views;
}

/** Interpolates bilinearly between four pixels; returns the value of each channel. */
function sample(face: Uint8Array, [height, width, channels]: FaceShape, x: number, y: number) {
	const [left, right, toRight] = neighbours(x, width);
	const [above, below, toBelow] = neighbours(y, height);
	return (channel: number): number => {
		const at = (row: number, column: number) => face[(row * width + column) * channels + channel];
		const along = (row: number) => at(row, left) + toRight * (at(row, right) - at(row, left));
		return along(above) + toBelow * (along(below) - along(above));
	};
}

/** Returns the pixels on both sides of a position, and its distance from the first. */
function neighbours(place: number, size: number): [before: number, after: number, part: number] {
	const inside = Math.min(Math.max(place, 0), size - 1);
	const before = Math.floor(inside);
	return [before, Math.min(before + 1, size - 1), inside - before];
}
