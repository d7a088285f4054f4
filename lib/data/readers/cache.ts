/**
 * Caches a parsed data set in one binary file: magic, length of the header, header as JSON, labels, usage, pixels. File
 * name and header contain a fingerprint of the source. A cache file that is wrong in any way counts as absent.
 */
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { writeFileAtomically } from '../../atomicFile';
import { type Dataset, makeDataset } from '../dataset';
import { progressOf, type ReaderOptions } from './readerOptions';

/** To be increased when readers change what they return for the same source. */
const VERSION = 2;
const MAGIC = `FER-TS dataset ${VERSION}\n`;

/** Computes the SHA-256 of a file: a tenth of a second for FER2013, and any edit changes it. */
export async function fingerprintFile(file: string): Promise<string> {
	const hash = createHash('sha256');
	await pipeline(createReadStream(file, { highWaterMark: 2 ** 20 }), hash);
	return hash.digest('hex');
}

/**
 * Computes the SHA-256 of the names (relative to `folder`, which may be moved), sizes and modification times of many
 * small files: reading all of them would take as long as the cache saves.
 */
export function fingerprintFiles(folder: string, names: readonly string[]): string {
	const hash = createHash('sha256');
	for (const name of [...names].sort()) {
		// Synchronous, since 35,887 promises take several times as long as the calls themselves.
		const { size, mtimeMs } = statSync(path.join(folder, name));
		hash.update(`${name}\0${size}\0${mtimeMs}\n`);
	}
	return hash.digest('hex');
}

/**
 * Returns a data set from the cache by the fingerprint of its source, else reads and caches it. A cache that cannot be
 * written is only reported to `onProgress`.
 */
export async function cachedDataset(
	fingerprint: string,
	cacheFolder: string,
	read: () => Promise<Dataset>,
	options: ReaderOptions = {},
): Promise<Dataset> {
	const file = path.join(cacheFolder, `${fingerprint.slice(0, 32)}.dataset`);
	const stored = await loadDataset(file, fingerprint);
	if (stored) {
		progressOf(options, `Reading the cached ${stored.name}`)(1);
		return stored;
	}
	const dataset = await read();
	try {
		await storeDataset(file, fingerprint, dataset);
	} catch (error) {
		const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
		progressOf(options, `The data set could not be cached (${why}): the next run reads its source again`)(1);
	}
	return dataset;
}

/** Loads a cache file; undefined if it is missing, incomplete, changed, or of another version or source. */
async function loadDataset(file: string, source: string): Promise<Dataset | undefined> {
	try {
		const content = await readFile(file);
		const jsonStart = MAGIC.length + 4;
		if (content.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
		const labelStart = jsonStart + content.readUInt32LE(MAGIC.length);
		const header: ReturnType<typeof headerOf> = JSON.parse(content.toString('utf8', jsonStart, labelStart));
		const { size, divided, name, drawn, shape, emotions } = header;
		const usageStart = labelStart + size;
		const pixelStart = usageStart + (divided ? size : 0);
		const view = (start: number, end: number) =>
			new Uint8Array(content.buffer, content.byteOffset + start, end - start);
		const labels = view(labelStart, usageStart);
		const usage = divided ? view(usageStart, pixelStart) : undefined;
		const pixels = view(pixelStart, content.length);
		const dataset = makeDataset({ name, drawn, shape, emotions, labels, usage, pixels });
		return dataset.fingerprint === header.fingerprint && header.source === source ? dataset : undefined;
	} catch {
		return undefined;
	}
}

/** The JSON part of a cache file. */
function headerOf({ name, drawn, shape, emotions, fingerprint, labels, usage }: Dataset, source: string) {
	return { name, drawn, shape, emotions, fingerprint, source, size: labels.length, divided: usage !== undefined };
}

async function storeDataset(file: string, source: string, dataset: Dataset): Promise<void> {
	const { labels, usage, pixels } = dataset;
	const json = Buffer.from(JSON.stringify(headerOf(dataset, source)));
	const jsonLength = Buffer.alloc(4);
	jsonLength.writeUInt32LE(json.length);
	await mkdir(path.dirname(file), { recursive: true });
	await writeFileAtomically(file, [Buffer.from(MAGIC), jsonLength, json, labels, ...(usage ? [usage] : []), pixels]);
}
