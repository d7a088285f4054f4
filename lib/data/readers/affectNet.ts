import path from 'node:path';
import { type ForeignClass, foreignClass, labelOfClass } from '../../emotions';
import { DataError } from '../../errors';
import { type ClassPlace, isDroppedFolder, placesOf, usagesOfParts } from './classFolders';
import { countOne, type FaceSet, type ImageOptions, isImageName, type LabelledFile, readImages } from './faceSet';
import { labelOfFolder } from './fer2013Folders';
import { type FileTree, openFiles } from './fileTree';

const ANNOTATION = /(?:^|\/)(train_set|val_set|test_set)\/annotations\/(.+)_exp\.npy$/i;
const IMAGE = /(?:^|\/)(train_set|val_set|test_set)\/images\/(.+)\.[a-z]+$/i;
const REMEDY = 'Unpack AffectNet again: images and annotations in train_set and val_set, or one folder a class.';

/** Tells an annotation of AffectNet's release by its path. */
export function isAffectNetAnnotation(name: string): boolean {
	return ANNOTATION.test(name);
}

/**
 * Reads AffectNet (Mollahosseini et al. 2017, arXiv:1708.03985): its release, `train_set|val_set/images/0.jpg` beside
 * `annotations/0_exp.npy`, or its images in class folders, `train|val/<class>/`, named by AffectNet's numbers 0 to 10 or
 * by the emotions.
 *
 * Contempt and what is no emotion are dropped and counted. AffectNet's own test part is not published, so the validation
 * part serves as one: it becomes usage Test where there is no test part beside it, else PublicTest.
 * @throws {DataError} If an image has no annotation or an annotation no image, a class is unknown, or a file is no image.
 */
export async function readAffectNet(source: string, options: ImageOptions = {}): Promise<FaceSet> {
	const tree = await openFiles(source);
	const places = tree.names.some(isAffectNetAnnotation) ? await annotatedPlaces(tree) : placesOf(tree);
	const parts = places.flatMap(({ part }) => (part === undefined ? [] : [part]));
	const usages = usagesOfParts(parts);
	const hasTest = [...usages.values()].includes('PrivateTest');
	const dropped: Record<string, number> = {};
	const files = places.flatMap(({ name, folder, part }): LabelledFile[] => {
		const own = classOf(folder, tree);
		const label = labelOfClass(own);
		if (label === undefined) {
			countOne(dropped, own[0]);
			return [];
		}
		const usage = part === undefined ? undefined : usages.get(part);
		return [{ name, label, usage: usage === 'PublicTest' && !hasTest ? 'Test' : usage }];
	});
	return readImages(tree, files, { name: 'AffectNet', dropped }, options);
}

/** Finds what a class folder, or a number in an annotation, stands for. */
function classOf(folder: string, tree: FileTree): ForeignClass {
	const byNumber = /^\d+$/.test(folder) ? foreignClass('affectNet', Number(folder)) : undefined;
	if (byNumber) return byNumber;
	const label = labelOfFolder(folder);
	for (let code = 0; label !== undefined && foreignClass('affectNet', code); code++) {
		const known = foreignClass('affectNet', code);
		if (known && labelOfClass(known) === label) return known;
	}
	if (isDroppedFolder(folder)) return [folder.toLowerCase(), undefined];
	throw new DataError("AffectNet's classes 0 to 10, or emotions,", tree.place, JSON.stringify(folder), REMEDY);
}

/** Joins the images of the release to their annotations. */
async function annotatedPlaces(tree: FileTree): Promise<ClassPlace[]> {
	const images = new Map<string, string>();
	for (const name of tree.names.filter(isImageName)) {
		const match = IMAGE.exec(name);
		if (match) images.set(`${match[1]}/${match[2]}`, name);
	}
	const codes = new Map<string, string>();
	await tree.each(new Set(tree.names.filter(isAffectNetAnnotation)), async (file, content) => {
		const [, part, stem] = ANNOTATION.exec(file) ?? [];
		codes.set(`${part}/${stem}`, readNpy(content, file));
	});
	const alone = [...codes.keys()].find((key) => !images.has(key));
	if (alone) throw new DataError(`an image for the annotation ${alone}`, tree.place, 'none', REMEDY);
	return [...images].map(([key, name]) => {
		const folder = codes.get(key);
		if (folder !== undefined) return { name, folder, part: path.posix.dirname(key).split('/')[0] };
		throw new DataError(`an annotation for the image ${name}`, tree.place, 'none', REMEDY);
	});
}

/** Reads one number from NumPy's format (NEP 1): a string of digits, as AffectNet has it, or a little-endian integer. */
function readNpy(content: Uint8Array, file: string): string {
	const bytes = Buffer.from(content.buffer, content.byteOffset, content.length);
	const wide = bytes[6] > 1;
	const start = bytes.length > 12 ? (wide ? 12 + bytes.readUInt32LE(8) : 10 + bytes.readUInt16LE(8)) : 0;
	const header = bytes.toString('latin1', 8, start);
	const [, kind = '', size = '0'] = /'descr':\s*'[<|=]([Uiu])(\d+)'/.exec(header) ?? [];
	const width = kind === 'U' ? 4 * Number(size) : Number(size);
	const isNumber = /'shape':\s*\((1,)?\s*\)/.test(header) && width > 0 && bytes.length === start + width;
	if (bytes.toString('latin1', 0, 6) === '\x93NUMPY' && isNumber) {
		const value =
			kind === 'U'
				? Array.from({ length: width / 4 }, (_, at) => String.fromCharCode(bytes.readUInt32LE(start + 4 * at))).join('')
				: String(bytes.readUIntLE(start, Math.min(width, 6)));
		const digits = value.replaceAll('\0', '').trim();
		if (/^\d+$/.test(digits)) return digits;
	}
	throw new DataError('one whole number in NumPy’s format', file, `${bytes.length} bytes of something else`, REMEDY);
}
