import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { EMOTIONS, type Emotion } from '../../emotions';
import { DataError } from '../../errors';
import { type Dataset, makeDataset, USAGES, type Usage } from '../dataset';
import { decodeImage } from '../image';
import { FER2013_SHAPE, progressOf, type ReaderOptions } from './readerOptions';

/** An image file in the folder layout, on disk or in an archive. */
export interface ImageFile {
	/** Its path, with forward slashes; the last three parts are split, class and file: `train/angry/im0.png`. */
	readonly name: string;
	readonly read: () => Promise<Uint8Array>;
}

/** Names of split folders. Kaggle's `test` holds PublicTest and PrivateTest together. */
const SPLIT_FOLDERS: Readonly<Record<string, Usage>> = {
	train: 'Training',
	training: 'Training',
	publictest: 'PublicTest',
	privatetest: 'PrivateTest',
	test: 'Test',
};

/** Names of class folders in use; the emotions' own names are taken too. */
const CLASS_FOLDERS: Readonly<Record<string, Emotion>> = {
	anger: 'angry',
	disgusted: 'disgust',
	fearful: 'fear',
	afraid: 'fear',
	happiness: 'happy',
	sadness: 'sad',
	surprised: 'surprise',
};

const EXTENSIONS = ['.jpg', '.jpeg', '.png'];
const IMAGES_AT_ONCE = 64;
const REMEDY = 'Download the data set again, or name the folders train|test/<emotion>.';

/** Tells which part of FER2013 a folder of this name holds; undefined for any other name. */
export function usageOfFolder(name: string): Usage | undefined {
	return Object.hasOwn(SPLIT_FOLDERS, name.toLowerCase()) ? SPLIT_FOLDERS[name.toLowerCase()] : undefined;
}

/**
 * Tells the label of a class folder by its name, whatever its case: `happy` and `Happiness` are 3. Never by its place in
 * a listing: folders sort in another order than FER2013's labels.
 */
export function labelOfFolder(name: string): number | undefined {
	const lower = name.toLowerCase();
	const emotion = Object.hasOwn(CLASS_FOLDERS, lower) ? CLASS_FOLDERS[lower] : lower;
	const label = (EMOTIONS as readonly string[]).indexOf(emotion);
	return label < 0 ? undefined : label;
}

/** Tells whether a path ends as in the folder layout: split folder, any folder, visible file. */
export function isInLayout(name: string): boolean {
	const [split, , file] = name.split('/').slice(-3);
	return file !== undefined && !isHidden(file) && usageOfFolder(split) !== undefined;
}

/** Lists the files of `<folder>/train|test/<class>/`, in no particular order; what lies elsewhere is passed over. */
export async function listLayout(folder: string): Promise<ImageFile[]> {
	const files: ImageFile[] = [];
	for (const split of await visible(folder)) {
		if (usageOfFolder(split) === undefined || !(await isFolder(folder, split))) continue;
		for (const emotion of await visible(path.join(folder, split))) {
			if (!(await isFolder(folder, split, emotion))) continue;
			labelIn(`${split}/${emotion}`, emotion);
			for (const file of await visible(path.join(folder, split, emotion))) {
				const read = () => readFile(path.join(folder, split, emotion, file));
				files.push({ name: `${split}/${emotion}/${file}`, read });
			}
		}
	}
	return files;
}

async function visible(folder: string): Promise<string[]> {
	return (await readdir(folder)).filter((name) => !isHidden(name));
}

async function isFolder(...parts: string[]): Promise<boolean> {
	return (await stat(path.join(...parts))).isDirectory();
}

/** Files that desktops leave in folders, which are nobody's images. */
function isHidden(name: string): boolean {
	return name.startsWith('.') || ['thumbs.db', 'desktop.ini'].includes(name.toLowerCase());
}

/**
 * Reads images of the folder layout `train|test/<class>/*.jpg|png` as grey 48x48 bytes. Images come in the order
 * of split, label and name, so that the same files give the same data set from any disk or archive.
 *
 * `test` keeps PublicTest and PrivateTest together, so its images get the usage `Test`: the `seed` split works on them,
 * `official` does not.
 * @param files Files of the layout, in any order.
 * @param place The folder's or archive's name, for errors.
 * @throws {DataError} If a folder is no emotion's, a class has no image in a split, or a file is no image.
 */
export async function readLayout(
	files: readonly ImageFile[],
	place: string,
	options: ReaderOptions = {},
): Promise<Dataset> {
	const images = files.map((file) => ({ file, ...placeOf(file.name) }));
	images.sort((a, b) => a.usage - b.usage || a.label - b.label || (a.file.name < b.file.name ? -1 : 1));
	checkClasses(images, place);
	const [height, width] = FER2013_SHAPE;
	const pixels = new Uint8Array(images.length * height * width);
	const report = progressOf(options, `Decoding the images of ${place}`);
	for (let start = 0; start < images.length; start += IMAGES_AT_ONCE) {
		const some = images.slice(start, start + IMAGES_AT_ONCE);
		const decode = async ({ file }: { file: ImageFile }, place: number) =>
			pixels.set(await decodeImage(await file.read(), { height, width }, file.name), (start + place) * height * width);
		await Promise.all(some.map(decode));
		report((start + some.length) / images.length);
	}
	const [labels, usage] = [images.map(({ label }) => label), images.map(({ usage }) => usage)];
	return makeDataset({
		name: 'FER2013',
		shape: FER2013_SHAPE,
		pixels,
		labels: Uint8Array.from(labels),
		usage: Uint8Array.from(usage),
	});
}

function placeOf(name: string): { usage: number; label: number } {
	const [split, emotion, file] = name.split('/').slice(-3);
	const usage = usageOfFolder(split);
	if (usage === undefined) throw unexpected('a folder train or test', name, split);
	if (!EXTENSIONS.includes(path.extname(file).toLowerCase())) {
		throw unexpected('JPEG and PNG images only', `${split}/${emotion}`, file);
	}
	return { usage: USAGES.indexOf(usage), label: labelIn(`${split}/${emotion}`, emotion) };
}

function labelIn(place: string, folder: string): number {
	const label = labelOfFolder(folder);
	if (label === undefined) throw unexpected(`folders named after ${EMOTIONS.join(', ')}`, place, folder);
	return label;
}

/** Refuses a split without an image of some emotion: an empty or missing folder. */
function checkClasses(images: readonly { usage: number; label: number }[], place: string): void {
	const found = new Set(images.map(({ usage, label }) => `${usage} ${label}`));
	for (const usage of new Set(images.map((image) => image.usage))) {
		for (const [label, emotion] of EMOTIONS.entries()) {
			if (found.has(`${usage} ${label}`)) continue;
			throw new DataError(`images of ${emotion}`, `the ${USAGES[usage]} folder of ${place}`, 'none', REMEDY);
		}
	}
	if (images.length === 0) throw new DataError('images in train and test', place, 'none', REMEDY);
}

function unexpected(expected: string, place: string, found: string): DataError {
	return new DataError(expected, place, JSON.stringify(found), REMEDY);
}
