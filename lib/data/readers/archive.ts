import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import zlib from 'node:zlib';
import { DataError } from '../../errors';
import { formatMegabytes } from '../../format';
import { damaged, limitUnpacked, type Report, type Visit, WHOLE_BYTES } from './archiveEntry';
import type { Packing } from './packing';
import { codeOf } from './source';
import { visitTar } from './tar';
import { visitZip } from './zip';

const CHUNK_BYTES = 2 ** 18;

/** Reads a stream of bytes whole, up to `most`, by default 64 MiB; `place` names it in the error. */
export async function collect(chunks: AsyncIterable<Uint8Array>, place: string, most = WHOLE_BYTES): Promise<Buffer> {
	const all: Uint8Array[] = [];
	let bytes = 0;
	for await (const chunk of chunks) {
		bytes += chunk.length;
		if (bytes > most) {
			const expected = `at most ${formatMegabytes(most)}`;
			throw new DataError(expected, place, 'more', 'Check that it is the right file.');
		}
		all.push(chunk);
	}
	return Buffer.concat(all);
}

/** Streams the bytes of a file to a reader, through gunzip if it is gzipped, and returns the reader's result. */
export async function readUnpacked<T>(
	file: string,
	gzipped: boolean,
	read: (chunks: AsyncIterable<Uint8Array>) => Promise<T>,
	report?: Report,
): Promise<T> {
	const { size } = await stat(file);
	const count = limitUnpacked(file, size);
	const input = createReadStream(file, { highWaterMark: CHUNK_BYTES });
	// Not stream.pipeline: if the reader fails, it may report that it was aborted in place of the reader's own error.
	const stream = gzipped ? input.pipe(zlib.createGunzip({ chunkSize: CHUNK_BYTES })) : input;
	input.on('error', (error) => stream.destroy(error));
	const counted = async function* (): AsyncGenerator<Uint8Array> {
		for await (const chunk of stream) {
			count(chunk.length);
			report?.(input.bytesRead / size);
			yield chunk;
		}
	};
	try {
		return await read(counted());
	} catch (error) {
		throw codeOf(error).startsWith('Z_') ? damaged(file, error) : readable(file, error);
	} finally {
		input.destroy();
		stream.destroy();
	}
}

/** Names the file where the system cannot read it, such as on a damaged disk; its own error does not. */
function readable(file: string, error: unknown): unknown {
	if (!(error instanceof Error && 'syscall' in error && !('path' in error))) return error;
	return new DataError('a file that can be read', path.basename(file), codeOf(error), 'Check the disk.');
}

/**
 * Visits the files of a tar (gzipped or not) or zip archive one after the other, in their order. Some may have been
 * visited before an error: a damaged archive, an entry that is a link or leaves the folder of the archive, or one that
 * unpacks to more than 1 GiB and 100 times the size of the archive.
 */
export async function visitArchive(file: string, packing: Packing, visit: Visit, report?: Report): Promise<void> {
	if (packing.kind === 'zip') await visitZip(file, visit, report);
	else await readUnpacked(file, packing.gzipped, (chunks) => visitTar(file, chunks, visit), report);
}
