import path from 'node:path';
import { EMOTIONS } from '../../emotions';
import { DataError } from '../../errors';
import { type Dataset, makeDataset, USAGES, type Usage } from '../dataset';
import { decodeImage } from '../image';
import { imageSize } from '../imageSize';
import type { FileTree } from './fileTree';
import { FER2013_SHAPE, progressOf, type ReaderOptions } from './readerOptions';

/** Options of the readers of image files. */
export interface ImageOptions extends ReaderOptions {
	/** Height and width to which each image is brought, in pixels. Default 48, FER2013's, so that sets go together. */
	readonly size?: number;
	/** 1: grey; 3: RGB. Default 1. */
	readonly channels?: 1 | 3;
	/** What to do with files that are no complete images: throw an error that names them, or leave them out and name them in the result. Default `throw`. */
	readonly unreadable?: 'throw' | 'list';
}

/** Images that a reader has found, and their labels, before they are decoded. */
export interface LabelledFile {
	/** Its path in the file tree. */
	readonly name: string;
	readonly label: number;
	/** Absent where the source does not divide its images. */
	readonly usage?: Usage;
	/** Who is to be seen, where the source says so: `S010`. */
	readonly subject?: string;
}

/** What a reader has made of its source. */
export interface FaceSet {
	readonly dataset: Dataset;
	/** `[size]`: the file of each image. */
	readonly names: readonly string[];
	/** `[size]`: images of one number show one person, and no split may divide them; absent where it is not known. */
	readonly groups?: Uint32Array;
	/** The person's name by the numbers in `groups`. */
	readonly subjects?: readonly string[];
	/** Images left out because their class has no counterpart here, by their class or the reason. */
	readonly dropped: Readonly<Record<string, number>>;
	/** Images by their own size, `100x100`, before they were brought to one; the most frequent first. */
	readonly sizes: Readonly<Record<string, number>>;
	/** Files left out because they are no complete images, and why; only with `unreadable: 'list'`. */
	readonly unreadable: readonly { readonly name: string; readonly reason: string }[];
}

/** What the reader knows beside the files. */
export interface SourceFacts {
	/** The data set's name, for captions. */
	readonly name: string;
	/** The classes by label. Default ours. */
	readonly emotions?: readonly string[];
	readonly dropped?: Readonly<Record<string, number>>;
}

const EXTENSIONS = ['.jpg', '.jpeg', '.png', '.webp'];
/** Unreadable files that an error names. */
const NAMED = 20;

/** Tells an image file by its name. */
export function isImageName(name: string): boolean {
	return EXTENSIONS.includes(path.posix.extname(name).toLowerCase());
}

/**
 * Decodes labelled files into a Dataset, ordered by usage, label and name, so that the same files give the same data set
 * from any disk or archive.
 * @throws {DataError} If there is no file, or files are no complete images (unless `unreadable` is `list`).
 */
export async function readImages(
	tree: FileTree,
	files: readonly LabelledFile[],
	facts: SourceFacts,
	options: ImageOptions = {},
): Promise<FaceSet> {
	if (files.length === 0) {
		throw new DataError(`images of ${facts.name}`, tree.place, 'none', 'Download the data set again.');
	}
	const usageOf = ({ usage }: LabelledFile) => (usage === undefined ? 0 : USAGES.indexOf(usage));
	const ordered = [...files].sort((a, b) => usageOf(a) - usageOf(b) || a.label - b.label || (a.name < b.name ? -1 : 1));
	const decoded = await decodeAll(tree, ordered, options);
	if (decoded.unreadable.length > 0 && options.unreadable !== 'list') throw unreadableError(tree, decoded.unreadable);
	const kept = ordered.filter((_, index) => decoded.isRead[index]);
	if (kept.length === 0) throw unreadableError(tree, decoded.unreadable);
	const divided = kept.every(({ usage }) => usage !== undefined);
	const dataset = makeDataset({
		name: facts.name,
		shape: decoded.shape,
		pixels: decoded.pixels,
		labels: Uint8Array.from(kept, ({ label }) => label),
		emotions: facts.emotions ?? EMOTIONS,
		usage: divided ? Uint8Array.from(kept, usageOf) : undefined,
	});
	const { sizes, unreadable } = decoded;
	const names = kept.map(({ name }) => name);
	return { dataset, names, ...groupsOf(kept), dropped: facts.dropped ?? {}, sizes, unreadable };
}

/** Decodes every file; the pixels of those that can be read stand one after the other. */
async function decodeAll(tree: FileTree, files: readonly LabelledFile[], options: ImageOptions) {
	const { size = FER2013_SHAPE[0], channels = 1 } = options;
	const length = size * size * channels;
	const pixels = new Uint8Array(files.length * length);
	const places = new Map(files.map(({ name }, index) => [name, index]));
	const isRead = new Uint8Array(files.length);
	const counts = new Map<string, number>();
	const unreadable: { name: string; reason: string }[] = [];
	const take = async (name: string, content: Uint8Array) => {
		const index = places.get(name) ?? 0;
		try {
			pixels.set(await decodeImage(content, { height: size, width: size, channels }, name), index * length);
		} catch (error) {
			if (!(error instanceof DataError)) throw error;
			unreadable.push({ name, reason: error.received });
			return;
		}
		isRead[index] = 1;
		const own = imageSize(content);
		const text = own ? `${own.width}x${own.height}` : 'other';
		counts.set(text, (counts.get(text) ?? 0) + 1);
	};
	await tree.each(new Set(places.keys()), take, progressOf(options, `Decoding the images of ${tree.place}`));
	let filled = 0;
	for (const [index, read] of isRead.entries()) {
		if (read) pixels.copyWithin(length * filled++, index * length, (index + 1) * length);
	}
	const sizes = Object.fromEntries([...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)));
	unreadable.sort((a, b) => (a.name < b.name ? -1 : 1));
	const shape = [size, size, channels] as const;
	return { shape, pixels: pixels.subarray(0, filled * length), isRead, sizes, unreadable };
}

/** Numbers the subjects by their sorted names; nothing where a file does not say who is to be seen. */
function groupsOf(files: readonly LabelledFile[]): Pick<FaceSet, 'groups' | 'subjects'> {
	const named = files.flatMap(({ subject }) => (subject === undefined ? [] : [subject]));
	if (named.length < files.length) return {};
	const subjects = [...new Set(named)].sort();
	const numbers = new Map(subjects.map((subject, number) => [subject, number]));
	return { subjects, groups: Uint32Array.from(named, (subject) => numbers.get(subject) ?? 0) };
}

function unreadableError(tree: FileTree, unreadable: FaceSet['unreadable']): DataError {
	const named = unreadable.slice(0, NAMED).map(({ name, reason }) => `${name}: ${reason}`);
	const more = unreadable.length > NAMED ? `; and ${unreadable.length - NAMED} more` : '';
	const found = `${unreadable.length} that cannot be read (${named.join('; ')}${more})`;
	const remedy = "Replace them by complete ones, or delete them, or read with unreadable: 'list' to leave them out.";
	return new DataError('complete images', tree.place, found, remedy);
}

/** Adds one to a count by name. */
export function countOne(counts: Record<string, number>, name: string): void {
	counts[name] = (counts[name] ?? 0) + 1;
}
