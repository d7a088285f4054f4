/**
 * Caches a data set in one binary file: pixels, labels, usage, persons, a description as JSON, its SHA-256, its length,
 * magic. The description is last, as it has the fingerprint of the pixels, which may be more than fit in memory. File name
 * and description contain a fingerprint of the source. A cache file that is wrong in any way counts as absent.
 */
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { writeFileAtomically } from '../../atomicFile';
import { type Dataset, imageLength, makeDataset } from '../dataset';
import { PixelFile } from '../pixelFile';
import { chunksOf, MEMORY_BYTES } from '../pixels';
import { progressOf, type ReaderOptions } from './readerOptions';

/** To be increased when readers change what they return for the same source. */
const VERSION = 3;
const MAGIC = Buffer.from(`FER-TS dataset ${VERSION}\n`);
const DIGEST_BYTES = 32;
const END_BYTES = DIGEST_BYTES + 4 + MAGIC.length;

/** Computes the SHA-256 of a file: a tenth of a second for FER2013, and any edit changes it. */
export async function fingerprintFile(file: string): Promise<string> {
	const hash = createHash('sha256');
	await pipeline(createReadStream(file, { highWaterMark: 2 ** 20 }), hash);
	return hash.digest('hex');
}

/** A text that changes with the size and time of a file, which may be too large to read twice. */
export function stampOf(file: string): string {
	const { size, mtimeMs } = statSync(file);
	return `${size} bytes of ${mtimeMs}`;
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

/** A data set, and what else its reader found, which must survive JSON. */
export interface Described<About> {
	readonly dataset: Dataset;
	readonly about: About;
}

/** Where data sets are cached, and up to which size they are held in memory. */
export interface CacheOptions extends ReaderOptions {
	/** Folder of the binary cache. Default: nothing is cached. */
	readonly cacheFolder?: string;
	/** Pixels up to this many bytes are held in memory, if there is a cache to read the others from. Default 256 MB. */
	readonly memoryBytes?: number;
}

/** The cache file of a source with this fingerprint. */
export function cacheFileOf(fingerprint: string, cacheFolder: string): string {
	return path.join(cacheFolder, `${fingerprint.slice(0, 32)}.dataset`);
}

/** Returns a data set from the cache by the fingerprint of its source, else reads and caches it; see `cached`. */
export async function cachedDataset(
	fingerprint: string,
	cacheFolder: string,
	read: () => Promise<Dataset>,
	options: ReaderOptions = {},
): Promise<Dataset> {
	const describe = async () => ({ dataset: await read(), about: null });
	return (await cached(fingerprint, describe, { ...options, cacheFolder })).dataset;
}

/**
 * Returns a data set from the cache by the fingerprint of its source, else reads and caches it, unless `read` left it in
 * the cache. A cache that cannot be written is only reported to `onProgress`.
 */
export async function cached<About>(
	fingerprint: string,
	read: () => Promise<Described<About>>,
	options: CacheOptions & { readonly cacheFolder: string },
): Promise<Described<About>> {
	const file = cacheFileOf(fingerprint, options.cacheFolder);
	const stored = loadCache<About>(file, fingerprint, options.memoryBytes);
	if (stored) {
		progressOf(options, `Reading the cached ${stored.dataset.name}`)(1);
		return stored;
	}
	const found = await read();
	if (found.dataset.pixels instanceof PixelFile) return found;
	try {
		await mkdir(options.cacheFolder, { recursive: true });
		await writeFileAtomically(file, [...chunksOf(found.dataset.pixels), ...tailOf(found, fingerprint)]);
	} catch (error) {
		const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
		progressOf(options, `The data set could not be cached (${why}): the next run reads its source again`)(1);
	}
	return found;
}

/** What follows the pixels in a cache file. */
export function tailOf<About>({ dataset, about }: Described<About>, source: string): Uint8Array[] {
	const { labels, usage, persons } = dataset;
	const json = Buffer.from(JSON.stringify(descriptionOf({ dataset, about }, source)));
	const length = Buffer.alloc(4);
	length.writeUInt32LE(json.length);
	const digest = createHash('sha256').update(json).digest();
	const more = [usage, persons && new Uint8Array(Uint32Array.from(persons).buffer)].flatMap((each) => each ?? []);
	return [labels, ...more, json, digest, length, MAGIC];
}

function descriptionOf<About>({ dataset, about }: Described<About>, source: string) {
	const { name, drawn, shape, emotions, fingerprint, labels, usage, persons } = dataset;
	const arrays = { size: labels.length, divided: usage !== undefined, personal: persons !== undefined };
	return { name, drawn, shape, emotions, fingerprint, source, ...arrays, about };
}

/** Loads a cache file; undefined if it is missing, incomplete, changed, or of another version or source. */
function loadCache<About>(file: string, source: string, memoryBytes = MEMORY_BYTES): Described<About> | undefined {
	let descriptor: number | undefined;
	try {
		descriptor = openSync(file, 'r');
		const read = reader(descriptor);
		const { size: fileBytes } = fstatSync(descriptor);
		const end = Buffer.from(read(fileBytes - END_BYTES, END_BYTES));
		if (!end.subarray(DIGEST_BYTES + 4).equals(MAGIC)) return undefined;
		const jsonLength = end.readUInt32LE(DIGEST_BYTES);
		const jsonStart = fileBytes - END_BYTES - jsonLength;
		const json = Buffer.from(read(jsonStart, jsonLength));
		if (!createHash('sha256').update(json).digest().equals(end.subarray(0, DIGEST_BYTES))) return undefined;
		const known: ReturnType<typeof descriptionOf<About>> = JSON.parse(json.toString());
		const { size, divided, personal, about, fingerprint, ...kind } = known;
		const length = size * imageLength(kind.shape);
		let at = length;
		const next = (bytes: number) => {
			at += bytes;
			return read(at - bytes, bytes);
		};
		const labels = next(size);
		const usage = divided ? next(size) : undefined;
		const persons = personal ? new Uint32Array(next(4 * size).buffer) : undefined;
		if (known.source !== source || at !== jsonStart) return undefined;
		const pixels = length > memoryBytes ? new PixelFile(file, length) : read(0, length);
		const { name, drawn, shape, emotions } = kind;
		const dataset = makeDataset({ name, drawn, shape, emotions, labels, usage, persons, pixels });
		return dataset.fingerprint === fingerprint ? { dataset, about } : undefined;
	} catch {
		return undefined;
	} finally {
		if (descriptor !== undefined) closeSync(descriptor);
	}
}

/** Returns a function that reads some bytes of a file, or throws if they are not there. */
function reader(descriptor: number): (start: number, length: number) => Uint8Array<ArrayBuffer> {
	return (start, length) => {
		const bytes = new Uint8Array(length);
		if (readSync(descriptor, bytes, 0, length, start) !== length) throw new RangeError('The file ends too early.');
		return bytes;
	};
}
