import path from 'node:path';
import { EMOTIONS } from '../../emotions';
import { DataError } from '../../errors';
import { type Dataset, USAGES, type Usage } from '../dataset';
import { labelOfFolder, usageOfFolder } from './classFolders';
import { readImages } from './faceSet';
import type { FileTree } from './fileTree';
import type { ReaderOptions } from './readerOptions';

const EXTENSIONS = ['.jpg', '.jpeg', '.png'];
const REMEDY = 'Download the data set again, or name the folders train|test/<emotion>.';

/** Whether a path ends as in the folder layout: split folder, any folder, file. */
export function isInLayout(name: string): boolean {
	const [split, , file] = name.split('/').slice(-3);
	return file !== undefined && usageOfFolder(split) !== undefined;
}

/**
 * Reads FER2013 as images in folders, `train|test/<class>/*.jpg|png`. `test` contains PublicTest and PrivateTest together,
 * so the usage of its images is `Test`: the holdout protocol can split them, `official` cannot.
 */
export async function readLayout(tree: FileTree, names: readonly string[], options?: ReaderOptions): Promise<Dataset> {
	const files = names.map(labelledFile);
	checkClasses(files, tree.place);
	return (await readImages(tree, files, { name: 'FER2013' }, { onProgress: options?.onProgress })).dataset;
}

function labelledFile(name: string): { name: string; usage: Usage; label: number } {
	const [split, folder, file] = name.split('/').slice(-3);
	const [usage, label] = [usageOfFolder(split), labelOfFolder(folder)];
	const unexpected = (expected: string, place: string, found: string) =>
		new DataError(expected, place, JSON.stringify(found), REMEDY);
	if (usage === undefined) throw unexpected('a folder train or test', name, split);
	if (label === undefined) throw unexpected(`folders named after ${EMOTIONS.join(', ')}`, `${split}/${folder}`, folder);
	if (EXTENSIONS.includes(path.extname(file).toLowerCase())) return { name, usage, label };
	throw unexpected('JPEG and PNG images only', `${split}/${folder}`, file);
}

/** Refuses a split without an image of some emotion: an empty or missing folder. */
function checkClasses(files: readonly { usage: Usage; label: number }[], place: string): void {
	if (files.length === 0) throw new DataError('images in train and test', place, 'none', REMEDY);
	for (const usage of USAGES) {
		const found = new Set(files.filter((file) => file.usage === usage).map(({ label }) => label));
		const missing = EMOTIONS.find((_, label) => !found.has(label));
		if (found.size === 0 || missing === undefined) continue;
		throw new DataError(`images of ${missing}`, `the ${usage} folder of ${place}`, 'none', REMEDY);
	}
}
