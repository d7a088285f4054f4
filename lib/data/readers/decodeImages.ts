import { totalmem } from 'node:os';
import { DataError } from '../../errors';
import { formatMegabytes } from '../../format';
import { decodeFace } from '../image';
import type { Pixels } from '../pixels';
import type { FileTree } from './fileTree';
import type { ImageForm } from './imageForm';
import { progressOf, type ReaderOptions } from './readerOptions';

/** Receives decoded images, in any order. */
export interface PixelSink {
	/** Width and height of each image before resizing, by index; 0 if it is not there. */
	readonly sizes: Uint32Array;
	put(index: number, pixels: Uint8Array, width: number, height: number): void;
	/** Closes the gaps of the images that are not kept; returns the pixels. */
	keep(kept: Uint32Array): Pixels;
}

/** Decoded images in memory. */
export class PixelMemory implements PixelSink {
	readonly sizes: Uint32Array;
	private readonly pixels: Uint8Array;

	/** @throws {DataError} If the images do not fit into the memory of this machine. */
	constructor(
		images: number,
		private readonly imageBytes: number,
		place: string,
	) {
		const bytes = images * imageBytes;
		const available = Math.min(totalmem(), process.constrainedMemory?.() || Number.POSITIVE_INFINITY);
		if (bytes > available) {
			const expected = `images that fit into ${formatMegabytes(available)} of memory`;
			const remedy = 'Choose a smaller size, or a cacheFolder on whose disk they fit.';
			throw new DataError(expected, place, `${formatMegabytes(bytes)} of pixels`, remedy);
		}
		this.sizes = new Uint32Array(2 * images);
		this.pixels = new Uint8Array(bytes);
	}

	put(index: number, pixels: Uint8Array, width: number, height: number): void {
		this.pixels.set(pixels, index * this.imageBytes);
		this.sizes.set([width, height], 2 * index);
	}

	keep(kept: Uint32Array): Pixels {
		const { pixels, imageBytes } = this;
		for (const [place, index] of kept.entries()) {
			pixels.copyWithin(place * imageBytes, index * imageBytes, (index + 1) * imageBytes);
		}
		return pixels.subarray(0, kept.length * imageBytes);
	}
}

/** An image that cannot be read. */
export interface Unreadable {
	readonly name: string;
	readonly reason: string;
}

/** Number of unreadable files that a message names. */
const NAMED = 20;

/** Names the first of many unreadable files, with their reasons. */
export function listUnreadable(unreadable: readonly Unreadable[]): string {
	const named = unreadable.slice(0, NAMED).map(({ name, reason }) => `${name}: ${reason}`);
	const more = unreadable.length > NAMED ? `; and ${unreadable.length - NAMED} more` : '';
	return named.join('; ') + more;
}

/** Decodes the images that a sink does not have yet; returns those that cannot be read, by name. */
export async function decodeImages(
	tree: FileTree,
	names: readonly string[],
	{ form, sink }: { readonly form: ImageForm; readonly sink: PixelSink },
	options: ReaderOptions,
): Promise<Unreadable[]> {
	const places = new Map<string, number>();
	for (const [index, name] of names.entries()) if (sink.sizes[2 * index] === 0) places.set(name, index);
	const [before, left] = [1 - places.size / names.length, places.size / names.length];
	const unreadable: Unreadable[] = [];
	const take = async (name: string, content: Uint8Array) => {
		let face: Awaited<ReturnType<typeof decodeFace>>;
		try {
			face = await decodeFace(content, form, name);
		} catch (error) {
			if (!(error instanceof DataError)) throw error;
			return void unreadable.push({ name, reason: error.received });
		}
		sink.put(places.get(name) as number, face.pixels, face.width, face.height);
	};
	const progress = progressOf(options, `Decoding the images of ${tree.place}`);
	const report = (fraction: number) => progress(before + left * fraction);
	const refuse = (name: string, reason: string) => void unreadable.push({ name, reason });
	if (places.size > 0) await tree.each(new Set(places.keys()), take, { report, refuse });
	return unreadable.sort((a, b) => (a.name < b.name ? -1 : 1));
}
