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

/**
 * The map from a target pixel (x, y) to the source position it shows, as `tf.image.transform` takes it:
 * x' = m0 x + m1 y + m2, y' = m3 x + m4 y + m5 (m6 and m7 are 0: no perspective).
 * Source position = target position x source size / target size, the grid of `tf.image.resizeBilinear`.
 */
export function placementMatrix(placement: Placement, source: readonly [number, number], target: number): number[] {
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
