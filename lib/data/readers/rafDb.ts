import path from 'node:path';
import { foreignClass, labelOfClass } from '../../emotions';
import { DataError } from '../../errors';
import type { Usage } from '../dataset';
import { type FaceSet, type ImageOptions, isImageName, type LabelledFile, readImages } from './faceSet';
import { type FileTree, openFiles, readTexts } from './fileTree';

/** `train_00001`, `test_0001`, of aligned images with `_aligned` behind. */
const IMAGE = /^((train|test)_\d+)(_aligned)?\.(jpg|jpeg|png)$/i;
/** The release spells it `list_patition_label.txt`. */
const LIST = /^list_par?tition_label\.txt$/i;
const TABLE = /^(train|test)_labels\.csv$/i;
const REMEDY = 'Unpack the release again, or Kaggle’s copy of it.';

/** Tells RAF-DB's list of labels by its name. */
export function isRafDbList(name: string): boolean {
	return LIST.test(path.posix.basename(name));
}

/** Tells an image of RAF-DB by its name. */
export function isRafDbImage(name: string): boolean {
	return IMAGE.test(path.posix.basename(name));
}

/** Where a label stands, for errors. */
interface Entry {
	readonly code: number;
	readonly where: string;
}

/**
 * Reads RAF-DB's basic emotions (Li et al. 2017): the release (`EmoLabel/list_patition_label.txt` and `Image/aligned/`)
 * or Kaggle's copy (`DATASET/train|test/1..7/`, with `train_labels.csv` and `test_labels.csv` or without). The release's
 * own parts are kept, as usage Training and Test. Faces are 100x100 pixels in colour; see `size` and `channels`.
 * @throws {DataError} If an image has no label, a label no image or a number outside 1 to 7, a folder and the list
 *   disagree, or a file is no image.
 */
export async function readRafDb(source: string, options: ImageOptions = {}): Promise<FaceSet> {
	const tree = await openFiles(source);
	const images = imagesOf(tree);
	const labels = await readLabels(tree);
	const files = [...images].map(([stem, name]): LabelledFile => {
		const folder = /^\d+$/.test(path.posix.basename(path.posix.dirname(name)))
			? Number(path.posix.basename(path.posix.dirname(name)))
			: undefined;
		const listed = labels.get(stem);
		if (labels.size > 0 && !listed)
			throw new DataError('a label for each image', tree.place, `none for ${name}`, REMEDY);
		const entry = listed ?? { code: folder ?? Number.NaN, where: name };
		if (folder !== undefined && folder !== entry.code) {
			throw new DataError(`label ${folder}, as the image’s folder,`, entry.where, String(entry.code), REMEDY);
		}
		const usage: Usage = stem.startsWith('train') ? 'Training' : 'Test';
		return { name, label: labelOf(entry), usage };
	});
	const missing = [...labels].find(([stem]) => !images.has(stem));
	if (missing)
		throw new DataError(`the image ${missing[0]}, named in ${missing[1].where},`, tree.place, 'none', REMEDY);
	return readImages(tree, files, { name: 'RAF-DB' }, options);
}

/** Finds the images by their stems; of the release, the aligned ones, where it holds the originals too. */
function imagesOf(tree: FileTree): Map<string, string> {
	const images = new Map<string, string>();
	const named = tree.names.filter((name) => isImageName(name) && isRafDbImage(name));
	const aligned = named.filter((name) => /_aligned\.[a-z]+$/i.test(name));
	for (const name of aligned.length > 0 ? aligned : named) {
		const stem = (IMAGE.exec(path.posix.basename(name))?.[1] ?? '').toLowerCase();
		const other = images.get(stem);
		if (other) throw new DataError('each image once', tree.place, `${other} and ${name}`, REMEDY);
		images.set(stem, name);
	}
	if (images.size > 0) return images;
	throw new DataError('images such as train_00001_aligned.jpg', tree.place, 'none', REMEDY);
}

/** Reads the release's list, or Kaggle's tables; empty where there is neither. */
async function readLabels(tree: FileTree): Promise<Map<string, Entry>> {
	const lists = tree.names.filter(isRafDbList);
	const tables = tree.names.filter((name) => TABLE.test(path.posix.basename(name)));
	const labels = new Map<string, Entry>();
	for (const [name, text] of await readTexts(tree, lists.length > 0 ? lists : tables)) {
		for (const [index, line] of text.split(/\r?\n/).entries()) {
			if (line.trim() === '' || (index === 0 && /^image\s*,\s*label/i.test(line))) continue;
			const where = `row ${(index + 1).toLocaleString('en')} of ${name}`;
			const [image, code] = line.trim().split(/[\s,]+/);
			const stem = IMAGE.exec(image)?.[1].toLowerCase();
			if (stem === undefined || code === undefined) {
				throw new DataError('an image and its label', where, JSON.stringify(line.slice(0, 60)), REMEDY);
			}
			if (labels.has(stem)) throw new DataError('each image once', where, `${image} again`, REMEDY);
			labels.set(stem, { code: Number(code), where });
		}
	}
	return labels;
}

function labelOf({ code, where }: Entry): number {
	const own = foreignClass('rafDb', code);
	const label = own && labelOfClass(own);
	if (label === undefined) throw new DataError('a label from 1 to 7', where, String(code), REMEDY);
	return label;
}
