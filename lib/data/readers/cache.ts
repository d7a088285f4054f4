/**
 * Keeps a parsed data set in one binary file: magic, length of a header, the header as JSON, labels, usage, pixels.
 * Its name and header hold a fingerprint of the source, so a changed source is read anew. The cache holds nothing that
 * cannot be rebuilt: whatever is wrong with it, it counts as absent.
 */
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { writeFileAtomically } from '../../atomicFile';
import { type Dataset, makeDataset } from '../dataset';
import type { ReaderOptions } from './readerOptions';

/** To be raised when readers change what they make of the same source. */
const VERSION = 1;
const MAGIC = `FER-TS dataset ${VERSION}\n`;

/** The JSON part of a cache file. */
type Header = Pick<Dataset, 'name' | 'drawn' | 'shape' | 'emotions' | 'fingerprint'> & {
	readonly source: string;
	readonly size: number;
	readonly divided: boolean;
};

/** Fingerprints a source file by the SHA-256 of its content: a tenth of a second for FER2013, and no edit goes unseen. */
export async function fingerprintFile(file: string): Promise<string> {
	const hash = createHash('sha256');
	await pipeline(createReadStream(file, { highWaterMark: 2 ** 20 }), hash);
	return hash.digest('hex');
}

/**
 * Fingerprints many small files by the SHA-256 of their names, sizes and times of change: to read them all would take as
 * long as the cache saves.
 * @param folder Where they lie; not part of the fingerprint, so the folder may be moved.
 * @param names Paths relative to `folder`, with forward slashes, in any order.
 */
export function fingerprintFiles(folder: string, names: readonly string[]): string {
	const hash = createHash('sha256');
	for (const name of [...names].sort()) {
		// Synchronous, since a promise for each of 35,887 files costs several times the call itself.
		const { size, mtimeMs } = statSync(path.join(folder, name));
		hash.update(`${name}\0${size}\0${mtimeMs}\n`);
	}
	return hash.digest('hex');
}

/**
 * Returns the data set of a source from the cache if it is there; else reads the source and stores what it gives.
 * A cache that cannot be written does not stop the reading: `onProgress` is told.
 * @param fingerprint The source's, from `fingerprintFile` or `fingerprintFiles`.
 * @param cacheFolder Where the cache lies; made if missing.
 * @param read Reads the source.
 */
export async function cachedDataset(
	fingerprint: string,
	cacheFolder: string,
	read: () => Promise<Dataset>,
	{ onProgress }: ReaderOptions = {},
): Promise<Dataset> {
	const file = path.join(cacheFolder, `${fingerprint.slice(0, 32)}.dataset`);
	const stored = await loadDataset(file, fingerprint);
	if (stored) {
		onProgress?.(1, `Reading the stored ${stored.name}`);
		return stored;
	}
	const dataset = await read();
	try {
		await storeDataset(file, fingerprint, dataset);
	} catch (error) {
		const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
		onProgress?.(1, `The data set could not be stored (${why}): the next run reads its source again`);
	}
	return dataset;
}

/** Loads a cache file; undefined where it is missing, torn, of another version or source, or its content was changed. */
async function loadDataset(file: string, source: string): Promise<Dataset | undefined> {
	try {
		const content = await readFile(file);
		const jsonStart = MAGIC.length + 4;
		if (content.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
		const labelStart = jsonStart + content.readUInt32LE(MAGIC.length);
		const { size, divided, ...header }: Header = JSON.parse(content.toString('utf8', jsonStart, labelStart));
		const usageStart = labelStart + size;
		const pixelStart = usageStart + (divided ? size : 0);
		const view = (start: number, end: number) =>
			new Uint8Array(content.buffer, content.byteOffset + start, end - start);
		const dataset = makeDataset({
			name: header.name,
			drawn: header.drawn,
			shape: header.shape,
			emotions: header.emotions,
			labels: view(labelStart, usageStart),
			usage: divided ? view(usageStart, pixelStart) : undefined,
			pixels: view(pixelStart, content.length),
		});
		return dataset.fingerprint === header.fingerprint && header.source === source ? dataset : undefined;
	} catch {
		return undefined;
	}
}

async function storeDataset(file: string, source: string, dataset: Dataset): Promise<void> {
	const { name, drawn, shape, emotions, fingerprint, labels, usage, pixels } = dataset;
	const size = labels.length;
	const header: Header = { name, drawn, shape, emotions, fingerprint, source, size, divided: usage !== undefined };
	const json = Buffer.from(JSON.stringify(header));
	const jsonLength = Buffer.alloc(4);
	jsonLength.writeUInt32LE(json.length);
	await mkdir(path.dirname(file), { recursive: true });
	await writeFileAtomically(file, [Buffer.from(MAGIC), jsonLength, json, labels, ...(usage ? [usage] : []), pixels]);
}
