/** How an image is placed in its frame; by default unchanged. */
export interface Placement {
	/** Counter-clockwise about the image's centre. */
	readonly rotationDegrees?: number;
	/** Above 1 enlarges the image, below 1 shrinks it. */
	readonly zoom?: number;
	/** To the right, as a fraction of the width. */
	readonly shiftX?: number;
	/** Downwards, as a fraction of the height. */
	readonly shiftY?: number;
	/** Shift of a row to the right per pixel below the image's centre. */
	readonly shear?: number;
	readonly mirror?: boolean;
}

/**
 * Computes the map from a target pixel (x, y) to its source position (x', y'), in the form of `tf.image.transform`:
 * x' = m0 x + m1 y + m2, y' = m3 x + m4 y + m5; m6 and m7 are 0 (no perspective). An unchanged placement has the grid of
 * `tf.image.resizeBilinear`: source position = target position x source size / target size.
 * @param source Height and width in pixels.
 */
export function placementMatrix(placement: Placement, source: readonly [number, number], target: number): number[] {
	const { rotationDegrees = 0, zoom = 1, shiftX = 0, shiftY = 0, shear = 0, mirror = false } = placement;
	const [height, width] = source;
	const centerX = (width - 1) / 2;
	const centerY = (height - 1) / 2;
	const angle = (rotationDegrees * Math.PI) / 180;
	const flip = mirror ? -1 : 1;
	const [cosine, sine] = [Math.cos(angle) / zoom, Math.sin(angle) / zoom];
	// The inverse of shear, then rotation and zoom, then mirroring, on offsets from the centre.
	const a = flip * cosine;
	const b = flip * (-sine - shear * cosine);
	const c = sine;
	const d = cosine - shear * sine;
	const [scaleX, scaleY] = [width / target, height / target];
	const offsetX = -centerX - shiftX * width;
	const offsetY = -centerY - shiftY * height;
	const originX = centerX + a * offsetX + b * offsetY;
	const originY = centerY + c * offsetX + d * offsetY;
	return [a * scaleX, b * scaleY, originX, c * scaleX, d * scaleY, originY, 0, 0];
}
