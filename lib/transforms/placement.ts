import type { Random } from '../random';
import { tf } from '../tensorflow/tf';
import '../tensorflow/transform';

/** How an image is placed in its frame; the default of each field leaves it as it is. */
export interface Placement {
	/** Counter-clockwise, about the image's centre. */
	readonly rotationDegrees?: number;
	/** Above 1 enlarges the image, below 1 shrinks it. */
	readonly zoom?: number;
	/** To the right, as a fraction of the width. */
	readonly shiftX?: number;
	/** Downwards, as a fraction of the height. */
	readonly shiftY?: number;
	/** A row moves to the right by this times its distance below the image's centre. */
	readonly shear?: number;
	/** Mirrored left to right. */
	readonly mirror?: boolean;
}

/** Limits within which a placement is drawn, uniformly on both sides of «as it is». */
export interface PlacementRange {
	readonly rotationDegrees: number;
	/** 0.15 zooms by 0.85 to 1.15. */
	readonly zoomFraction: number;
	readonly shiftFraction: number;
	readonly shear: number;
	/** Whether half of the images are mirrored. */
	readonly horizontalFlip: boolean;
}

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

/**
 * The map from a target pixel (x, y) to the source position it shows, as `tf.image.transform` takes it:
 * x' = m0 x + m1 y + m2, y' = m3 x + m4 y + m5 (m6 and m7 are 0: no perspective).
 * Source position = target position x source size / target size, the grid of `tf.image.resizeBilinear`.
 */
function placementMatrix(placement: Placement, source: readonly [number, number], target: number): number[] {
	const { rotationDegrees = 0, zoom = 1, shiftX = 0, shiftY = 0, shear = 0, mirror = false } = placement;
	const [height, width] = source;
	const centerX = (width - 1) / 2;
	const centerY = (height - 1) / 2;
	const angle = (rotationDegrees * Math.PI) / 180;
	const flip = mirror ? -1 : 1;
	const [cosine, sine] = [Math.cos(angle) / zoom, Math.sin(angle) / zoom];
	// The inverse of shear, then rotation and zoom, then mirror: target offsets from the centre to source offsets.
	const a = flip * cosine;
	const b = flip * (-sine - shear * cosine);
	const c = sine;
	const d = cosine - shear * sine;
	const [scaleX, scaleY] = [width / target, height / target];
	const offsetX = -centerX - shiftX * width;
	const offsetY = -centerY - shiftY * height;
	return [
		a * scaleX,
		b * scaleY,
		centerX + a * offsetX + b * offsetY,
		c * scaleX,
		d * scaleY,
		centerY + c * offsetX + d * offsetY,
		0,
		0,
	];
}

/**
 * The matrices of `tf.image.transform` that place images.
 * @param placements One for each image, or one for all.
 * @param shape Of the images: batch, height, width.
 * @param targetSize Side of the square result in pixels.
 * @returns `[batch, 8]`; the caller disposes it.
 */
export function placementMatrices(
	placements: readonly Placement[] | Placement,
	[batch, height, width]: readonly number[],
	targetSize: number,
): tf.Tensor2D {
	const matrix = (placement: Placement) => placementMatrix(placement, [height, width], targetSize);
	const rows = 'length' in placements ? placements.map(matrix) : Array<number[]>(batch).fill(matrix(placements));
	return tf.tensor2d(Float32Array.from(rows.flat()), [batch, 8]);
}

/**
 * Places and resizes a batch of images in one op; what lies outside an image repeats its edge.
 * @param images `[batch, height, width, channels]`, float32; the caller keeps it.
 * @param placements One for each image, or one for all.
 * @param targetSize Side of the square result in pixels.
 * @returns `[batch, targetSize, targetSize, channels]`; the caller disposes it.
 */
export function place(
	images: tf.Tensor4D,
	placements: readonly Placement[] | Placement,
	targetSize: number,
): tf.Tensor4D {
	return tf.tidy(() => {
		const matrices = placementMatrices(placements, images.shape, targetSize);
		return tf.image.transform(images, matrices, 'bilinear', 'nearest', 0, [targetSize, targetSize]);
	});
}
