import path from 'node:path';
import { DataError } from '../../errors';
import { classOfNumber } from './classNames';
import { rowPlace } from './csvFields';
import { type FaceSet, type ImageOptions, isImageName, type LabelledFile, readImages } from './faceSet';
import { type FileTree, openFiles, readTexts } from './fileTree';

/** `train_00001`, `test_0001`; aligned images end in `_aligned`. */
const IMAGE = /^((train|test)_\d+)(_aligned)?\.(jpg|jpeg|png)$/i;
/** The release spells it `list_patition_label.txt`. */
const LIST = /^list_par?tition_label\.txt$/i;
const TABLE = /^(train|test)_labels\.csv$/i;
const REMEDY = 'Unpack the release or the copy from Kaggle again.';

/** Whether a file is RAF-DB's list of labels, by its name. */
export function isRafDbList(name: string): boolean {
	return LIST.test(path.posix.basename(name));
}

/** Whether a file is an image of RAF-DB, by its name. */
export function isRafDbImage(name: string): boolean {
	return IMAGE.test(path.posix.basename(name));
}

/**
 * Reads the basic emotions of RAF-DB (Li et al. 2017): the release (`EmoLabel/list_patition_label.txt` and
 * `Image/aligned/`) or the copy on Kaggle (`DATASET/train|test/1..7/`, with or without `train_labels.csv` and
 * `test_labels.csv`). Its parts become the usages Training and Test. Faces are 100x100 pixels in colour.
 */
export async function readRafDb(source: string, options: ImageOptions = {}): Promise<FaceSet> {
	const tree = await openFiles(source);
	const images = imagesOf(tree);
	const labels = await readLabels(tree);
	const files = [...images].map(([stem, name]): LabelledFile => {
		const folder = path.posix.basename(path.posix.dirname(name));
		const isNumber = /^\d+$/.test(folder);
		const entry = labels.size > 0 ? labels.get(stem) : { code: isNumber ? Number(folder) : Number.NaN, where: name };
		if (!entry) throw new DataError('a label for each image', tree.place, `none for ${name}`, REMEDY);
		const { code, where } = entry;
		if (isNumber && Number(folder) !== code) {
			throw new DataError(`label ${Number(folder)}, as the image’s folder,`, where, String(code), REMEDY);
		}
		const label = classOfNumber('rafDb', code);
		if (label === undefined) throw new DataError('a label from 1 to 7', where, String(code), REMEDY);
		return { name, label, usage: stem.startsWith('train') ? 'Training' : 'Test' };
	});
	for (const [stem, { where }] of labels) {
		if (!images.has(stem)) throw new DataError(`the image ${stem}, named in ${where},`, tree.place, 'none', REMEDY);
	}
	return { ...(await readImages(tree, files, { name: 'RAF-DB' }, options)), numbering: 'rafDb' };
}

/** Finds the images by their stems: the aligned ones if the release contains the originals too. */
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

/** Reads the list of the release, or the tables from Kaggle, with the row of each label; empty if neither exists. */
async function readLabels(tree: FileTree): Promise<Map<string, { code: number; where: string }>> {
	const lists = tree.names.filter(isRafDbList);
	const tables = tree.names.filter((name) => TABLE.test(path.posix.basename(name)));
	const labels = new Map<string, { code: number; where: string }>();
	for (const [name, text] of await readTexts(tree, lists.length > 0 ? lists : tables)) {
		for (const [index, line] of text.split(/\r?\n/).entries()) {
			if (line.trim() === '' || (index === 0 && /^image\s*,\s*label/i.test(line))) continue;
			const where = rowPlace(index + 1, name);
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
