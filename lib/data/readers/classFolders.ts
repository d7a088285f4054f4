import { EMOTIONS } from '../../emotions';
import { DataError } from '../../errors';
import { checkOwnClasses, classOfName, didYouMean } from './classNames';
import {
	countEach,
	describeFiles,
	type FaceSet,
	type ImageOptions,
	isImageName,
	type LabelledFile,
	listNames,
	readImages,
} from './faceSet';
import { usagesByName } from './fer2013Names';
import { type FileTree, openFiles } from './fileTree';
import { usageOfFolder, usagesOfParts } from './partFolders';

/** The position of an image in class folders. */
export interface ClassPlace {
	readonly name: string;
	/** The folder of its class. */
	readonly folder: string;
	/** The folder of its part, if the source has parts. */
	readonly part?: string;
}

const REMEDY = 'Put the images into one folder per class, or into train|val|test/<class>/.';
const CLASSES_AT_MOST = 256;
/** Classes that a note names. */
const SHOWN = 20;

/** Finds the images of `<class>/<file>` or `<part>/<class>/<file>`, two classes or more, below any shared folders. */
export function classPlaces(names: readonly string[]): ClassPlace[] | undefined {
	let paths = names.filter(isImageName).map((name) => ({ name, parts: name.split('/') }));
	const share = () => paths.every(({ parts }) => parts.length > 2 && parts[0] === paths[0].parts[0]);
	while (paths.length > 0 && share()) paths = paths.map(({ name, parts }) => ({ name, parts: parts.slice(1) }));
	const isDivided = paths.every(({ parts }) => parts.length === 3 && usageOfFolder(parts[0]) !== undefined);
	if (!isDivided && !paths.every(({ parts }) => parts.length === 2)) return undefined;
	const places = paths.map(({ name, parts }) =>
		isDivided ? { name, part: parts[0], folder: parts[1] } : { name, folder: parts[0] },
	);
	return new Set(places.map(({ folder }) => folder)).size < 2 ? undefined : places;
}

/**
 * Reads images with one folder per class: `<class>/<file>`, or `train|val|test/<class>/<file>`, as a folder or an archive.
 * The classes are our emotions if every folder is named after one or after a class we drop (contempt); else the folders,
 * in alphabetical or numerical order, which a note states.
 * @throws {DataError} If the folders look like misspelled emotions or like persons, unless
 * `options.classes` names the classes; among others.
 */
export async function readClassFolders(source: string, options: ImageOptions = {}): Promise<FaceSet> {
	const tree = await openFiles(source);
	const places = placesOf(tree);
	const name = tree.place.replace(/\.(tar|tar\.gz|tgz|zip)$/i, '');
	const folders = [...new Set(places.map(({ folder }) => folder))];
	const own = folders.some((folder) => classOfName(folder) === undefined);
	const twice = folders.find((folder) =>
		folders.some((name) => name < folder && name.toLowerCase() === folder.toLowerCase()),
	);
	if (own && twice !== undefined && !options.classes) {
		const found = folders.filter((folder) => folder.toLowerCase() === twice.toLowerCase()).join(' and ');
		throw new DataError('each class written in one way', tree.place, found, 'Rename one of the folders.');
	}
	if (own && !options.classes)
		checkOwnClasses(
			places.map(({ folder }) => folder),
			tree.place,
			places[0].name,
		);
	folders.sort((a, b) => (areNumbers(folders) ? Number(a) - Number(b) : a < b ? -1 : 1));
	const emotions: readonly string[] = own ? folders : EMOTIONS;
	if ((options.classes ?? emotions).length > CLASSES_AT_MOST) {
		throw new DataError(`at most ${CLASSES_AT_MOST} class folders`, tree.place, String(emotions.length), REMEDY);
	}
	if (own && !options.classes) options.onNote?.(orderNote(folders));
	const files = labelPlaces(tree, places, own ? (folder) => emotions.indexOf(folder) : classOfName);
	return readImages(tree, files, { name, emotions }, options);
}

/** States the order of own classes, which is that of their labels. */
function orderNote(classes: readonly string[]): string {
	const shown = classes.slice(0, SHOWN).join(', ') + (classes.length > SHOWN ? ' ...' : '');
	return `The classes are the folders, in ${areNumbers(classes) ? 'numerical' : 'alphabetical'} order: ${shown}.`;
}

/** Whether classes are named by numbers, whose emotions are not known. */
export const areNumbers = (classes: readonly string[]): boolean => classes.every((name) => /^\d+$/.test(name));

/** Finds the images of a tree in class folders, or throws an error that lists what was found instead. */
export function placesOf(tree: FileTree): ClassPlace[] {
	const places = classPlaces(tree.names);
	if (places) return places;
	const images = tree.names.filter(isImageName);
	const empty = tree.empty?.length ? `, and folders without a file: ${listNames(tree.empty)}` : '';
	const found = images.length === 0 ? `no image among ${describeFiles(tree)}` : `images such as ${strayImage(images)}`;
	throw new DataError('two or more folders of images, one per class,', tree.place, found + empty, REMEDY);
}

/** The first image that is not as deep in folders as most are; else the first. */
function strayImage(images: readonly string[]): string {
	const depthOf = (name: string) => name.split('/').length;
	const [[most]] = Object.entries(countEach(images.map((name) => String(depthOf(name))))).sort((a, b) => b[1] - a[1]);
	return images.find((name) => depthOf(name) !== Number(most)) ?? images[0];
}

/** Assigns each image the usage of its part and the class of its folder: a label, or the name of a class to drop. */
export function labelPlaces(tree: FileTree, places: readonly ClassPlace[], classOf = classOfName): LabelledFile[] {
	const usages = usagesOfParts(places.flatMap(({ part }) => part ?? []));
	const partOf = new Map(places.map(({ name, part }) => [name, part === undefined ? undefined : usages.get(part)]));
	const usageOf = usagesByName([...partOf.keys()], (name) => partOf.get(name));
	return places.map(({ name, folder }) => {
		const label = classOf(folder);
		if (label !== undefined) return { name, label, usage: usageOf(name) };
		const expected = `folders named after ${EMOTIONS.join(', ')}`;
		throw new DataError(expected, tree.place, JSON.stringify(folder), `${didYouMean(folder)}Rename the folder.`);
	});
}
