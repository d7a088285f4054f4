import sharp, { type Sharp, type SharpOptions } from 'sharp';
import { DataError } from '../errors';
import { formatCount } from '../format';

/** The most pixels that a bitmap may have: unlike other formats, it is decoded whole, to four bytes a pixel. */
const MOST_PIXELS = 40e6;
const REMEDY = 'Save it as PNG in a picture program.';

/** What the header of a bitmap says. */
interface Header {
	readonly width: number;
	readonly height: number;
	readonly isTopDown: boolean;
	readonly bits: number;
	/** Where the colours of the palette begin, and where the rows do. */
	readonly palette: number;
	readonly rows: number;
}

/**
 * Decodes a Windows bitmap of 1, 4, 8, 24 or 32 bits per pixel without compression; the fourth byte of 32 bits is not used.
 * @returns Opens the pixels as an image, as often as needed.
 * @throws {DataError} If it is another kind of bitmap, too large, or not complete.
 */
export async function openBmp(content: Uint8Array, place: string): Promise<(options?: SharpOptions) => Sharp> {
	const bytes = Buffer.from(content.buffer, content.byteOffset, content.length);
	const { width, height, isTopDown, bits, palette, rows } = readHeader(bytes, place);
	const stride = Math.ceil((width * bits) / 32) * 4;
	const complete = Math.floor((bytes.length - rows) / stride);
	if (complete < height) {
		const missing = Math.max(1, Math.round(100 * (1 - Math.max(0, complete) / height)));
		const found = `one that is cut off: ${missing} % of its rows are missing`;
		throw new DataError('an image', place, found, 'Replace the file by a complete one, or delete it.');
	}
	const pixels = new Uint8Array(width * height * 3);
	for (let y = 0; y < height; y++) {
		const row = rows + (isTopDown ? y : height - 1 - y) * stride;
		for (let x = 0; x < width; x++) {
			const at = bits >= 24 ? row + (x * bits) / 8 : palette + 4 * indexAt(bytes, row, x, bits);
			// Stored as blue, green, red.
			for (let c = 0; c < 3; c++) pixels[(y * width + x) * 3 + c] = bytes[at + 2 - c];
		}
	}
	return (options) => sharp(pixels, { raw: { width, height, channels: 3 }, limitInputPixels: MOST_PIXELS, ...options });
}

function readHeader(bytes: Buffer, place: string): Header {
	const refuse = (found: string) => new DataError('an image', place, found, REMEDY);
	const size = bytes.length >= 54 ? bytes.readUInt32LE(14) : 0;
	if (size < 40) throw refuse('a bitmap with an old or incomplete header');
	const [width, signedHeight] = [bytes.readInt32LE(18), bytes.readInt32LE(22)];
	const [height, bits, compression] = [Math.abs(signedHeight), bytes.readUInt16LE(28), bytes.readUInt32LE(30)];
	if (width < 1 || height < 1) throw refuse('a bitmap without a size');
	if (width * height > MOST_PIXELS) {
		const found = `one of ${formatCount(width)} x ${formatCount(height)} pixels`;
		throw new DataError(`a bitmap of at most ${MOST_PIXELS / 1e6} megapixels`, place, found, REMEDY);
	}
	// 3 gives masks for the colours; with 32 bits they are nearly always those of plain bitmaps.
	const isPlain = compression === 0 || (compression === 3 && bits === 32 && hasPlainMasks(bytes));
	if (!isPlain || ![1, 4, 8, 24, 32].includes(bits)) {
		throw refuse(`a bitmap of ${bits} bits with compression ${compression}`);
	}
	return { width, height, isTopDown: signedHeight < 0, bits, palette: 14 + size, rows: bytes.readUInt32LE(10) };
}

/** Whether red is the third byte of a pixel, as it is without masks. */
const hasPlainMasks = (bytes: Buffer) => bytes.length >= 58 && bytes.readUInt32LE(54) === 0xff0000;

/** The palette index of a pixel; the first pixel is in the highest bits. */
function indexAt(bytes: Buffer, row: number, x: number, bits: number): number {
	const place = x * bits;
	return (bytes[row + (place >> 3)] >> (8 - bits - (place & 7))) & ((1 << bits) - 1);
}
