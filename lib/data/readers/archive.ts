import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';
import { Header, Parser, type ReadEntry } from 'tar';
import yauzl from 'yauzl';
import { DataError } from '../../errors';

/** How a file is packed: as one text or as an archive; a text or a tar may be gzipped as a whole. */
interface Packing {
	readonly kind: 'text' | 'tar' | 'zip';
	readonly gzipped: boolean;
	/** The first bytes, unzipped if `gzipped`. */
	readonly start: Buffer;
}

/** One file inside an archive: its path, with forward slashes, and its bytes, which only the visit may read, once. */
export interface ArchiveEntry {
	readonly name: string;
	readonly content: AsyncIterable<Uint8Array>;
}

type Visit = (entry: ArchiveEntry) => Promise<void>;

/** Receives the fraction of a file that has been read, 0 to 1. */
export type Report = (fraction: number) => void;

const TAR_BLOCK = 512;
const CHUNK_BYTES = 2 ** 18;

/** Missing in Node before 20.15, where only damage that breaks the compression of a zip is found. */
const { crc32 }: { crc32?: typeof zlib.crc32 } = zlib;

/** Detects how a file is packed by its first bytes, whatever its name. */
export async function packingOf(file: string): Promise<Packing> {
	const handle = await open(file);
	try {
		const { buffer, bytesRead } = await handle.read(Buffer.alloc(64 * 1024), 0, 64 * 1024, 0);
		const packed = buffer.subarray(0, bytesRead);
		const magic = packed.toString('latin1', 0, 4);
		if (magic === 'PK\x03\x04' || magic === 'PK\x05\x06') return { kind: 'zip', gzipped: false, start: packed };
		const gzipped = magic.startsWith('\x1f\x8b');
		const start = gzipped ? firstUnpacked(packed) : packed;
		const isTar = start.length >= TAR_BLOCK && new Header(start, 0).cksumValid;
		return { kind: isTar ? 'tar' : 'text', gzipped, start };
	} finally {
		await handle.close();
	}
}

/** Unpacks the first bytes of a gzip file; they end in the middle, which a sync flush allows. */
function firstUnpacked(start: Buffer): Buffer {
	try {
		return zlib.gunzipSync(start, { finishFlush: zlib.constants.Z_SYNC_FLUSH });
	} catch {
		return Buffer.alloc(0);
	}
}

/** Reads a stream of bytes whole. */
export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
	const all: Uint8Array[] = [];
	for await (const chunk of chunks) all.push(chunk);
	return Buffer.concat(all);
}

/** Streams the bytes of a file to a reader, through gunzip if it is gzipped, and returns the reader's result. */
export async function readUnpacked<T>(
	file: string,
	gzipped: boolean,
	read: (chunks: AsyncIterable<Uint8Array>) => Promise<T>,
	report?: Report,
): Promise<T> {
	const input = createReadStream(file, { highWaterMark: CHUNK_BYTES });
	const { size } = await stat(file);
	const counted = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
		for await (const chunk of chunks) {
			report?.(input.bytesRead / size);
			yield chunk;
		}
	};
	try {
		return await (gzipped
			? pipeline(input, zlib.createGunzip({ chunkSize: CHUNK_BYTES }), counted, read)
			: pipeline(input, counted, read));
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? String(error.code) : '';
		throw code.startsWith('Z_') ? damaged(file, error) : error;
	}
}

/**
 * Visits the files of a tar (gzipped or not) or zip archive one after the other, in their order. Some may have been
 * visited before an error: a damaged archive, or an entry that is a link or leaves the folder of the archive.
 */
export async function visitArchive(file: string, packing: Packing, visit: Visit, report?: Report): Promise<void> {
	if (packing.kind === 'zip') await visitZip(file, visit, report);
	else await readUnpacked(file, packing.gzipped, (chunks) => visitTar(file, chunks, visit), report);
}

async function visitTar(file: string, chunks: AsyncIterable<Uint8Array>, visit: Visit): Promise<void> {
	const parser = new Parser({ strict: true });
	let visiting = Promise.resolve();
	let hasEndMark = false;
	const finished = new Promise<void>((resolve, reject) => {
		parser.on('error', (error) => reject(damaged(file, error)));
		parser.on('nullBlock', () => {
			hasEndMark = true;
		});
		parser.on('end', resolve);
		parser.on('entry', (entry: ReadEntry) => {
			// One after the other: the parser continues as soon as an entry is consumed, before its visitor has finished.
			visiting = visiting.then(() => visitTarEntry(file, entry, visit)).then(() => void entry.resume());
			visiting.catch(reject);
		});
	});
	// A visitor waits forever inside a truncated entry, so a failure must end the feeding too.
	await Promise.race([feed(parser, chunks), finished]);
	await finished;
	await visiting;
	if (!hasEndMark) throw damaged(file, 'it has no end mark');
}

async function feed(parser: Parser, chunks: AsyncIterable<Uint8Array>): Promise<void> {
	for await (const chunk of chunks) {
		if (!parser.write(chunk)) await new Promise<void>((resolve) => parser.once('drain', resolve));
	}
	parser.end();
}

async function visitTarEntry(file: string, entry: ReadEntry, visit: Visit): Promise<void> {
	checkEntry(file, entry.path, entry.type);
	if (entry.type !== 'Directory') await visit({ name: entry.path, content: entry });
}

async function visitZip(file: string, visit: Visit, report?: Report): Promise<void> {
	const { size } = await stat(file);
	for await (const { zip, entry } of zipEntries(file)) {
		const { generalPurposeBitFlag, fileNameRaw, extraFields, compressedSize, uncompressedSize } = entry;
		const name = yauzl.getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
		// The upper half is the mode if the archive was made on Unix; 0o120000 marks a symbolic link.
		const isLink = ((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000;
		checkEntry(file, name, isLink ? 'SymbolicLink' : 'File');
		if (name.endsWith('/')) continue;
		const packed = compressedSize / Math.max(uncompressedSize, 1);
		const reportBytes = (bytes: number) => report?.((entry.relativeOffsetOfLocalHeader + bytes * packed) / size);
		await visit({ name, content: zipContent(file, zip, entry, reportBytes) });
	}
	report?.(1);
}

async function* zipEntries(file: string): AsyncGenerator<{ zip: yauzl.ZipFile; entry: yauzl.Entry }> {
	try {
		// Without decoding, yauzl leaves the check of names to us, as for tar.
		const zip = await yauzl.openPromise(file, { decodeStrings: false });
		for await (const entry of zip.eachEntry()) yield { zip, entry };
	} catch (error) {
		throw damaged(file, error);
	}
}

async function* zipContent(
	file: string,
	zip: yauzl.ZipFile,
	entry: yauzl.Entry,
	report: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
	let [bytes, checksum] = [0, 0];
	try {
		for await (const chunk of await zip.openReadStreamPromise(entry)) {
			bytes += chunk.length;
			if (crc32) checksum = crc32(chunk, checksum);
			yield chunk;
			report(bytes);
		}
	} catch (error) {
		throw damaged(file, error);
	}
	if (crc32 && checksum !== entry.crc32) throw damaged(file, 'a checksum differs');
}

/** Refuses links, and paths that leave the archive's folder: nothing is unpacked, but no data set has them. */
function checkEntry(file: string, name: string, kind: string): void {
	const [place, shown] = [path.basename(file), JSON.stringify(name)];
	const parts = name.replaceAll('\\', '/').split('/');
	if (parts[0] === '' || /^[A-Za-z]:/.test(name) || parts.includes('..')) {
		const remedy = 'Do not use this archive; download FER2013 from Kaggle.';
		throw new DataError('entries inside the archive’s own folder', place, shown, remedy);
	}
	if (['File', 'OldFile', 'ContiguousFile', 'Directory'].includes(kind)) return;
	throw new DataError('files and folders only', place, `${shown}, a ${kind}`, 'Pack the files themselves.');
}

function damaged(file: string, cause: unknown): DataError {
	const why = cause instanceof Error ? cause.message : String(cause);
	const found = `one that is truncated or damaged (${why})`;
	return new DataError('a complete archive', path.basename(file), found, 'Download the file again.');
}
