import path from 'node:path';
import { EMOTIONS } from '../../emotions';
import { DataError } from '../../errors';
import type { Usage } from '../dataset';
import { classOfFolder } from './classNames';
import { type FaceSet, type ImageOptions, isImageName, type LabelledFile, readImages } from './faceSet';
import { usageOfFolder } from './fer2013Folders';
import { type FileTree, openFiles } from './fileTree';

/** Options of `readClassFolders`. */
export interface ClassFolderOptions extends ImageOptions {
	/**
	 * `emotions`: folders are named after our seven emotions. `own`: each folder is a class. Default
	 * `auto`: `emotions` if every folder is named after an emotion or a class we drop (contempt), else `own`.
	 */
	readonly classes?: 'auto' | 'emotions' | 'own';
	/** The name of the data set, for captions. Default: that of the folder. */
	readonly name?: string;
}

/** The position of an image in class folders. */
export interface ClassPlace {
	readonly name: string;
	/** The folder of its class. */
	readonly folder: string;
	/** The folder of its part, if the source has parts. */
	readonly part?: string;
}

/** Folder names of parts besides those of FER2013. */
const TRAINING_PARTS = ['train_set', 'train-set'];
const VALIDATION_PARTS = ['val', 'valid', 'validation', 'val_set', 'dev'];
const TEST_PARTS = ['testing', 'test_set'];
const REMEDY = 'Put the images into one folder per class, or into train|val|test/<class>/.';
const CLASSES_AT_MOST = 256;

/**
 * Finds the images of `<class>/<file>` or `<part>/<class>/<file>`, below any shared folders.
 * @returns Undefined if images are arranged otherwise, or in one class only.
 */
export function classPlaces(names: readonly string[]): ClassPlace[] | undefined {
	let paths = names.filter(isImageName).map((name) => ({ name, parts: name.split('/') }));
	const share = () => paths.every(({ parts }) => parts.length > 2 && parts[0] === paths[0].parts[0]);
	while (paths.length > 0 && share()) paths = paths.map(({ name, parts }) => ({ name, parts: parts.slice(1) }));
	const isDivided = paths.every(({ parts }) => parts.length === 3 && usageOfPart(parts[0]) !== undefined);
	if (!isDivided && !paths.every(({ parts }) => parts.length === 2)) return undefined;
	const places = paths.map(({ name, parts }) =>
		isDivided ? { name, part: parts[0], folder: parts[1] } : { name, folder: parts[0] },
	);
	return new Set(places.map(({ folder }) => folder)).size < 2 ? undefined : places;
}

function usageOfPart(folder: string): Usage | undefined {
	const lower = folder.toLowerCase();
	if (TRAINING_PARTS.includes(lower)) return 'Training';
	if (VALIDATION_PARTS.includes(lower)) return 'PublicTest';
	return TEST_PARTS.includes(lower) ? 'Test' : usageOfFolder(lower);
}

/**
 * Returns the usage of each part of a source. A validation part becomes PublicTest and the test part
 * beside it PrivateTest, as in FER2013, so that the `official` split can use them; a test part alone stays Test.
 */
export function usagesOfParts(parts: Iterable<string>): Map<string, Usage> {
	const names = [...new Set(parts)];
	const hasValidation = names.some((name) => VALIDATION_PARTS.includes(name.toLowerCase()));
	return new Map(
		names.map((name) => {
			const usage = usageOfPart(name) ?? 'Test';
			return [name, usage === 'Test' && hasValidation ? 'PrivateTest' : usage];
		}),
	);
}

/**
 * Reads images with one folder per class: `<class>/<file>`, or `train|val|test/<class>/<file>`, as a
 * folder or an archive. Images may be JPEG, PNG or WebP, grey or in colour, of any size; classes may be our emotions.
 * @returns Images ordered by part, class and name. Own classes are in alphabetical or numerical order.
 * @throws {DataError} If images are arranged otherwise, a file among them is not an image, or a folder is not an
 *   emotion although `classes` is `emotions`.
 */
export async function readClassFolders(source: string, options: ClassFolderOptions = {}): Promise<FaceSet> {
	const tree = await openFiles(source);
	const places = placesOf(tree);
	const { classes = 'auto', name = tree.place.replace(/\.(tar|tar\.gz|tgz|zip)$/i, '') } = options;
	const folders = [...new Set(places.map(({ folder }) => folder))];
	const own =
		classes === 'own' || (classes === 'auto' && folders.some((folder) => classOfFolder(folder) === undefined));
	const numbered = folders.every((folder) => /^\d+$/.test(folder));
	folders.sort((a, b) => (numbered ? Number(a) - Number(b) : a < b ? -1 : 1));
	const emotions: readonly string[] = own ? folders : EMOTIONS;
	if (emotions.length > CLASSES_AT_MOST) {
		throw new DataError(`at most ${CLASSES_AT_MOST} class folders`, tree.place, String(emotions.length), REMEDY);
	}
	const files = labelPlaces(tree, places, own ? (folder) => emotions.indexOf(folder) : classOfFolder);
	return readImages(tree, files, { name, emotions }, options);
}

/** Finds the images of a tree in class folders, or throws an error with what is there instead. */
export function placesOf(tree: FileTree): ClassPlace[] {
	const places = classPlaces(tree.names);
	if (places) {
		const folders = new Set(places.map(({ name }) => path.posix.dirname(name)));
		const stray = tree.names.find((name) => !isImageName(name) && folders.has(path.posix.dirname(name)));
		if (stray === undefined) return places;
		throw new DataError('JPEG, PNG and WebP images only', `the class folders of ${tree.place}`, stray, REMEDY);
	}
	const images = tree.names.filter(isImageName);
	const found = images.length === 0 ? `no image among ${tree.names.length} files` : `images such as ${images[0]}`;
	throw new DataError('two or more folders of images, one per class,', tree.place, found, REMEDY);
}

/**
 * Gives each image the label of its folder and the usage of its part.
 * @param classOf Returns a label, the name of a class to drop, or undefined for an unknown folder.
 * @throws {DataError} If a folder is unknown.
 */
export function labelPlaces(tree: FileTree, places: readonly ClassPlace[], classOf = classOfFolder): LabelledFile[] {
	const usages = usagesOfParts(places.flatMap(({ part }) => part ?? []));
	return places.map(({ name, folder, part }) => {
		const label = classOf(folder);
		if (label !== undefined) return { name, label, usage: part === undefined ? undefined : usages.get(part) };
		const expected = `folders named after ${EMOTIONS.join(', ')}`;
		throw new DataError(expected, tree.place, JSON.stringify(folder), "Rename it, or read with classes: 'own'.");
	});
}
