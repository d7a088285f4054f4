import { readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { DataError, invalidArgument } from '../errors';
import type { RawImage } from './rawImage';

/** Height, width (in pixels) and channels (1 grey, 3 RGB) of an image. */
export interface ImageShape {
	readonly height: number;
	readonly width: number;
	/** Default 1. */
	readonly channels?: 1 | 3;
}

/**
 * Decodes an image (JPEG, PNG, WebP, GIF, TIFF or AVIF) to bytes of a given shape.
 *
 * The orientation that a camera notes in EXIF is applied, transparent parts become white, and an image of another size
 * is stretched to this one. Colours become grey by their luminance; grey images keep their values.
 * @param source A file's path, or a file's content.
 * @param name The image's name for errors; default the file's name.
 * @returns `[height, width, channels]`, 0 to 255.
 * @throws {DataError} If the content is no complete image.
 */
export async function decodeImage(source: string | Uint8Array, shape: ImageShape, name?: string): Promise<Uint8Array> {
	checkShape(shape);
	const { height, width } = shape;
	return decode(source, name, (image) => rawPixels(image.resize({ height, width, fit: 'fill' }), shape));
}

/**
 * Decodes a photo in its own size, in RGB, otherwise as `decodeImage` does.
 * @throws {DataError} If the content is no complete image.
 */
export function decodePhoto(source: string | Uint8Array, name?: string): Promise<RawImage> {
	return decode(source, name, async (image) => {
		const flat = image.flatten({ background: 'white' }).toColourspace('srgb').removeAlpha();
		const { data, info } = await flat.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
		return { pixels: new Uint8Array(data), width: info.width, height: info.height, channels: 3 };
	});
}

async function decode<T>(
	source: string | Uint8Array,
	name: string | undefined,
	read: (image: Sharp) => Promise<T>,
): Promise<T> {
	const place = name ?? (typeof source === 'string' ? path.basename(source) : 'the image');
	// Not sharp(path): libvips keeps opened files in a cache by path, and would not see that one has changed.
	const content = typeof source === 'string' ? await readFile(source) : source;
	if (content.length === 0) throw imageError(place, 'an empty file');
	try {
		return await read(sharp(content).autoOrient());
	} catch (error) {
		throw imageError(place, `one that cannot be decoded (${reason(error)})`);
	}
}

/**
 * Encodes bytes as a PNG file.
 * @param pixels `[height, width, channels]`, 0 to 255.
 * @throws {RangeError} If `pixels` does not have the length that the shape says.
 */
export async function encodePng(pixels: Uint8Array, shape: ImageShape): Promise<Buffer> {
	return rawImage(pixels, shape)
		.toColourspace(shape.channels === 3 ? 'srgb' : 'b-w')
		.png()
		.toBuffer();
}

/**
 * Encodes bytes as a JPEG file in colour, brought to a square of another size.
 * @param pixels `[height, width, channels]`, 0 to 255.
 * @param side Height and width of the picture, in pixels.
 * @throws {RangeError} If `pixels` does not have the length that the shape says, or `side` is no size.
 */
export async function encodeJpeg(pixels: Uint8Array, shape: ImageShape, side: number): Promise<Buffer> {
	checkShape({ height: side, width: side });
	const image = rawImage(pixels, shape).resize({ height: side, width: side, fit: 'fill' });
	return image.toColourspace('srgb').jpeg({ quality: 95 }).toBuffer();
}

/** Opens bytes as an image. */
function rawImage(pixels: Uint8Array, shape: ImageShape): Sharp {
	checkShape(shape);
	const { height, width, channels = 1 } = shape;
	if (pixels.length !== height * width * channels) {
		throw invalidArgument('pixels', `${height * width * channels} values`, `${pixels.length} values`);
	}
	return sharp(pixels, { raw: { height, width, channels } });
}

/**
 * Draws an SVG document to bytes of a given shape; what the drawing leaves open is white.
 * @returns `[height, width, channels]`, 0 to 255.
 * @throws {DataError} If the document is no SVG.
 */
export async function rasterizeSvg(svg: string, shape: ImageShape): Promise<Uint8Array> {
	checkShape(shape);
	const { height, width } = shape;
	try {
		return await rawPixels((await svgImage(svg, width)).resize({ height, width, fit: 'fill' }), shape);
	} catch (error) {
		throw svgError(error);
	}
}

/** How a drawing becomes a PNG file. */
export interface DrawingOptions {
	/** In pixels; the height follows the document. Default: the document's own width. */
	readonly width?: number;
	/** Whether 256 colours do, which halves a chart and spoils a photo. Default true. */
	readonly palette?: boolean;
}

const COMPRESSION = { compressionLevel: 9, adaptiveFiltering: true } as const;
const CHART = { ...COMPRESSION, palette: true, dither: 0 } as const;

/**
 * Draws an SVG document as a PNG file on white.
 * @throws {DataError} If the document is no SVG.
 */
export async function svgToPng(svg: string, { width, palette = true }: DrawingOptions = {}): Promise<Buffer> {
	if (width !== undefined && !(Number.isInteger(width) && width > 0)) {
		throw invalidArgument('width', 'integer above 0', width);
	}
	try {
		const drawing = (await svgImage(svg, width)).resize({ width }).flatten({ background: 'white' });
		return await drawing.png(palette ? CHART : COMPRESSION).toBuffer();
	} catch (error) {
		throw svgError(error);
	}
}

/** Opens an SVG document so that it is drawn at its final width: enlarging the finished drawing would blur its edges. */
async function svgImage(svg: string, width: number | undefined): Promise<Sharp> {
	const content = Buffer.from(svg);
	const { width: ownWidth = 1 } = await sharp(content).metadata();
	// At 72 dots an inch one unit of the document is one pixel; sharp takes 1 to 100,000.
	const density = width === undefined ? 72 : Math.min(Math.max((72 * width) / ownWidth, 1), 100_000);
	return sharp(content, { density });
}

function checkShape({ height, width, channels = 1 }: ImageShape): void {
	for (const [name, side] of Object.entries({ height, width })) {
		if (!Number.isInteger(side) || side < 1) throw invalidArgument(name, 'integer above 0', side);
	}
	if (channels !== 1 && channels !== 3) throw invalidArgument('channels', '1 or 3', channels);
}

async function rawPixels(image: Sharp, { channels = 1 }: ImageShape): Promise<Uint8Array> {
	const flat = image.flatten({ background: 'white' }).toColourspace(channels === 1 ? 'b-w' : 'srgb');
	return await flat.raw({ depth: 'uchar' }).toBuffer();
}

function reason(error: unknown): string {
	const message = error instanceof Error ? error.message : String(error);
	return message.replaceAll(/\s+/g, ' ').trim();
}

function imageError(place: string, received: string): DataError {
	return new DataError('an image', place, received, 'Replace the file by a complete one, or delete it.');
}

function svgError(error: unknown): DataError {
	return new DataError(
		'an SVG document',
		'the drawing',
		`one that cannot be drawn (${reason(error)})`,
		'Check its text.',
	);
}
