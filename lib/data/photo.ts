import sharp, { type Metadata } from 'sharp';
import { decode } from './decode';
import type { Box, RawImage } from './rawImage';

/** Pixels of a photo in memory at most: more than a detector looks at, and enough for the crop of the smallest face that it finds. */
export const WORKING_PIXELS = 3840 * 2160;
/** The longer side of a photo in memory at most, in pixels: decoding a strip takes memory by the length of its rows. */
const WORKING_SIDE = 16_384;

interface Size {
	readonly width: number;
	readonly height: number;
}

/** A decoded photo. */
export interface Photo extends RawImage {
	readonly channels: 3;
	/** The size of the photo in its file, upright, in pixels: larger than that of the pixels here if it was reduced. */
	readonly original: Size;
	/** What is special about the file: `the first of 12 frames`, `complete, but with no end mark`. */
	readonly note?: string;
}

/**
 * Decodes a photo in RGB, in its own size up to 8.3 megapixels (3840 x 2160) and 16,384 pixels a side, and reduced to as
 * many if it has more; otherwise as `decodeImage` does. Takes the first frame of an animation.
 *
 * A file, unlike its content, is decoded in parts where its format permits, so that large photos take little memory.
 * @throws {DataError} If the content is not a complete image, or has more than 268 megapixels.
 * @example
 * ```ts
 * const { value: [, figure] } = await fer.drawRunFigures(results).next();
 * const photo = await fer.decodePhoto(await fer.toPng(figure)); // a file name works too
 * photo.channels; // 3
 * ```
 */
export async function decodePhoto(source: string | Uint8Array, name?: string): Promise<Photo> {
	const { value, flaws } = await decode(source, name, async (image, { head }) => {
		const header = await image.metadata();
		const { width, height } = header.autoOrient;
		const reduced = workingSize(header.autoOrient);
		if (reduced.width < width || reduced.height < height) image.resize({ ...reduced, fit: 'fill' });
		const flat = image.flatten({ background: 'white' }).toColourspace('srgb').removeAlpha();
		return { ...(await pixelsOf(flat)), original: { width, height }, frames: framesNote(header, head) };
	});
	const { frames, ...photo } = value;
	const harmless = flaws.length > 0 ? `complete, but with ${flaws.join(' and ')}` : undefined;
	const note = [frames, harmless].filter(Boolean).join('; ');
	return { ...photo, ...(note && { note }) };
}

/** Cuts a box with whole numbers, inside the photo, out of it and scales it to a size, in RGB, composited on white. */
export async function scaleBox(photo: RawImage, { left, top, width, height }: Box, size: Size): Promise<RawImage> {
	const { pixels, channels } = photo;
	const image = sharp(pixels, { raw: { width: photo.width, height: photo.height, channels }, limitInputPixels: false });
	image
		.extract({ left, top, width, height })
		.flatten({ background: 'white' })
		.resize({ ...size, fit: 'fill' });
	return pixelsOf(image.toColourspace('srgb').removeAlpha());
}

/** The size of a photo in memory, in nearly the same proportions. */
function workingSize({ width, height }: Size): Size {
	const longer = Math.max(width, height);
	const scale = Math.min(1, Math.sqrt(WORKING_PIXELS / (width * height)), WORKING_SIDE / longer);
	const short = Math.max(1, Math.floor(Math.min(width, height) * scale));
	const long = Math.min(longer, Math.floor(WORKING_PIXELS / short), Math.ceil(longer * scale));
	return width < height ? { width: short, height: long } : { width: long, height: short };
}

async function pixelsOf(image: sharp.Sharp) {
	const { data, info } = await image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
	const pixels = new Uint8Array(data.buffer, data.byteOffset, data.length);
	return { pixels, width: info.width, height: info.height, channels: 3 as const };
}

/** Tells that an image is the first of several. */
function framesNote({ format, pages = 1 }: Metadata, head: Uint8Array): string | undefined {
	const kind = format === 'tiff' ? 'pages' : format === 'heif' ? 'images' : 'frames';
	const count = format === 'png' ? animatedPngFrames(head) : pages;
	return count > 1 ? `the first of ${count} ${kind}` : undefined;
}

/** The number of frames of an animated PNG, which libpng does not know; 1 of any other. */
function animatedPngFrames(head: Uint8Array): number {
	const bytes = Buffer.from(head);
	const place = bytes.indexOf('acTL');
	return place > 0 && place + 8 <= bytes.length ? bytes.readUInt32BE(place + 4) : 1;
}
