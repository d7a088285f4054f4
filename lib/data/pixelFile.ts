import { closeSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { DataError } from '../errors';
import type { Pixels } from './pixels';

/** Closes the files of data sets that are no longer used. */
const unused = new FinalizationRegistry<number>((descriptor) => closeSync(descriptor));

/**
 * Pixels at the beginning of a file. Reads are synchronous, as batches are made from views of memory elsewhere; what was
 * read recently comes from the system's page cache.
 */
export class PixelFile implements Pixels {
	private readonly descriptor: number;

	constructor(
		private readonly file: string,
		readonly length: number,
	) {
		// Kept open, so that the file may be renamed or replaced while the data set is used.
		this.descriptor = openSync(file, 'r');
		unused.register(this, this.descriptor);
	}

	/**
	 * Reads the bytes from `start` to `end`.
	 * @throws {DataError} If the file has become shorter.
	 */
	subarray(start: number, end: number): Uint8Array {
		const bytes = new Uint8Array(Math.max(0, Math.min(end, this.length) - start));
		for (let done = 0; done < bytes.length; ) {
			const read = readSync(this.descriptor, bytes, done, bytes.length - done, start + done);
			if (read === 0) {
				const remedy = 'The cache of the data was changed: repeat the command.';
				throw new DataError(`${this.length} bytes of pixels`, basename(this.file), `${start + done}`, remedy);
			}
			done += read;
		}
		return bytes;
	}
}
