import { readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { DataError, invalidArgument } from '../errors';
import { decode, reason } from './decode';

/** Height and width (in pixels) and channels (1 grey, 3 RGB) of an image. */
export interface ImageShape {
	readonly height: number;
	readonly width: number;
	/** Default 1. */
	readonly channels?: 1 | 3;
}

/**
 * Decodes an image (JPEG, PNG, WebP, GIF, TIFF, AVIF or BMP), a file or its content, to bytes of a given shape.
 *
 * Applies the EXIF orientation, composites transparent parts on white, and stretches the image to the given size.
 * Colours are converted to grey by their luminance; grey images keep their values.
 * @param name The name of the image for errors. Default: that of the file.
 */
export async function decodeImage(source: string | Uint8Array, shape: ImageShape, name?: string): Promise<Uint8Array> {
	checkShape(shape);
	const { height, width } = shape;
	const read = (image: Sharp) => rawPixels(image.resize({ height, width, fit: 'fill' }), shape);
	return (await decode(source, name, read)).value;
}

/** Reads the header of an image: its stored size in pixels, before its EXIF orientation is applied, and its channels. */
export async function imageSize(content: Uint8Array): Promise<Required<ImageShape>> {
	const { value } = await decode(content, undefined, (image) => image.metadata());
	const { width, height, space } = value;
	return { width, height, channels: space === 'b-w' || space === 'grey16' ? 1 : 3 };
}

/** A decoded face, and the stored size of its image. */
export interface DecodedFace {
	readonly pixels: Uint8Array;
	readonly width: number;
	readonly height: number;
}

/**
 * Decodes an image to a square as `decodeImage` does, but keeps its proportions: the shorter side is centred, and the
 * pixels at its edges are repeated outwards. Augmentation fills in the same way, so networks know such borders; black ones
 * would be edges that a network could learn as a mark of some source.
 */
export async function decodeFace(
	content: Uint8Array,
	{ size, channels }: { readonly size: number; readonly channels: 1 | 3 },
	name: string,
): Promise<DecodedFace> {
	const read = async (image: Sharp): Promise<DecodedFace> => {
		const { width, height, autoOrient } = await image.metadata();
		const longer = Math.max(autoOrient.width, autoOrient.height);
		const scaled = (side: number) => Math.max(1, Math.round((size * side) / longer));
		const inner = { width: scaled(autoOrient.width), height: scaled(autoOrient.height) };
		const [left, top] = [size - inner.width, size - inner.height].map((room) => Math.floor(room / 2));
		const [right, bottom] = [size - inner.width - left, size - inner.height - top];
		const fitted = image.resize({ ...inner, fit: 'fill' });
		const padded =
			longer === Math.min(autoOrient.width, autoOrient.height)
				? fitted
				: fitted.extend({ left, top, right, bottom, extendWith: 'copy' });
		return { pixels: await rawPixels(padded, { width: size, height: size, channels }), width, height };
	};
	checkShape({ width: size, height: size, channels });
	return (await decode(content, name, read)).value;
}

/** Encodes bytes, `[height, width, channels]`, as a PNG file. */
export async function encodePng(pixels: Uint8Array, shape: ImageShape): Promise<Buffer> {
	const colours = shape.channels === 3 ? 'srgb' : 'b-w';
	return rawImage(pixels, shape).toColourspace(colours).png().toBuffer();
}

/** Encodes bytes, `[height, width, channels]`, as a JPEG file in colour, stretched to a square of `side` pixels. */
export async function encodeJpeg(pixels: Uint8Array, shape: ImageShape, side: number): Promise<Buffer> {
	checkShape({ height: side, width: side });
	const image = rawImage(pixels, shape).resize({ height: side, width: side, fit: 'fill' });
	return image.toColourspace('srgb').jpeg({ quality: 95 }).toBuffer();
}

function rawImage(pixels: Uint8Array, shape: ImageShape): Sharp {
	checkShape(shape);
	const { height, width, channels = 1 } = shape;
	if (pixels.length !== height * width * channels) {
		throw invalidArgument('pixels', `${height * width * channels} values`, `${pixels.length} values`);
	}
	return sharp(pixels, { raw: { height, width, channels } });
}

/** Renders an SVG document to bytes of a given shape, on white. */
export async function rasterizeSvg(svg: string, shape: ImageShape): Promise<Uint8Array> {
	checkShape(shape);
	const { height, width } = shape;
	return renderSvg(svg, async (content) => {
		const { width: ownWidth = 1 } = await sharp(content).metadata();
		// Drawn at its final width: enlarging the finished drawing would blur its edges. At 72 dots per inch one unit of the
		// document is one pixel; sharp accepts 1 to 100,000.
		const density = Math.min(Math.max((72 * width) / ownWidth, 1), 100_000);
		return rawPixels(sharp(content, { density }).resize({ height, width, fit: 'fill' }), shape);
	});
}

const COMPRESSION = { compressionLevel: 9, adaptiveFiltering: true } as const;

/** Marks the pictures, pages and videos of this program, so that it never replaces those of the user. */
export const SOFTWARE = 'fer, facial emotion recognition';

/**
 * Renders an SVG document as a PNG file, on white, with 256 colours if `palette`: half the size, but not for photos. Its
 * metadata name this program; see `isOwnPng`.
 */
export async function svgToPng(svg: string, palette = true): Promise<Buffer> {
	return renderSvg(svg, (content) => {
		const drawing = sharp(content)
			.flatten({ background: 'white' })
			.withExif({ IFD0: { Software: SOFTWARE } });
		return drawing.png(palette ? { ...COMPRESSION, palette, dither: 0 } : COMPRESSION).toBuffer();
	});
}

/** Renders an SVG document to its own size in RGB with opacity: `[height, width, 4]`, 0 to 255. */
export async function svgToRgba(svg: string): Promise<Uint8Array> {
	return renderSvg(svg, (content) =>
		sharp(content).ensureAlpha().toColourspace('srgb').raw({ depth: 'uchar' }).toBuffer(),
	);
}

/** Whether a file is a PNG that `svgToPng` made. */
export async function isOwnPng(file: string): Promise<boolean> {
	const { format, exif } = await sharp(await readFile(file))
		.metadata()
		.catch(() => ({ format: undefined, exif: undefined }));
	return format === 'png' && (exif?.includes(SOFTWARE) ?? false);
}

/** Whether a PNG that begins like this was made by `svgToPng`: its metadata come first. */
export function isOwnPngHead(head: Uint8Array): boolean {
	return head[0] === 0x89 && Buffer.from(head).includes(SOFTWARE);
}

async function renderSvg<T>(svg: string, render: (content: Buffer) => Promise<T>): Promise<T> {
	try {
		return await render(Buffer.from(svg));
	} catch (error) {
		throw new DataError('an SVG document', 'the drawing', `an invalid one (${reason(error)})`, 'Check its text.');
	}
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
