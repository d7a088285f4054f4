/** An image in memory, as a decoder or a canvas gives it. */
export interface RawImage {
	/** `[height, width, channels]`, 0 to 255. */
	readonly pixels: Uint8Array | Uint8ClampedArray;
	readonly width: number;
	readonly height: number;
	/** 1 grey, 3 RGB, 4 RGB with opacity, which is laid on white. */
	readonly channels: 1 | 3 | 4;
}

/** A rectangle in pixels of an image; it may have fractions and may reach beyond the image. */
export interface Box {
	readonly left: number;
	readonly top: number;
	readonly width: number;
	readonly height: number;
}
