import { createHash } from 'node:crypto';
import { DataError } from '../../errors';
import { imageLength, makeDataset } from '../dataset';
import { MEMORY_BYTES } from '../pixels';
import { type CacheOptions, cached, cacheFileOf, type Described, tailOf } from './cache';
import { decodeImages, listUnreadable, PixelMemory, type PixelSink, type Unreadable } from './decodeImages';
import type { FileTree } from './fileTree';
import type { ImageForm } from './imageForm';
import { subjectsOf, type UsedFile, usageOf } from './labelledFile';
import { PartialPixels } from './partialPixels';

/** What a data set is, apart from its images. */
interface Kind {
	readonly name: string;
	readonly emotions: readonly string[];
	readonly form: ImageForm;
}

/** What decoding finds beside the images. */
interface About {
	readonly sizes: Readonly<Record<string, number>>;
	readonly unreadable: readonly Unreadable[];
}

interface DecodeOptions extends CacheOptions {
	readonly unreadable?: 'throw' | 'list';
}

/**
 * Decodes files into a Dataset, in their order, or reads it from the cache. What is larger than `memoryBytes` is decoded
 * into the cache and stays there; decoding that was killed continues.
 * @throws {DataError} If a file cannot be read (unless `unreadable` is `list`) or all cannot, or the images do not fit into
 *   memory or on the disk of the cache.
 */
export async function decodeFaces(
	tree: FileTree,
	files: readonly UsedFile[],
	kind: Kind,
	options: DecodeOptions,
): Promise<Described<About>> {
	const { cacheFolder, memoryBytes = MEMORY_BYTES } = options;
	const imageBytes = imageLength(shapeOf(kind));
	const inMemory = () => {
		const memory = new PixelMemory(files.length, imageBytes, tree.place);
		return decodeInto(memory, tree, files, kind, options);
	};
	if (!cacheFolder || !tree.stamp) return inMemory();
	const source = sourceOf(tree.stamp(), files, kind);
	const onDisk = () => {
		const partial = new PartialPixels(cacheFileOf(source, cacheFolder), files.length, imageBytes);
		return decodeIntoFile(partial, source, () => decodeInto(partial, tree, files, kind, options));
	};
	const found = await cached(source, files.length * imageBytes > memoryBytes ? onDisk : inMemory, {
		...options,
		cacheFolder,
	});
	refuseUnreadable(tree, found.about.unreadable, options);
	return found;
}

const shapeOf = ({ form: { size, channels } }: Kind) => [size, size, channels] as const;

/** A fingerprint of all that the result depends on. */
function sourceOf(stamp: string, files: readonly UsedFile[], { name, emotions, form }: Kind): string {
	const hash = createHash('sha256').update(JSON.stringify({ name, emotions, form, stamp }));
	for (const file of files) hash.update(`${file.name}\0${file.label}\0${file.usage}\0${file.subject}\n`);
	return hash.digest('hex');
}

async function decodeIntoFile(
	partial: PartialPixels,
	source: string,
	decode: () => Promise<Described<About>>,
): Promise<Described<About>> {
	let isRefused = false;
	try {
		const found = await decode().catch((error) => {
			// Other files have another fingerprint, so this one would stay for ever.
			isRefused = error instanceof UnreadableError;
			throw error;
		});
		partial.finish(found.dataset.pixels.length, tailOf(found, source));
		return found;
	} finally {
		partial.close(isRefused);
	}
}

async function decodeInto(
	sink: PixelSink,
	tree: FileTree,
	files: readonly UsedFile[],
	kind: Kind,
	options: DecodeOptions,
): Promise<Described<About>> {
	const names = files.map(({ name }) => name);
	const unreadable = await decodeImages(tree, names, { form: kind.form, sink }, options);
	const kept = Uint32Array.from(files.keys()).filter((index) => sink.sizes[2 * index] > 0);
	refuseUnreadable(tree, unreadable, options, kept.length === 0);
	const used = Array.from(kept, (index) => files[index]);
	const subjects = new Map(subjectsOf(used)?.map((subject, number) => [subject, number]));
	const dataset = makeDataset({
		name: kind.name,
		shape: shapeOf(kind),
		pixels: sink.keep(kept),
		labels: Uint8Array.from(used, ({ label }) => label),
		emotions: kind.emotions,
		usage: used.every(({ usage }) => usage !== undefined) ? Uint8Array.from(used, usageOf) : undefined,
		persons: subjects.size > 0 ? Uint32Array.from(used, ({ subject = '' }) => subjects.get(subject) ?? 0) : undefined,
	});
	return { dataset, about: { sizes: countSizes(sink.sizes, kept), unreadable } };
}

/** Counts the images of each size, the most frequent first. */
function countSizes(sizes: Uint32Array, kept: Uint32Array): Record<string, number> {
	const counts = new Map<string, number>();
	for (const index of kept) {
		const size = `${sizes[2 * index]}x${sizes[2 * index + 1]}`;
		counts.set(size, (counts.get(size) ?? 0) + 1);
	}
	return Object.fromEntries([...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)));
}

/** The error for files that cannot be read. */
class UnreadableError extends DataError {}

function refuseUnreadable(
	tree: FileTree,
	unreadable: readonly Unreadable[],
	options: DecodeOptions,
	areAll = false,
): void {
	if (!areAll && (unreadable.length === 0 || options.unreadable === 'list')) return;
	const found = `${unreadable.length} that cannot be read (${listUnreadable(unreadable)})`;
	const remedy =
		'Replace or delete them (npx fer data --describe lists all), or leave them out: --set skipUnreadable=true.';
	throw new UnreadableError('complete images', tree.place, found, remedy);
}
