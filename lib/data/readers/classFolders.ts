import { EMOTIONS, LABELLINGS, type Labelling } from '../../emotions';
import { DataError } from '../../errors';
import type { Usage } from '../dataset';
import { countOne, type FaceSet, type ImageOptions, isImageName, type LabelledFile, readImages } from './faceSet';
import { labelOfFolder, usageOfFolder } from './fer2013Folders';
import { type FileTree, openFiles } from './fileTree';

/** Options of `readClassFolders`. */
export interface ClassFolderOptions extends ImageOptions {
	/**
	 * `emotions`: the folders are named after our seven emotions. `own`: each folder is a class of its own. Default
	 * `auto`: `emotions` if every folder is named after one, or after a class that other data sets have and we drop
	 * (contempt), else `own`.
	 */
	readonly classes?: 'auto' | 'emotions' | 'own';
	/** The data set's name, for captions. Default the folder's. */
	readonly name?: string;
}

/** An image's place in class folders. */
export interface ClassPlace {
	readonly name: string;
	/** The folder of its class. */
	readonly folder: string;
	/** The folder of its part, where the source has parts. */
	readonly part?: string;
}

/** What folders of parts are called besides the names that `usageOfFolder` knows. */
const TRAINING_PARTS = ['train_set', 'train-set'];
const VALIDATION_PARTS = ['val', 'valid', 'validation', 'val_set', 'dev'];
const TEST_PARTS = ['testing', 'test_set'];
const REMEDY = 'Put the images into one folder a class, or into train|val|test/<class>/.';
const CLASSES_AT_MOST = 256;

/** Classes that a data set of `LABELLINGS` has and ours has not. */
const WITHOUT_COUNTERPART = Object.values(LABELLINGS).flatMap((labelling: Labelling) =>
	labelling.classes.filter(([, emotion]) => emotion === undefined).map(([name]) => name.toLowerCase()),
);

/** Tells whether a folder is named after an emotion, or after a class that we drop. */
export function isEmotionFolder(folder: string): boolean {
	return labelOfFolder(folder) !== undefined || isDroppedFolder(folder);
}

/** Tells whether a folder is named after a class that has no counterpart here, such as contempt. */
export function isDroppedFolder(folder: string): boolean {
	return WITHOUT_COUNTERPART.includes(folder.toLowerCase());
}

/**
 * Finds the images of `<class>/<file>` or `<part>/<class>/<file>`, whatever folders lie above all of them.
 * @returns Undefined where images lie otherwise, or in one class only.
 */
export function classPlaces(names: readonly string[]): ClassPlace[] | undefined {
	let paths = names.filter(isImageName).map((name) => ({ name, parts: name.split('/') }));
	const share = () => paths.every(({ parts }) => parts.length > 2 && parts[0] === paths[0].parts[0]);
	while (paths.length > 0 && share()) paths = paths.map(({ name, parts }) => ({ name, parts: parts.slice(1) }));
	const isDivided = paths.every(({ parts }) => parts.length === 3 && isPart(parts[0]));
	if (!isDivided && !paths.every(({ parts }) => parts.length === 2)) return undefined;
	const places = paths.map(({ name, parts }) =>
		isDivided ? { name, part: parts[0], folder: parts[1] } : { name, folder: parts[0] },
	);
	return new Set(places.map(({ folder }) => folder)).size < 2 ? undefined : places;
}

function isPart(folder: string): boolean {
	const lower = folder.toLowerCase();
	return usageOfFolder(lower) !== undefined || [TRAINING_PARTS, VALIDATION_PARTS, TEST_PARTS].flat().includes(lower);
}

/**
 * Returns what the parts of a source are here. A validation part becomes PublicTest and the test part beside it
 * PrivateTest, FER2013's names for the two, so that the `official` split takes them; a test part alone stays Test.
 */
export function usagesOfParts(parts: Iterable<string>): Map<string, Usage> {
	const names = [...new Set(parts)];
	const hasValidation = names.some((name) => VALIDATION_PARTS.includes(name.toLowerCase()));
	const usage = (name: string): Usage => {
		const lower = name.toLowerCase();
		if (TRAINING_PARTS.includes(lower)) return 'Training';
		if (VALIDATION_PARTS.includes(lower)) return 'PublicTest';
		const known = TEST_PARTS.includes(lower) ? 'Test' : (usageOfFolder(lower) ?? 'Test');
		return known === 'Test' && hasValidation ? 'PrivateTest' : known;
	};
	return new Map(names.map((name) => [name, usage(name)]));
}

/**
 * Reads any folder, or archive, of images with one class a folder: `<class>/<file>`, or `train|val|test/<class>/<file>`.
 * Images may be JPEG, PNG or WebP, grey or coloured, of any size; the classes are our emotions or one's own.
 * @returns Images in the order of part, class and name. Own classes are in the order of their names (of their numbers
 *   where all are numbers).
 * @throws {DataError} If images lie otherwise, a file among them is no image, or a folder is no emotion's where
 *   emotions are asked for.
 */
export async function readClassFolders(source: string, options: ClassFolderOptions = {}): Promise<FaceSet> {
	const tree = await openFiles(source);
	const places = placesOf(tree);
	const { classes = 'auto', name = tree.place.replace(/\.(tar|tar\.gz|tgz|zip)$/i, '') } = options;
	const folders = [...new Set(places.map(({ folder }) => folder))];
	const own = classes === 'own' || (classes === 'auto' && !folders.every(isEmotionFolder));
	const emotions: readonly string[] = own ? sortFolders(folders) : EMOTIONS;
	if (emotions.length > CLASSES_AT_MOST) {
		throw new DataError(`at most ${CLASSES_AT_MOST} class folders`, tree.place, String(emotions.length), REMEDY);
	}
	const dropped: Record<string, number> = {};
	const labelOf = (folder: string) => (own ? emotions.indexOf(folder) : labelOfFolder(folder));
	const files = labelPlaces(tree, places, labelOf, dropped);
	return readImages(tree, files, { name, emotions, dropped }, options);
}

/** Finds the images of a tree in class folders, or says what lies there instead. */
export function placesOf(tree: FileTree): ClassPlace[] {
	const places = classPlaces(tree.names);
	if (places) {
		const folders = new Set(places.map(({ name }) => name.slice(0, name.lastIndexOf('/'))));
		const stray = tree.names.find((name) => !isImageName(name) && folders.has(name.slice(0, name.lastIndexOf('/'))));
		if (stray === undefined) return places;
		throw new DataError('JPEG, PNG and WebP images only', `the class folders of ${tree.place}`, stray, REMEDY);
	}
	const images = tree.names.filter(isImageName);
	const found = images.length === 0 ? `no image among ${tree.names.length} files` : `images such as ${images[0]}`;
	throw new DataError('two or more folders of images, one a class,', tree.place, found, REMEDY);
}

/**
 * Gives each image the label of its folder, and counts those that are dropped.
 * @param labelOf Undefined for a class that has no counterpart.
 * @throws {DataError} If a folder has no label and is no class that we drop.
 */
export function labelPlaces(
	tree: FileTree,
	places: readonly ClassPlace[],
	labelOf: (folder: string) => number | undefined,
	dropped: Record<string, number>,
): LabelledFile[] {
	const usages = usagesOfParts(places.flatMap(({ part }) => (part === undefined ? [] : [part])));
	return places.flatMap(({ name, folder, part }) => {
		const label = labelOf(folder);
		if (label !== undefined) return [{ name, label, usage: part === undefined ? undefined : usages.get(part) }];
		if (!isDroppedFolder(folder)) {
			const expected = `folders named after ${EMOTIONS.join(', ')}`;
			throw new DataError(expected, tree.place, JSON.stringify(folder), "Rename it, or read with classes: 'own'.");
		}
		countOne(dropped, folder.toLowerCase());
		return [];
	});
}

function sortFolders(folders: readonly string[]): string[] {
	const numbered = folders.every((folder) => /^\d+$/.test(folder));
	return [...folders].sort((a, b) => (numbered ? Number(a) - Number(b) : a < b ? -1 : 1));
}
