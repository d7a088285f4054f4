import path from 'node:path';
import { type DataSetKey, EMOTIONS, type Emotion, foreignClass, LABELLINGS, labelOfClass } from '../../emotions';
import { DataError } from '../../errors';
import type { Usage } from '../dataset';
import { type FaceSet, type ImageOptions, isImageName, type LabelledFile, readImages } from './faceSet';
import { type FileTree, openFiles } from './fileTree';

/** The position of an image in class folders. */
export interface ClassPlace {
	readonly name: string;
	/** The folder of its class. */
	readonly folder: string;
	/** The folder of its part, if the source has parts. */
	readonly part?: string;
}

/** Folder names in use besides those of the emotions. */
const SYNONYMS: Readonly<Record<string, Emotion>> = {
	anger: 'angry',
	disgusted: 'disgust',
	fearful: 'fear',
	afraid: 'fear',
	happiness: 'happy',
	sadness: 'sad',
	surprised: 'surprise',
};

/** Classes of other data sets that are not one of our emotions, such as contempt. */
const OTHER_CLASSES = Object.values(LABELLINGS).flatMap(({ classes }) =>
	classes.filter((own) => labelOfClass(own) === undefined).map(([name]) => name.toLowerCase()),
);

/** Returns the label of a class folder by its name, in any case: `happy` and `Happiness` are 3. */
export function labelOfFolder(name: string): number | undefined {
	const lower = name.toLowerCase();
	const emotion = Object.hasOwn(SYNONYMS, lower) ? SYNONYMS[lower] : lower;
	const label = (EMOTIONS as readonly string[]).indexOf(emotion);
	return label < 0 ? undefined : label;
}

/** Returns the label of a class folder; its name, if it is a class we drop; undefined if unknown. */
export function classOfFolder(name: string): number | string | undefined {
	const lower = name.toLowerCase();
	return labelOfFolder(name) ?? (OTHER_CLASSES.includes(lower) ? lower : undefined);
}

/** As `classOfFolder`, for a data set's own number of a class. */
export function classOfNumber(dataSet: DataSetKey, code: number): number | string | undefined {
	const own = foreignClass(dataSet, code);
	return own && (labelOfClass(own) ?? own[0]);
}

/** Folder names of the parts of FER2013. `test` on Kaggle contains PublicTest and PrivateTest together. */
const SPLIT_FOLDERS: Readonly<Record<string, Usage>> = {
	train: 'Training',
	training: 'Training',
	publictest: 'PublicTest',
	privatetest: 'PrivateTest',
	test: 'Test',
};
/** Folder names of parts in other data sets. */
const TRAINING_PARTS = ['train_set', 'train-set'];
const VALIDATION_PARTS = ['val', 'valid', 'validation', 'val_set', 'dev'];
const TEST_PARTS = ['testing', 'test_set'];

/** Returns the part of FER2013 that a folder of this name contains; undefined for any other name. */
export function usageOfFolder(name: string): Usage | undefined {
	return Object.hasOwn(SPLIT_FOLDERS, name.toLowerCase()) ? SPLIT_FOLDERS[name.toLowerCase()] : undefined;
}

const REMEDY = 'Put the images into one folder per class, or into train|val|test/<class>/.';
const CLASSES_AT_MOST = 256;

/** Finds the images of `<class>/<file>` or `<part>/<class>/<file>`, two classes or more, below any shared folders. */
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

/** Returns the usage of each part: with a validation part (PublicTest), the test part is PrivateTest, as in FER2013. */
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
 * Reads images with one folder per class: `<class>/<file>`, or `train|val|test/<class>/<file>`, as a folder or an archive.
 * The classes are our emotions if every folder is named after one or after a class we drop (contempt); else the folders,
 * in alphabetical or numerical order.
 */
export async function readClassFolders(source: string, options: ImageOptions = {}): Promise<FaceSet> {
	const tree = await openFiles(source);
	const places = placesOf(tree);
	const name = tree.place.replace(/\.(tar|tar\.gz|tgz|zip)$/i, '');
	const folders = [...new Set(places.map(({ folder }) => folder))];
	const own = folders.some((folder) => classOfFolder(folder) === undefined);
	const numbered = folders.every((folder) => /^\d+$/.test(folder));
	folders.sort((a, b) => (numbered ? Number(a) - Number(b) : a < b ? -1 : 1));
	const emotions: readonly string[] = own ? folders : EMOTIONS;
	if (emotions.length > CLASSES_AT_MOST) {
		throw new DataError(`at most ${CLASSES_AT_MOST} class folders`, tree.place, String(emotions.length), REMEDY);
	}
	const files = labelPlaces(tree, places, own ? (folder) => emotions.indexOf(folder) : classOfFolder);
	return readImages(tree, files, { name, emotions }, options);
}

/** Finds the images of a tree in class folders, or throws an error that lists what was found instead. */
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

/** Assigns each image the usage of its part and the class of its folder: a label, or the name of a class to drop. */
export function labelPlaces(tree: FileTree, places: readonly ClassPlace[], classOf = classOfFolder): LabelledFile[] {
	const usages = usagesOfParts(places.flatMap(({ part }) => part ?? []));
	return places.map(({ name, folder, part }) => {
		const label = classOf(folder);
		if (label !== undefined) return { name, label, usage: part === undefined ? undefined : usages.get(part) };
		const expected = `folders named after ${EMOTIONS.join(', ')}`;
		throw new DataError(expected, tree.place, JSON.stringify(folder), 'Rename the folder.');
	});
}
