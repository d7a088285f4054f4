import { open } from 'node:fs/promises';

/** What a file is by its content, whatever its name. */
export interface FileKind {
	/** In the singular: `HEIC photo`. */
	readonly name: string;
	/** `read`: a format that is decoded. `unread`: an image of another format. `other`: no image. */
	readonly group: 'read' | 'unread' | 'other';
	/** What the user can do about an image that is not read. */
	readonly remedy?: string;
	/** Whether it is a video. */
	readonly isVideo?: true;
}

/** The formats that are decoded, for messages. */
export const READ_FORMATS = 'JPEG, PNG, WebP, GIF, TIFF, AVIF or BMP';

const EXPORT = 'Export it as JPEG.';
const DEVELOP = 'Develop it in a photo program, and export it as JPEG.';
const APPLE = 'On an iPhone, export it as JPEG, or set Settings > Camera > Formats > Most Compatible.';

/** Names of the images that are not decoded, by the ending that file-type gives them. */
const UNREAD: Readonly<Record<string, readonly [name: string, remedy: string]>> = {
	heic: ['HEIC photo', APPLE],
	jp2: ['JPEG 2000 image', EXPORT],
	jpx: ['JPEG 2000 image', EXPORT],
	jpm: ['JPEG 2000 image', EXPORT],
	j2c: ['JPEG 2000 image', EXPORT],
	jxl: ['JPEG XL image', EXPORT],
	jxr: ['JPEG XR image', EXPORT],
	jls: ['JPEG-LS image', EXPORT],
	psd: ['Photoshop file', EXPORT],
	xcf: ['GIMP file', EXPORT],
	tga: ['Targa image', EXPORT],
	ico: ['icon', EXPORT],
	icns: ['icon', EXPORT],
	dcm: ['DICOM image', EXPORT],
	...Object.fromEntries(
		['cr2', 'cr3', 'nef', 'arw', 'dng', 'raf', 'orf', 'rw2'].map((ending) => [
			ending,
			[`camera raw file (${ending.toUpperCase()})`, DEVELOP] as const,
		]),
	),
};

/** Documents and archives, by their endings. */
const OTHER: Readonly<Record<string, string>> = { pdf: 'PDF document', zip: 'zip archive', ps: 'PostScript document' };
const READ: Readonly<Record<string, string>> = {
	jpg: 'JPEG',
	png: 'PNG',
	apng: 'PNG',
	webp: 'WebP',
	gif: 'GIF',
	tif: 'TIFF',
	avif: 'AVIF',
	bmp: 'BMP',
};

/** Bytes that file-type looks at, for the formats above. */
const HEAD_BYTES = 4100;
const TARGA_SIGNATURE = 'TRUEVISION-XFILE';

/** The beginning and the end of a file. */
export interface FileEnds {
	readonly head: Uint8Array;
	readonly tail: Uint8Array;
}

/** Takes the beginning and the end of a file, or of its content. */
export async function fileEnds(source: string | Uint8Array): Promise<FileEnds> {
	if (typeof source !== 'string') return { head: source.subarray(0, HEAD_BYTES), tail: source.subarray(-HEAD_BYTES) };
	const file = await open(source);
	try {
		const { size } = await file.stat();
		const read = async (position: number) => {
			const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, position);
			return buffer.subarray(0, bytesRead);
		};
		return { head: await read(0), tail: await read(Math.max(0, size - HEAD_BYTES)) };
	} finally {
		await file.close();
	}
}

/** Tells what a file is by its content; undefined if it is not recognised, such as text. */
export async function fileKind({ head, tail }: FileEnds): Promise<FileKind | undefined> {
	// An ES module, which this code can only load this way.
	const { fileTypeFromBuffer } = await import('file-type');
	const found = await fileTypeFromBuffer(head).catch(() => undefined);
	// A TIFF's directory is often at its end, where file-type cannot look for camera raw files.
	if (!found && isTiff(head)) return { name: 'TIFF image', group: 'read' };
	// Targa without a colour map begins like a cursor, in which the number of pictures follows.
	if (!found || (found.ext === 'cur' && head[4] + head[5] === 0))
		return isTarga(head, tail) ? unread('tga') : undefined;
	const { ext, mime } = found;
	// The general brand of the container may hold either; AVIF says so among its compatible brands.
	if (ext === 'heic' && Buffer.from(head.subarray(0, 64)).includes('avif'))
		return { name: 'AVIF image', group: 'read' };
	if (ext in READ) return { name: `${READ[ext]} image`, group: 'read' };
	if (ext in UNREAD) return unread(ext);
	if (mime.startsWith('image/')) return { name: `${ext.toUpperCase()} image`, group: 'unread', remedy: EXPORT };
	if (mime.startsWith('video/')) {
		return { name: `${ext.toUpperCase()} video`, group: 'other', remedy: 'Save a frame of it as JPEG.', isVideo: true };
	}
	return { name: OTHER[ext] ?? `${ext.toUpperCase()} file`, group: 'other' };
}

function unread(ending: string): FileKind {
	const [name, remedy] = UNREAD[ending];
	return { name, group: 'unread', remedy };
}

const isTiff = (head: Uint8Array) => /^(II[*+]\0|MM\0[*+])/.test(Buffer.from(head.subarray(0, 4)).toString('latin1'));

/** Targa has a signature at its end since 1989; before, only a plausible header. */
function isTarga(head: Uint8Array, tail: Uint8Array): boolean {
	if (Buffer.from(tail.subarray(-26)).toString('latin1').startsWith(TARGA_SIGNATURE, 8)) return true;
	if (head.length < 18) return false;
	const [, map, type] = head;
	const isMapped = type === 1 || type === 9;
	const isKnown = isMapped || [2, 3, 10, 11].includes(type);
	const hasSize = head[12] + head[13] > 0 && head[14] + head[15] > 0;
	return isKnown && map === Number(isMapped) && hasSize && [8, 15, 16, 24, 32].includes(head[16]) && head[17] < 64;
}
