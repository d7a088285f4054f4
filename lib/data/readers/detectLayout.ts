import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { EMOTIONS } from '../../emotions';
import { DataError, invalidArgument } from '../../errors';
import { isAffectNetAnnotation } from './affectNet';
import { packingOf } from './archive';
import { isCkPlusEmotion } from './ckPlus';
import { ckPlusSubject } from './ckPlus48';
import { type ClassPlace, classPlaces } from './classFolders';
import { classOfFolder, labelOfFolder } from './classNames';
import { countEach, isImageName } from './faceSet';
import { CSV_NAMES, columnNames } from './fer2013Csv';
import { isFerPlusHeader } from './ferPlus';
import { openFiles } from './fileTree';
import { locateFer2013 } from './findFer2013';
import { isRafDbImage, isRafDbList } from './rafDb';

/** The layouts of data sets that can be read, with a description of each. */
export const LAYOUTS = {
	'fer2013-csv': 'FER2013 as a CSV file from Kaggle: fer2013.csv, icml_face_data.csv or train.csv',
	'fer2013-folders': 'FER2013 as images: train|test/<emotion>/, 35,887 in all',
	ferplus: 'FER+: fer2013new.csv, the votes for the rows of fer2013.csv',
	'ckplus-48': 'CK+48: <emotion>/S010_004_00000017.png',
	'ckplus-release': 'CK+ as released: cohn-kanade-images/S005/001/*.png and Emotion/S005/001/*_emotion.txt',
	'rafdb-release': 'RAF-DB as released: Image/aligned/*_aligned.jpg and EmoLabel/list_patition_label.txt',
	'rafdb-folders': 'RAF-DB as on Kaggle: DATASET/train|test/1 to 7/*_aligned.jpg',
	'affectnet-release': 'AffectNet as released: train_set|val_set/images/*.jpg and annotations/*_exp.npy',
	'affectnet-folders': 'AffectNet as images: train|val/<class>/, in a folder or an archive named AffectNet',
	'class-folders': 'any images: <class>/ or train|val|test/<class>/',
} as const;

/** One of the layouts in `LAYOUTS`. */
export type Layout = keyof typeof LAYOUTS;

/** The data set found at a path. */
export interface Detected {
	readonly layout: Layout;
	/** The path to pass to the reader of the layout. */
	readonly source: string;
}

const FER2013_IMAGES = 35_887;

/**
 * Detects the layout of a file, an archive or a folder by its content.
 * @throws {RangeError} If `source` does not exist.
 * @throws {DataError} If it has none of the `LAYOUTS`; the error says what was found, and which layouts are known.
 */
export async function detectLayout(source: string): Promise<Detected> {
	if (!existsSync(source)) throw invalidArgument('source', 'the path of a file or folder', source);
	const isFolder = statSync(source).isDirectory();
	const packing = isFolder ? undefined : await packingOf(source);
	if (packing?.kind === 'text') return { layout: layoutOfText(packing.start, path.basename(source)), source };
	const tree = await openFiles(source);
	const layout = layoutOfNames(tree.names, path.resolve(source));
	if (layout) return { layout, source };
	// The file of FER2013 among others, such as fer2013new.csv or a README.
	const located = isFolder && !tree.names.some(isImageName) ? locateFer2013(source) : undefined;
	if (located !== undefined && located !== source) return detectLayout(located);
	throw unknown(tree.place, describeNames(tree.names));
}

function layoutOfNames(names: readonly string[], place: string): Layout | undefined {
	const images = names.filter(isImageName);
	if (images.length === 0) {
		const isCsv = (name: string) => CSV_NAMES.includes(path.posix.basename(name).toLowerCase());
		return names.some(isCsv) ? 'fer2013-csv' : undefined;
	}
	if (names.some(isRafDbList)) return 'rafdb-release';
	if (names.some(isCkPlusEmotion)) return 'ckplus-release';
	if (names.some(isAffectNetAnnotation)) return 'affectnet-release';
	const places = classPlaces(names);
	if (!places) return undefined;
	const numbered = places.every(({ folder }) => /^([0-9]|10)$/.test(folder));
	if (numbered && images.every(isRafDbImage)) return 'rafdb-folders';
	const areEmotions = places.every(({ folder }) => classOfFolder(folder) !== undefined);
	if (areEmotions && images.every((name) => ckPlusSubject(name) !== undefined)) return 'ckplus-48';
	if ((numbered || areEmotions) && /affect-?_?net/i.test(`${place}/${images[0]}`)) return 'affectnet-folders';
	return isFer2013(places) ? 'fer2013-folders' : 'class-folders';
}

/** File names do not identify FER2013, so the number of images and the seven classes have to. */
function isFer2013(places: readonly ClassPlace[]): boolean {
	if (places.length !== FER2013_IMAGES || places[0].part === undefined) return false;
	const labels = new Set(places.map(({ folder }) => labelOfFolder(folder)));
	return labels.size === EMOTIONS.length && !labels.has(undefined);
}

function layoutOfText(start: Buffer, place: string): Layout {
	const [line] = start.toString('utf8').split(/\r?\n/, 1);
	if (isFerPlusHeader(line)) return 'ferplus';
	const columns = columnNames(line);
	if (columns.includes('emotion') && columns.includes('pixels')) return 'fer2013-csv';
	throw unknown(place, `a file that begins ${JSON.stringify(line.slice(0, 60))}`);
}

/** Describes files by their extensions and the first few names. */
function describeNames(names: readonly string[]): string {
	if (names.length === 0) return 'no file';
	const counts = countEach(names.map((name) => path.posix.extname(name).toLowerCase() || 'no ending'));
	const kinds = Object.entries(counts).sort((a, b) => b[1] - a[1]);
	const text = kinds.slice(0, 5).map(([ending, count]) => `${count} with ${ending}`);
	return `${names.length} files (${text.join(', ')}), such as ${names.slice(0, 3).join(', ')}`;
}

function unknown(place: string, found: string): DataError {
	const known = Object.values(LAYOUTS).map((text) => `- ${text}`);
	return new DataError('a data set in a known layout', place, found, `Known layouts:\n${known.join('\n')}`);
}
