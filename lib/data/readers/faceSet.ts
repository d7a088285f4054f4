import path from 'node:path';
import { type DataSetKey, EMOTIONS } from '../../emotions';
import { DataError } from '../../errors';
import { type Dataset, makeDataset, USAGES, type Usage } from '../dataset';
import { decodeFace } from '../image';
import { chooseFiles } from './chosenClasses';
import type { FileTree } from './fileTree';
import { type ImageForm, imageForm } from './imageForm';
import { progressOf, type ReaderOptions } from './readerOptions';

export interface ImageOptions extends ReaderOptions {
	/** Height and width to which images are resized, in pixels. Default: as `imageForm` finds. */
	readonly size?: number;
	/** 1: grey; 3: RGB. Default: as `imageForm` finds. */
	readonly channels?: 1 | 3;
	/** Names of classes as the source has them, in the order of their labels; images of others are left out. Default: all. */
	readonly classes?: readonly string[];
	/** What to do with unreadable files: throw an error that names them, or list them in the result. Default `throw`. */
	readonly unreadable?: 'throw' | 'list';
}

/** An image file and its label, before it is decoded. */
export interface LabelledFile {
	/** Its path in the file tree. */
	readonly name: string;
	/** The label; or, for a file to leave out, the reason under which to count it, such as `contempt`. */
	readonly label: number | string;
	/** Absent if the source is not divided into parts. */
	readonly usage?: Usage;
	/** The person shown, if known: `S010`. */
	readonly subject?: string;
}

/** The result of a reader. */
export interface FaceSet {
	readonly dataset: Dataset;
	/** `[size]`: the file of each image. */
	readonly names: readonly string[];
	/** The names of the persons, by their numbers in `dataset.persons`; absent if unknown. */
	readonly subjects?: readonly string[];
	/** Number of images left out, by class or reason. */
	readonly dropped: Readonly<Record<string, number>>;
	/** Number of images by size before resizing, such as `100x100`, the most frequent first. */
	readonly sizes: Readonly<Record<string, number>>;
	/** Files left out because they cannot be read, with the reason; only with `unreadable: 'list'`. */
	readonly unreadable: readonly { readonly name: string; readonly reason: string }[];
	/** Number of other files that were found and not read, by ending or kind: `.txt`, hidden, broken links. */
	readonly passedOver: Readonly<Record<string, number>>;
	/** The data set whose numbers the source uses for its classes; absent if it names them. */
	readonly numbering?: DataSetKey;
}

const EXTENSIONS = ['.jpg', '.jpeg', '.jpe', '.jfif', '.png', '.webp', '.tif', '.tiff', '.bmp', '.gif'];
/** Unreadable files that an error names. */
const NAMED = 20;

/** Whether a file is an image, by its name. */
export function isImageName(name: string): boolean {
	return EXTENSIONS.includes(path.posix.extname(name).toLowerCase());
}

/**
 * Decodes labelled files into a Dataset, ordered by usage, label and name: the result depends neither on the disk nor on
 * the order in an archive.
 */
export async function readImages(
	tree: FileTree,
	found: readonly LabelledFile[],
	{ name, emotions: all = EMOTIONS }: { readonly name: string; readonly emotions?: readonly string[] },
	options: ImageOptions = {},
): Promise<FaceSet> {
	const { files, emotions } = chooseFiles(found, all, options.classes, tree.place);
	const labelled = files.flatMap((file) => (typeof file.label === 'number' ? { ...file, label: file.label } : []));
	if (labelled.length === 0) {
		throw new DataError(`images of ${name}`, tree.place, describeFiles(tree), 'Check that it is the right folder.');
	}
	const usageOf = ({ usage }: LabelledFile) => (usage === undefined ? 0 : USAGES.indexOf(usage));
	labelled.sort((a, b) => usageOf(a) - usageOf(b) || a.label - b.label || (a.name < b.name ? -1 : 1));
	const names = labelled.map((file) => file.name);
	const form = await imageForm(tree, names, options);
	const { pixels, sizes, unreadable } = await decodeAll(tree, names, { ...options, ...form });
	const kept = labelled.filter((file) => sizes.has(file.name));
	if (kept.length === 0 || (unreadable.length > 0 && options.unreadable !== 'list')) {
		throw unreadableError(tree, unreadable);
	}
	const { size, channels } = form;
	noteGifs(kept, options);
	const divided = kept.every(({ usage }) => usage !== undefined);
	const labels = Uint8Array.from(kept, ({ label }) => label);
	const usage = divided ? Uint8Array.from(kept, usageOf) : undefined;
	const { subjects, persons } = personsOf(kept);
	const bySize = Object.entries(countEach([...sizes.values()])).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
	return {
		dataset: makeDataset({ name, shape: [size, size, channels], pixels, labels, emotions, usage, persons }),
		names: kept.map((file) => file.name),
		subjects,
		dropped: countEach(files.flatMap(({ label }) => (typeof label === 'string' ? label : []))),
		sizes: Object.fromEntries(bySize),
		unreadable,
		passedOver: passedOver(tree, files, options),
	};
}

/** Decodes files; the pixels of the readable ones are joined in order, and their sizes are by name. */
async function decodeAll(tree: FileTree, files: readonly string[], options: ImageOptions & ImageForm) {
	const { size, channels } = options;
	const length = size * size * channels;
	const pixels = new Uint8Array(files.length * length);
	const places = new Map(files.map((name, index) => [name, index]));
	const sizes = new Map<string, string>();
	const unreadable: { name: string; reason: string }[] = [];
	const take = async (name: string, content: Uint8Array) => {
		const start = (places.get(name) ?? 0) * length;
		try {
			const { pixels: face, width, height } = await decodeFace(content, { size, channels }, name);
			pixels.set(face, start);
			sizes.set(name, `${width}x${height}`);
		} catch (error) {
			if (!(error instanceof DataError)) throw error;
			unreadable.push({ name, reason: error.received });
		}
	};
	const report = progressOf(options, `Decoding the images of ${tree.place}`);
	const refuse = (name: string, reason: string) => void unreadable.push({ name, reason });
	await tree.each(new Set(places.keys()), take, { report, refuse });
	let filled = 0;
	for (const [index, name] of files.entries()) {
		if (sizes.has(name)) pixels.copyWithin(length * filled++, index * length, (index + 1) * length);
	}
	unreadable.sort((a, b) => (a.name < b.name ? -1 : 1));
	return { pixels: pixels.subarray(0, filled * length), sizes, unreadable };
}

/** GIF files may be animations. */
function noteGifs(files: readonly LabelledFile[], { onNote }: ImageOptions): void {
	const gifs = files.filter(({ name }) => /\.gif$/i.test(name)).length;
	if (gifs > 0) onNote?.(`GIF files (${gifs}): only the first frame of each is read.`);
}

/** Numbers the subjects in the order of their names; nothing if a file has no subject. */
function personsOf(files: readonly LabelledFile[]): { subjects?: readonly string[]; persons?: Uint32Array } {
	const named = files.flatMap(({ subject }) => subject ?? []);
	if (named.length < files.length) return {};
	const subjects = [...new Set(named)].sort();
	const numbers = new Map(subjects.map((subject, number) => [subject, number]));
	return { subjects, persons: Uint32Array.from(named, (subject) => numbers.get(subject) ?? 0) };
}

function unreadableError(tree: FileTree, unreadable: FaceSet['unreadable']): DataError {
	const named = unreadable.slice(0, NAMED).map(({ name, reason }) => `${name}: ${reason}`);
	const more = unreadable.length > NAMED ? `; and ${unreadable.length - NAMED} more` : '';
	const found = `${unreadable.length} that cannot be read (${named.join('; ')}${more})`;
	const remedy = "Replace or delete them, or leave them out with unreadable: 'list'.";
	return new DataError('complete images', tree.place, found, remedy);
}

/** Counts the files of a tree that are neither images of the data set nor were read otherwise, and names a few. */
function passedOver(tree: FileTree, files: readonly LabelledFile[], { onNote }: ImageOptions): Record<string, number> {
	const known = new Set(files.map(({ name }) => name));
	const others = tree.names.filter((name) => !known.has(name) && !tree.taken.has(name));
	if (others.length > 0) onNote?.(`Files that were not read: ${listNames(others)}.`);
	if (tree.empty?.length) onNote?.(`Folders without a file: ${listNames(tree.empty)}.`);
	return { ...countEndings(others), ...tree.passedOver };
}

function countEndings(names: readonly string[]): Record<string, number> {
	return countEach(names.map((name) => path.posix.extname(name).toLowerCase() || 'without ending'));
}

/** Lists the first of many names. */
export function listNames(names: readonly string[], most = 5): string {
	return names.slice(0, most).join(', ') + (names.length > most ? ` and ${names.length - most} more` : '');
}

/** Describes the files of a tree, for errors: by their endings, the first few names, and what is no file. */
export function describeFiles({ names, passedOver }: Pick<FileTree, 'names' | 'passedOver'>): string {
	const list = (counts: Readonly<Record<string, number>>) =>
		Object.entries(counts).map(([what, count]) => `${count} ${what}`);
	const kinds = Object.entries(countEndings(names)).sort((a, b) => b[1] - a[1]);
	const files = names.length === 1 ? '1 file' : `${names.length} files`;
	const text = `${files} (${list(Object.fromEntries(kinds.slice(0, 5))).join(', ')}), such as ${names.slice(0, 3).join(', ')}`;
	const others = list(passedOver).join(', ');
	return (names.length === 0 ? 'no file' : text) + (others ? `; passed over: ${others}` : '');
}

/** Counts how often each name occurs, in the order of their first appearance. */
export function countEach(names: readonly string[]): Record<string, number> {
	const counts = new Map<string, number>();
	for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
	return Object.fromEntries(counts);
}
