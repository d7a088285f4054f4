import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { DataError } from '../../errors';

/** The end of a Parquet file, which says what it holds. */
export interface ParquetFooter {
	/** In Thrift's compact protocol. */
	readonly footer: Buffer;
	/** The size of the file. */
	readonly bytes: number;
}

const MAGIC = 'PAR1';
/** The length of the footer and the magic, behind it. */
const END_BYTES = 8;
const MOST_FOOTER_BYTES = 64 * 2 ** 20;

/**
 * Reads the footer of a Parquet file, by its path or its content: what was cut off is seen before anything is read.
 * @throws {DataError} If the file does not end as it should.
 */
export function readFooter(source: string | Buffer, place: string): ParquetFooter {
	if (typeof source !== 'string') return footerOf((start, end) => source.subarray(start, end), source.length, place);
	const file = openSync(source, 'r');
	const read = (start: number, end: number) => {
		const part = Buffer.alloc(end - start);
		return part.subarray(0, readSync(file, part, 0, part.length, start));
	};
	try {
		return footerOf(read, fstatSync(file).size, place);
	} finally {
		closeSync(file);
	}
}

function footerOf(read: (start: number, end: number) => Buffer, bytes: number, place: string): ParquetFooter {
	const damaged = (found: string) =>
		new DataError('a complete Parquet file', place, found, 'Download or copy the file again.');
	if (bytes < MAGIC.length + END_BYTES) throw damaged('one that is cut off');
	const end = read(bytes - END_BYTES, bytes);
	const length = end.readUInt32LE(0);
	const mark = end.toString('latin1', MAGIC.length);
	if (mark !== MAGIC) throw damaged('one that is cut off: its end mark is missing');
	if (length > bytes - END_BYTES - MAGIC.length || length > MOST_FOOTER_BYTES) throw damaged('one with a wrong length');
	return { footer: read(bytes - END_BYTES - length, bytes - END_BYTES), bytes };
}
