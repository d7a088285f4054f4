/** An image in memory, as a decoder or a canvas returns it. */
export interface RawImage {
	/** `[height, width, channels]`, 0 to 255. */
	readonly pixels: Uint8Array | Uint8ClampedArray;
	readonly width: number;
	readonly height: number;
	/** 1 grey, 3 RGB, 4 RGB with opacity, which is composited on white. */
	readonly channels: 1 | 3 | 4;
}

/** A rectangle in pixels of an image; it may have fractions and extend beyond the image. */
export interface Box {
	readonly left: number;
	readonly top: number;
	readonly width: number;
	readonly height: number;
}
