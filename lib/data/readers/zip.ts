import { stat } from 'node:fs/promises';
import path from 'node:path';
import zlib from 'node:zlib';
import yauzl from 'yauzl';
import { DataError } from '../../errors';
import { checkEntry, damaged, entryName, limitUnpacked, type Report, type Visit } from './archiveEntry';

/** Missing in Node before 20.15, where only damage that breaks the compression of a zip is found. */
const { crc32 }: { crc32?: typeof zlib.crc32 } = zlib;

/** The methods of compression that every program reads: none, and deflate. */
const METHODS = [0, 8];
const ENCRYPTED = 1;

/** Visits the files of a zip archive; see `visitArchive`. */
export async function visitZip(file: string, visit: Visit, report?: Report): Promise<void> {
	const { size } = await stat(file);
	const count = limitUnpacked(file, size);
	for await (const { zip, entry } of zipEntries(file)) {
		const { generalPurposeBitFlag, fileNameRaw, extraFields, compressedSize, uncompressedSize } = entry;
		const name = yauzl.getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
		// The upper half is the mode if the archive was made on Unix; 0o120000 marks a symbolic link.
		const isLink = ((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000;
		checkEntry(file, name, isLink ? 'SymbolicLink' : 'File');
		if (/[\\/]$/.test(name)) continue;
		const packed = compressedSize / Math.max(uncompressedSize, 1);
		let bytes = 0;
		const counted = (length: number) => {
			count(length);
			bytes += length;
			report?.(Math.min(1, (entry.relativeOffsetOfLocalHeader + bytes * packed) / size));
		};
		await visit({ name: entryName(name), size: uncompressedSize, content: zipContent(file, zip, entry, counted) });
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
	counted: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
	checkReadable(file, entry);
	let checksum = 0;
	try {
		for await (const chunk of await zip.openReadStreamPromise(entry)) {
			if (crc32) checksum = crc32(chunk, checksum);
			counted(chunk.length);
			yield chunk;
		}
	} catch (error) {
		throw error instanceof DataError ? error : damaged(file, error);
	}
	if (crc32 && checksum !== entry.crc32) throw damaged(file, 'a checksum differs');
}

function checkReadable(file: string, { generalPurposeBitFlag, compressionMethod }: yauzl.Entry): void {
	const place = path.basename(file);
	if (generalPurposeBitFlag & ENCRYPTED) {
		throw new DataError('files without a password', place, 'encrypted ones', 'Unpack it with its password first.');
	}
	if (METHODS.includes(compressionMethod)) return;
	const found = `compression method ${compressionMethod}`;
	throw new DataError('files that are stored or deflated', place, found, 'Unpack it first.');
}
