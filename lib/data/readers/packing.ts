import { open } from 'node:fs/promises';
import path from 'node:path';
import zlib from 'node:zlib';
import { Header } from 'tar';
import { DataError } from '../../errors';
import { damaged } from './archiveEntry';

/** How a file is packed: as one text or as an archive; a text or a tar may be gzipped as a whole. */
interface Readable {
	readonly kind: 'text' | 'tar' | 'zip';
	readonly gzipped: boolean;
	/** The first bytes, unzipped if `gzipped`. */
	readonly start: Buffer;
}

/** A file that is none of these: what it is, and what to do. */
interface Foreign extends Omit<Readable, 'kind'> {
	readonly kind: 'other';
	readonly found: string;
	readonly remedy: string;
}

export type Packing = Readable | Foreign;

const START_BYTES = 64 * 1024;
const TAR_BLOCK = 512;
/** A text has no control characters at its start; those of UTF-16 have a 0 in every other byte. */
const TEXT_BYTES = 512;

const ARCHIVES = [
	'7z',
	'ace',
	'ar',
	'arj',
	'bz2',
	'cab',
	'cpio',
	'gz',
	'lz',
	'lz4',
	'lzh',
	'rar',
	'xz',
	'Z',
	'zip',
	'zst',
];
/** Tables of other programs. */
const TABLES = ['xlsx', 'xls', 'xlsm', 'ods'];
const PLACE = 'Give the path of a folder of images, of an archive of one, or of a CSV file.';

/** Detects how a file is packed, or what else it is, by its first bytes, whatever its name. */
export async function packingOf(file: string): Promise<Packing> {
	const packed = await readStart(file);
	const magic = packed.toString('latin1', 0, 4);
	if (magic === 'PK\x03\x04' || magic === 'PK\x05\x06') {
		// Office documents are zip archives whose first entry has one of these names.
		const isDocument = /^(\[Content_Types\]|_rels\/|mimetype|META-INF\/)/.test(packed.toString('latin1', 30, 60));
		return isDocument ? foreign(packed, false) : { kind: 'zip', gzipped: false, start: packed };
	}
	const gzipped = magic.startsWith('\x1f\x8b');
	const start = gzipped ? firstUnpacked(file, packed) : packed;
	if (isParquet({ start, gzipped })) return foreign(start, gzipped);
	if (isTar(start)) return { kind: 'tar', gzipped, start };
	return describeText(start, gzipped) ?? (isText(start) ? { kind: 'text', gzipped, start } : foreign(start, gzipped));
}

/** Whether a file is in the Parquet format, by its first bytes. */
export function isParquet({ start, gzipped }: Pick<Packing, 'start' | 'gzipped'>): boolean {
	return !gzipped && start.toString('latin1', 0, 4) === 'PAR1';
}

/** The error for a file of which something else was expected. */
export function foreignFile(expected: string, file: string, other: Pick<Foreign, 'found' | 'remedy'>): DataError {
	return new DataError(expected, path.basename(file), other.found, other.remedy);
}

async function readStart(file: string): Promise<Buffer> {
	const handle = await open(file);
	try {
		const { buffer, bytesRead } = await handle.read(Buffer.alloc(START_BYTES), 0, START_BYTES, 0);
		return buffer.subarray(0, bytesRead);
	} finally {
		await handle.close();
	}
}

/** Unpacks the first bytes of a gzip file; they end in the middle, which a sync flush allows. */
function firstUnpacked(file: string, start: Buffer): Buffer {
	try {
		return zlib.gunzipSync(start, { finishFlush: zlib.constants.Z_SYNC_FLUSH });
	} catch (error) {
		throw damaged(file, error);
	}
}

function isTar(start: Buffer): boolean {
	if (start.length < TAR_BLOCK) return false;
	try {
		return new Header(start, 0).cksumValid;
	} catch {
		// Bytes that are no header may have numbers out of range.
		return false;
	}
}

function isText(start: Buffer): boolean {
	if (isUtf16(start)) return true;
	const first = start.subarray(0, TEXT_BYTES);
	const unreadable = first.toString('utf8').split('\ufffd').length - 1;
	return first.every((byte) => byte >= 32 || (byte >= 9 && byte <= 13)) && unreadable <= first.length / 4;
}

/** The encoding of a text with two bytes a character, by its byte-order mark or the zeros of its first letters. */
export function isUtf16(start: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
	const [first, second, third, fourth] = start;
	if (first === 0xff && second === 0xfe) return 'utf-16le';
	if (first === 0xfe && second === 0xff) return 'utf-16be';
	const isLetter = (byte: number) => byte >= 32 && byte < 127;
	if (isLetter(first) && second === 0 && isLetter(third) && fourth === 0) return 'utf-16le';
	return first === 0 && isLetter(second) && third === 0 && isLetter(fourth) ? 'utf-16be' : undefined;
}

/** Recognises what is often saved in place of a file. */
function describeText(start: Buffer, gzipped: boolean): Foreign | undefined {
	const text = start
		.toString('utf8', 0, TEXT_BYTES)
		.replace(/^\uFEFF/, '')
		.trimStart();
	const other = (found: string, remedy: string): Foreign => ({ kind: 'other', gzipped, start, found, remedy });
	if (/^<(!doctype\s+html|html|head|body)\b/i.test(text)) {
		return other(
			'a web page',
			'It was saved in place of the file: download it again, signed in where the site asks it.',
		);
	}
	if (text.startsWith('version https://git-lfs.')) return other('a Git LFS pointer', 'Fetch the file: git lfs pull');
	return text.startsWith('%PDF-') ? other('a file of type pdf', PLACE) : undefined;
}

/** Names a binary file. */
async function foreign(start: Buffer, gzipped: boolean): Promise<Foreign> {
	const { fileTypeFromBuffer } = await import('file-type');
	// It reads on where the first bytes end.
	const { ext = '', mime = '' } = (await fileTypeFromBuffer(start).catch(() => undefined)) ?? {};
	const found = ext ? `a file of type ${ext} (${mime})` : 'binary data of an unknown kind';
	return { kind: 'other', gzipped, start, found: gzipped ? `${found}, gzipped` : found, remedy: remedyFor(ext, mime) };
}

function remedyFor(ext: string, mime: string): string {
	if (ARCHIVES.includes(ext)) return 'Unpack it first; tar, tar.gz and zip archives are read as they are.';
	if (ext === 'parquet') return 'Use it as a data set of its own: npx fer train --data PATH.';
	if (TABLES.includes(ext)) return 'Save it as a CSV file.';
	return mime.startsWith('image/') ? `${PLACE} To classify a photo, use npx fer predict.` : PLACE;
}
