import path from 'node:path';
import { DataError } from '../../errors';
import { formatMegabytes } from '../../format';

/** One file inside an archive. */
export interface ArchiveEntry {
	/** Its path, with forward slashes. */
	readonly name: string;
	/** In bytes, as the archive states it; there are never more. */
	readonly size: number;
	/** Only the visit may read it, once. */
	readonly content: AsyncIterable<Uint8Array>;
}

export type Visit = (entry: ArchiveEntry) => Promise<void>;

/** Receives the fraction of a file that has been read, 0 to 1. */
export type Report = (fraction: number) => void;

/** Files up to this size are read whole, in bytes: no image of a data set is as large. */
export const WHOLE_BYTES = 64 * 2 ** 20;

/** What an archive may unpack to: this many bytes, or this many times its own size if that is more. */
const UNPACKED_BYTES = 2 ** 30;
const UNPACKED_RATIO = 100;

/** Returns a function that counts unpacked bytes, and refuses an archive made to fill memory. */
export function limitUnpacked(file: string, size: number): (bytes: number) => void {
	const most = Math.max(UNPACKED_BYTES, UNPACKED_RATIO * size);
	let total = 0;
	return (bytes) => {
		total += bytes;
		if (total <= most) return;
		const found = `one of ${formatMegabytes(size)} that unpacks to more than ${formatMegabytes(most)}`;
		throw new DataError('an archive of a data set', path.basename(file), found, 'Do not use this file.');
	};
}

/** Refuses links, and paths that leave the archive's folder: nothing is unpacked, but no data set has them. */
export function checkEntry(file: string, name: string, kind: string): void {
	const [place, shown] = [path.basename(file), JSON.stringify(name)];
	const parts = name.replaceAll('\\', '/').split('/');
	if (parts[0] === '' || /^[A-Za-z]:/.test(name) || parts.includes('..')) {
		const remedy = 'Do not use this archive; download the data set from its publisher.';
		throw new DataError('entries inside the archive’s own folder', place, shown, remedy);
	}
	if (['File', 'OldFile', 'ContiguousFile', 'Directory'].includes(kind)) return;
	throw new DataError('files and folders only', place, `${shown}, a ${kind}`, 'Pack the files themselves.');
}

/** Writes the path of an entry as it is unpacked: `./a//b.png` and, from Windows, `a\b.png` are `a/b.png`. */
export const entryName = (name: string): string => path.posix.normalize(name.replaceAll('\\', '/'));

export function damaged(file: string, cause: unknown): DataError {
	const why = cause instanceof Error ? cause.message : String(cause);
	const found = `one that is truncated or damaged (${why})`;
	return new DataError('a complete archive', path.basename(file), found, 'Download the file again.');
}
