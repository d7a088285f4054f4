import type { PlacementRange } from '../config';
import type { Random } from '../random';
import { tf } from '../tensorflow/tf';
import '../tensorflow/transform';
import { type Placement, placementMatrix } from './placementMatrix';

export type { Placement };
/** One for each image, or one for all. */
export type Placements = readonly Placement[] | Placement;

/** Draws a placement within limits. */
export function randomPlacement(range: PlacementRange, random: Random): Placement {
	const within = (limit: number) => (2 * random.uniform() - 1) * limit;
	return {
		rotationDegrees: within(range.rotationDegrees),
		zoom: 1 + within(range.zoomFraction),
		shiftX: within(range.shiftFraction),
		shiftY: within(range.shiftFraction),
		shear: within(range.shear),
		mirror: range.horizontalFlip && random.uniform() < 0.5,
	};
}

/** Computes the matrices `[batch, 8]` with which `tf.image.transform` places images of a shape. */
export function placementMatrices(placements: Placements, shape: readonly number[], targetSize: number): tf.Tensor2D {
	const [batch, height, width] = shape;
	const matrix = (placement: Placement) => placementMatrix(placement, [height, width], targetSize);
	const rows = 'length' in placements ? placements.map(matrix) : Array<number[]>(batch).fill(matrix(placements));
	return tf.tensor2d(Float32Array.from(rows.flat()), [batch, 8]);
}

/** Places and resizes images in one op, to `[batch, targetSize, targetSize, channels]`; edge pixels repeat outside. */
export function place(images: tf.Tensor4D, placements: Placements, targetSize: number): tf.Tensor4D {
	return tf.tidy(() => {
		const matrices = placementMatrices(placements, images.shape, targetSize);
		return tf.image.transform(images, matrices, 'bilinear', 'nearest', 0, [targetSize, targetSize]);
	});
}
