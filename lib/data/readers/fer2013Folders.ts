import path from 'node:path';
import { EMOTIONS } from '../../emotions';
import { DataError } from '../../errors';
import { USAGES, type Usage } from '../dataset';
import { didYouMean, labelOfName } from './classNames';
import { type FaceSet, type ImageOptions, readImages } from './faceSet';
import { officialPart, usagesByName } from './fer2013Names';
import type { FileTree } from './fileTree';
import { usageOfFolder, usagesOfParts } from './partFolders';
import { FER2013_SHAPE } from './readerOptions';

const EXTENSIONS = ['.jpg', '.jpeg', '.png'];
const REMEDY = 'Keep only the images of FER2013 there, in folders train|test/<emotion>.';

/** Returns the images of the folder layout: a path ends in a part, any folder and a file. Of two copies, the upper one. */
export function namesInLayout(names: readonly string[]): string[] {
	const found = names.filter((name) => {
		const [part, , file] = name.split('/').slice(-3);
		return file !== undefined && usageOfFolder(part) !== undefined;
	});
	const aboveOf = (name: string) => name.split('/').slice(0, -3).join('/');
	const above = [...new Set(found.map(aboveOf))].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
	return found.filter((name) => aboveOf(name) === above[0]);
}

/**
 * Reads FER2013 as images in folders, `train|test/<class>/*.jpg|png`, or with `validation` as in some copies. `test`
 * contains PublicTest and PrivateTest together: the usage of its images is `Test`, which the holdout protocol can split
 * and `official` cannot, unless all of them are named after their official part (`PublicTest_123.jpg`).
 */
export async function readLayout(
	tree: FileTree,
	names: readonly string[],
	{ onProgress, unreadable, cacheFolder }: Pick<ImageOptions, 'onProgress' | 'unreadable' | 'cacheFolder'> = {},
): Promise<FaceSet> {
	const usages = usagesOfParts(names.map((name) => name.split('/').slice(-3)[0]));
	const partOf = (name: string) => usages.get(name.split('/').slice(-3)[0]);
	// Copies in which every image is named after its official part may be divided otherwise.
	const byFolder = names.every((name) => officialPart(name)) ? officialPart : partOf;
	const usageOf = usagesByName(names, byFolder);
	const files = names.map((name) => ({ ...labelledFile(name), usage: usageOf(name) ?? 'Test' }));
	checkClasses(files, tree.place);
	const [size, , channels] = FER2013_SHAPE;
	const options = { size, channels, onProgress, unreadable, cacheFolder };
	return readImages(tree, files, { name: 'FER2013' }, options);
}

function labelledFile(name: string) {
	const [part, folder, file] = name.split('/').slice(-3);
	const label = labelOfName(folder);
	const unexpected = (expected: string, place: string, found: string, remedy = REMEDY) =>
		new DataError(expected, place, JSON.stringify(found), remedy);
	if (label === undefined) {
		const expected = `folders named after ${EMOTIONS.join(', ')}`;
		throw unexpected(expected, `${part}/${folder}`, folder, `${didYouMean(folder)}${REMEDY}`);
	}
	if (EXTENSIONS.includes(path.extname(file).toLowerCase())) return { name, label };
	throw unexpected('JPEG and PNG images only', `${part}/${folder}`, file);
}

/** Refuses a part without an image of some emotion: an empty or missing folder. */
function checkClasses(files: readonly { usage: Usage; label: number }[], place: string): void {
	if (files.length === 0) throw new DataError('images in train and test', place, 'none', REMEDY);
	for (const usage of USAGES) {
		const found = new Set(files.filter((file) => file.usage === usage).map(({ label }) => label));
		const missing = EMOTIONS.find((_, label) => !found.has(label));
		if (found.size === 0 || missing === undefined) continue;
		throw new DataError(`images of ${missing}`, `the ${usage} folder of ${place}`, 'none', 'Restore that folder.');
	}
}
