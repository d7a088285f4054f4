/** The pixels of many images, in memory or on disk: what a data set needs of them. A Uint8Array is one. */
export interface Pixels {
	readonly length: number;
	/** The bytes from `start` to `end`: a view, or a copy where they are not in memory. */
	subarray(start: number, end: number): Uint8Array;
}

/** Pixels up to this many bytes are held in memory; those of larger data sets stay in a file of the cache. */
export const MEMORY_BYTES = 256e6;

const CHUNK_BYTES = 4e6;

/** Passes over pixels in pieces of a few megabytes. */
export function* chunksOf(pixels: Pixels): Generator<Uint8Array> {
	for (let start = 0; start < pixels.length; start += CHUNK_BYTES) {
		yield pixels.subarray(start, Math.min(pixels.length, start + CHUNK_BYTES));
	}
}

/** Some images of one source, in the order of `indices`. */
export interface Selection {
	readonly pixels: Pixels;
	readonly indices: Uint32Array;
}

/**
 * Joins some images of one or more sources, each of `imageBytes`. The result is a copy up to `memoryBytes`; a larger one
 * reads from its sources.
 */
export function selectPixels(parts: readonly Selection[], imageBytes: number, memoryBytes = MEMORY_BYTES): Pixels {
	const selected = new SelectedPixels(parts, imageBytes);
	return selected.length <= memoryBytes ? selected.subarray(0, selected.length) : selected;
}

class SelectedPixels implements Pixels {
	readonly length: number;

	constructor(
		private readonly parts: readonly Selection[],
		private readonly imageBytes: number,
	) {
		this.length = imageBytes * parts.reduce((sum, { indices }) => sum + indices.length, 0);
	}

	subarray(start: number, end: number): Uint8Array {
		const { imageBytes } = this;
		const first = Math.floor(start / imageBytes);
		// The usual case, one image, needs no copy.
		if (end > start && end <= (first + 1) * imageBytes) {
			return this.within(first, start - first * imageBytes, end - first * imageBytes);
		}
		const bytes = new Uint8Array(Math.max(0, end - start));
		for (let image = first; image * imageBytes < end; image++) {
			const offset = image * imageBytes;
			const [from, to] = [Math.max(start - offset, 0), Math.min(end - offset, imageBytes)];
			bytes.set(this.within(image, from, to), offset + from - start);
		}
		return bytes;
	}

	/** The bytes from `start` to `end` of one image. */
	private within(image: number, start: number, end: number): Uint8Array {
		let place = image;
		for (const { pixels, indices } of this.parts) {
			if (place < indices.length) {
				const offset = indices[place] * this.imageBytes;
				return pixels.subarray(offset + start, offset + end);
			}
			place -= indices.length;
		}
		throw new RangeError(`Expected an image below ${this.length / this.imageBytes} but received ${image}.`);
	}
}
