import path from 'node:path';
import { type DataSetKey, EMOTIONS } from '../../emotions';
import { DataError } from '../../errors';
import type { Dataset } from '../dataset';
import type { CacheOptions } from './cache';
import { chooseFiles } from './chosenClasses';
import { decodeFaces } from './decodeFaces';
import type { Unreadable } from './decodeImages';
import type { FileTree } from './fileTree';
import { imageForm } from './imageForm';
import { isUsed, type LabelledFile, subjectsOf, usageOf } from './labelledFile';

export type { LabelledFile };

export interface ImageOptions extends CacheOptions {
	/** Height and width to which images are resized, in pixels. Default: as `imageForm` finds. */
	readonly size?: number;
	/** 1: grey; 3: RGB. Default: as `imageForm` finds. */
	readonly channels?: 1 | 3;
	/** Names of classes as the source has them, in the order of their labels; images of others are left out. Default: all. */
	readonly classes?: readonly string[];
	/** What to do with unreadable files: throw an error that names them, or list them in the result. Default `throw`. */
	readonly unreadable?: 'throw' | 'list';
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
	readonly unreadable: readonly Unreadable[];
	/** Number of other files that were found and not read, by ending or kind: `.txt`, hidden, broken links. */
	readonly passedOver: Readonly<Record<string, number>>;
	/** The data set whose numbers the source uses for its classes; absent if it names them. */
	readonly numbering?: DataSetKey;
}

const EXTENSIONS = ['.jpg', '.jpeg', '.jpe', '.jfif', '.png', '.webp', '.tif', '.tiff', '.bmp', '.gif'];

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
	const labelled = files.filter(isUsed);
	if (labelled.length === 0) {
		throw new DataError(`images of ${name}`, tree.place, describeFiles(tree), 'Check that it is the right folder.');
	}
	labelled.sort((a, b) => usageOf(a) - usageOf(b) || a.label - b.label || (a.name < b.name ? -1 : 1));
	const form = await imageForm(tree, names(labelled), options);
	const { dataset, about } = await decodeFaces(tree, labelled, { name, emotions, form }, options);
	const isLost = new Set(about.unreadable.map((file) => file.name));
	const kept = isLost.size === 0 ? labelled : labelled.filter((file) => !isLost.has(file.name));
	noteGifs(kept, options);
	return {
		dataset,
		names: names(kept),
		subjects: subjectsOf(kept),
		dropped: countEach(files.flatMap(({ label }) => (typeof label === 'string' ? label : []))),
		...about,
		passedOver: passedOver(tree, files, options),
	};
}

const names = (files: readonly LabelledFile[]) => files.map(({ name }) => name);

/** GIF files may be animations. */
function noteGifs(files: readonly LabelledFile[], { onNote }: ImageOptions): void {
	const gifs = files.filter(({ name }) => /\.gif$/i.test(name)).length;
	if (gifs > 0) onNote?.(`GIF files (${gifs}): only the first frame of each is read.`);
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
