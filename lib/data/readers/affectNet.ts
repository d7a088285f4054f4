import { DataError } from '../../errors';
import { areNumbers, type ClassPlace, labelPlaces, placesOf } from './classFolders';
import { classOfName, classOfNumber, didYouMean } from './classNames';
import { type FaceSet, type ImageOptions, isImageName, readImages } from './faceSet';
import { type FileTree, openFiles } from './fileTree';

const ANNOTATION = /(?:^|\/)(train_set|val_set|test_set)\/annotations\/(.+)_exp\.npy$/i;
const IMAGE = /(?:^|\/)(train_set|val_set|test_set)\/images\/(.+)\.[a-z]+$/i;
const REMEDY = 'Unpack AffectNet again: images and annotations in train_set and val_set, or one folder per class.';

/** Whether a path is that of an annotation in the AffectNet release. */
export function isAffectNetAnnotation(name: string): boolean {
	return ANNOTATION.test(name);
}

/**
 * Reads AffectNet (Mollahosseini et al. 2017, arXiv:1708.03985): the release, `train_set|val_set/images/0.jpg` with
 * `annotations/0_exp.npy`, or class folders, `train|val/<class>/`, named by AffectNet's numbers 0 to 10 or by emotions.
 *
 * Contempt and non-emotions are dropped and counted. AffectNet's test part is not published, so the validation part
 * replaces it: its usage is Test, or PublicTest if there is a test part as well.
 */
export async function readAffectNet(source: string, options: ImageOptions = {}): Promise<FaceSet> {
	const tree = await openFiles(source);
	const places = tree.names.some(isAffectNetAnnotation) ? await annotatedPlaces(tree) : placesOf(tree);
	const files = labelPlaces(tree, places, (folder) => {
		const own = /^\d+$/.test(folder) ? classOfNumber('affectNet', Number(folder)) : classOfName(folder);
		if (own !== undefined) return own;
		const remedy = `${didYouMean(folder)}${REMEDY}`;
		throw new DataError("AffectNet's classes 0 to 10, or emotions,", tree.place, JSON.stringify(folder), remedy);
	});
	const hasTest = files.some(({ usage }) => usage === 'PrivateTest');
	const judged = files.map((file) =>
		file.usage === 'PublicTest' && !hasTest ? { ...file, usage: 'Test' as const } : file,
	);
	const faces = await readImages(tree, judged, { name: 'AffectNet' }, options);
	return areNumbers(places.map(({ folder }) => folder)) ? { ...faces, numbering: 'affectNet' } : faces;
}

/** Joins the images of the release to their annotations. */
async function annotatedPlaces(tree: FileTree): Promise<ClassPlace[]> {
	const keyOf = (pattern: RegExp, name: string) => pattern.exec(name)?.slice(1, 3).join('/') ?? '';
	const images = new Map(
		tree.names.filter((name) => isImageName(name) && IMAGE.test(name)).map((name) => [keyOf(IMAGE, name), name]),
	);
	const codes = new Map<string, string>();
	await tree.each(new Set(tree.names.filter(isAffectNetAnnotation)), async (file, content) => {
		codes.set(keyOf(ANNOTATION, file), readNpy(content, file));
	});
	const alone = [...codes.keys()].find((key) => !images.has(key));
	if (alone) throw new DataError(`an image for the annotation ${alone}`, tree.place, 'none', REMEDY);
	return [...images].map(([key, name]) => {
		const folder = codes.get(key);
		if (folder !== undefined) return { name, folder, part: key.split('/')[0] };
		throw new DataError(`an annotation for the image ${name}`, tree.place, 'none', REMEDY);
	});
}

/** Reads one number in NumPy's format (NEP 1): a string of digits, as in AffectNet, or a little-endian integer. */
function readNpy(content: Uint8Array, file: string): string {
	const bytes = Buffer.from(content.buffer, content.byteOffset, content.length);
	const wide = bytes[6] > 1;
	const start = bytes.length > 12 ? (wide ? 12 + bytes.readUInt32LE(8) : 10 + bytes.readUInt16LE(8)) : 0;
	const header = bytes.toString('latin1', 8, start);
	const [, kind = '', size = '0'] = /'descr':\s*'[<|=]([Uiu])(\d+)'/.exec(header) ?? [];
	const width = kind === 'U' ? 4 * Number(size) : Number(size);
	const isNumber = /'shape':\s*\((1,)?\s*\)/.test(header) && width > 0 && bytes.length === start + width;
	if (bytes.toString('latin1', 0, 6) === '\x93NUMPY' && isNumber) {
		const text = () =>
			String.fromCharCode(...Array.from({ length: width / 4 }, (_, at) => bytes.readUInt32LE(start + 4 * at)));
		const value = kind === 'U' ? text() : String(bytes.readUIntLE(start, Math.min(width, 6)));
		const digits = value.replaceAll('\0', '').trim();
		if (/^\d+$/.test(digits)) return digits;
	}
	throw new DataError('one whole number in NumPy’s format', file, `${bytes.length} bytes of other content`, REMEDY);
}
