import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import sharp, { type Sharp, type SharpOptions } from 'sharp';
import { DataError } from '../errors';
import { formatCount } from '../format';
import { openBmp } from './bmp';
import { type FileEnds, fileEnds, fileKind } from './imageKind';
import { isJpeg, repairJpeg } from './jpegRepair';

/** The most pixels that an image may have: more would be a decompression bomb. The limit of sharp. */
export const MOST_PIXELS = 0x3fff ** 2;

// libvips would take a file that has changed for the one that it has read by the same path before.
sharp.cache(false);

/** What `decode` returns: what was read, and the harmless flaws of the file, such as `no end mark`. */
export interface Decoded<T> {
	readonly value: T;
	readonly flaws: readonly string[];
}

/** Opens the image, or another decoder of the same image, to the same pixels. */
type OpenImage = (options?: SharpOptions) => Sharp;

/**
 * Decodes an image, a file or its content, strictly; JPEG files whose flaws concern none of their pixels are read as well.
 * @param name The name of the image for errors. Default: that of the file.
 * @param read Receives the image in its EXIF orientation, and the ends of its file; called again after a repair.
 * @throws {DataError} If it is no image of a known format, has more than `MOST_PIXELS`, or is not complete; says how much is
 * missing.
 */
export async function decode<T>(
	source: string | Uint8Array,
	name: string | undefined,
	read: (image: Sharp, ends: FileEnds) => Promise<T>,
): Promise<Decoded<T>> {
	const place = name ?? (typeof source === 'string' ? basename(source) : 'the image');
	const ends = await fileEnds(source);
	if (ends.head.length === 0) throw damaged(place, 'an empty file');
	// JPEG and PNG, nearly all images, need no further look.
	const kind = isJpeg(ends.head) || isPng(ends.head) ? undefined : await fileKind(ends);
	if (kind && kind.group !== 'read') {
		const remedy = kind.remedy ?? 'Give an image.';
		throw new DataError('an image', place, `a file of another format (${kind.name})`, remedy);
	}
	const open = kind?.name === 'BMP image' ? await openBmp(await contentOf(source), place) : await opener(source);
	const readImage = (image: Sharp) => read(image, ends);
	try {
		return { value: await readImage(open().autoOrient()), flaws: [] };
	} catch (error) {
		const repaired = isJpeg(ends.head) ? repairJpeg(await contentOf(source)) : undefined;
		const decoded = repaired?.hasAllScans ? await readRepaired(repaired, readImage) : undefined;
		if (decoded) return decoded;
		const lacksEnd = isPng(ends.head) && !Buffer.from(ends.tail).includes('IEND');
		const isCutOff = repaired?.flaws.includes(NO_END) ?? lacksEnd;
		throw await explain(error, repaired ? await opener(repaired.content) : open, place, isCutOff);
	}
}

const NO_END = 'no end mark';

const isPng = (content: Uint8Array) => content[0] === 0x89 && content[1] === 0x50 && content[2] === 0x4e;

async function contentOf(source: string | Uint8Array): Promise<Uint8Array> {
	return typeof source === 'string' ? readFile(source) : source;
}

async function opener(source: string | Uint8Array): Promise<OpenImage> {
	// libvips reads a file in parts, but takes what stands in brackets at the end of a name for options.
	const input = typeof source === 'string' && source.endsWith(']') ? await readFile(source) : source;
	return (options) => sharp(input, { limitInputPixels: MOST_PIXELS, ...options });
}

/** Decodes a repaired JPEG file; undefined if it has other flaws. */
async function readRepaired<T>(
	{ content, flaws }: ReturnType<typeof repairJpeg>,
	read: (image: Sharp) => Promise<T>,
): Promise<Decoded<T> | undefined> {
	const open = await opener(content);
	try {
		return { value: await read(open().autoOrient()), flaws };
	} catch (error) {
		// libjpeg names only the first flaw: if that comes after the last pixel, there is none before.
		if (!/extraneous bytes before marker 0xd9/.test(reason(error))) return undefined;
		const value = await read(open({ failOn: 'error' }).autoOrient());
		return { value, flaws: [...flaws, 'stray bytes before a marker'] };
	}
}

/** Explains why an image cannot be decoded. */
async function explain(error: unknown, open: OpenImage, place: string, isCutOff: boolean): Promise<DataError> {
	const message = reason(error);
	if (/unsupported image format/.test(message)) return damaged(place, 'one that cannot be decoded (unknown format)');
	if (/exceeds pixel limit/.test(message)) {
		const { width, height } = await open({ limitInputPixels: false }).metadata();
		const size = `one of ${formatCount(width)} x ${formatCount(height)} pixels (${megapixels(width * height)})`;
		return new DataError(
			`an image of at most ${megapixels(MOST_PIXELS)}`,
			place,
			size,
			'Reduce it in a photo program.',
		);
	}
	const missing = await unreadableShare(open);
	if (missing === undefined) {
		return damaged(place, isCutOff ? `one that is cut off (${message})` : `one that cannot be decoded (${message})`);
	}
	const lower = `the lower ${Math.min(99, Math.max(1, Math.round(100 * missing)))} % of its rows`;
	return damaged(
		place,
		isCutOff ? `one that is cut off: ${lower} are missing` : `one that is damaged: ${lower} (${message})`,
	);
}

const megapixels = (pixels: number) => `${formatCount(Math.floor(pixels / 1e6))} megapixels`;

function damaged(place: string, found: string): DataError {
	return new DataError('an image', place, found, 'Replace the file by a complete one, or delete it.');
}

/** The share of an image's rows, at its lower end, that cannot be decoded; undefined if that are all. */
async function unreadableShare(open: OpenImage): Promise<number | undefined> {
	const canRead = (width: number, height: number) =>
		open()
			.extract({ left: 0, top: 0, width, height })
			.resize(8, 8, { fit: 'fill' })
			.raw()
			.toBuffer()
			.then(
				() => true,
				() => false,
			);
	const { width, height } = await open()
		.metadata()
		.catch(() => ({ width: 0, height: 0 }));
	// If all can be read, the fault is another one.
	if (height === 0 || (await canRead(width, height))) return undefined;
	let [good, bad] = [0, height];
	while (bad - good > Math.max(1, height / 200)) {
		const middle = Math.floor((good + bad) / 2);
		if (await canRead(width, middle)) good = middle;
		else bad = middle;
	}
	return good > 0 ? 1 - good / height : undefined;
}

/** The message of a decoder's error, on one line. */
export function reason(error: unknown): string {
	const message = error instanceof Error ? error.message : String(error);
	return message.replaceAll(/\s+/g, ' ').trim();
}
