import { type Placement, placementMatrix } from '../../lib/augmentation/placementMatrix.js';
import { FACE_SIDE } from '../../lib/photos/faceCrop.js';

/**
 * Places and enlarges a face in several ways, as `place` of lib/ does: bilinear, with edge pixels repeated.
 * @param face `[48, 48]`, 0 to 255.
 * @param side Side of each view in pixels.
 * @returns `[placements, side, side]`.
 */
export function placedViews(face: Uint8Array, placements: readonly Placement[], side: number): Float32Array {
	const views = new Float32Array(placements.length * side * side);
	for (const [view, placement] of placements.entries()) {
		const [a, b, c, d, e, f] = placementMatrix(placement, [FACE_SIDE, FACE_SIDE], side);
		for (let y = 0; y < side; y++) {
			for (let x = 0; x < side; x++) {
				views[(view * side + y) * side + x] = sample(face, a * x + b * y + c, d * x + e * y + f);
			}
		}
	}
	return views;
}

/** Interpolates bilinearly between four pixels. */
function sample(face: Uint8Array, x: number, y: number): number {
	const [left, right, toRight] = neighbours(x);
	const [above, below, toBelow] = neighbours(y);
	const along = (row: number) => {
		const start = row * FACE_SIDE;
		return face[start + left] + toRight * (face[start + right] - face[start + left]);
	};
	return along(above) + toBelow * (along(below) - along(above));
}

/** Returns the pixels on both sides of a position, and its distance from the first. */
function neighbours(place: number): [before: number, after: number, part: number] {
	const inside = Math.min(Math.max(place, 0), FACE_SIDE - 1);
	const before = Math.floor(inside);
	return [before, Math.min(before + 1, FACE_SIDE - 1), inside - before];
}
