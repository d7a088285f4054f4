import path from 'node:path';
import { DataError } from '../../errors';
import { isAffectNetAnnotation, readAffectNet } from './affectNet';
import { areAffectNetTables, readAffectNetTables } from './affectNetTables';
import { chooseImages } from './chosenImages';
import { ckPlusSubject, isCkPlusEmotion, readCkPlus, readCkPlus48 } from './ckPlus';
import { isCkPlusTable, isCkPlusTableName, readCkPlusCsv } from './ckPlusCsv';
import { classPlaces, readClassFolders } from './classFolders';
import { classOfName } from './classNames';
import { numberNotes } from './classNumbers';
import { isFer2013Header, readHeaderLine } from './csvHeader';
import { isExpWList, readExpW } from './expW';
import { describeFiles, type FaceSet, type ImageOptions, isImageName } from './faceSet';
import { nestedRemedy, readFer2013, readFer2013Folders } from './fer2013';
import { areFer2013, CSV_NAMES, isNestedFer2013, locateFer2013 } from './fer2013Place';
import { isFerPlusHeader, joinFerPlus, readFerPlusVotes } from './ferPlus';
import { isFerPlusList, readFerPlusFolders } from './ferPlusFolders';
import { type FileTree, openFiles } from './fileTree';
import { isTableStart } from './imageRows';
import { findImageTable, readImageTable } from './imageTable';
import { namedFacesOf, readJaffe, readKdef } from './namedFaces';
import { foreignFile, isParquet, packingOf } from './packing';
import { isParquetName, readParquetFaces } from './parquet';
import { isRafDbImage, isRafDbList, readRafDb } from './rafDb';
import { kindOfSource } from './source';
import { tableFaces } from './tableFaces';

/** The layouts of data sets that can be read, with a description of each. */
export const LAYOUTS = {
	'fer2013-csv': 'FER2013 as a CSV file from Kaggle: fer2013.csv, icml_face_data.csv or train.csv',
	'fer2013-folders': 'FER2013 as images: train|test/<emotion>/ or train|validation/<emotion>/, 35,887 in all',
	ferplus: 'FER+: fer2013new.csv, the votes for the rows of fer2013.csv',
	'ferplus-folders': 'FER+ as images: FER2013Train|FER2013Valid|FER2013Test/fer0000000.png and label.csv',
	'ckplus-csv': 'CK+ as a table in the form of fer2013.csv: ckextended.csv',
	'ckplus-48': 'CK+48: <emotion>/S010_004_00000017.png',
	'ckplus-release': 'CK+ as released: cohn-kanade-images/S005/001/*.png and Emotion/S005/001/*_emotion.txt',
	'rafdb-release': 'RAF-DB as released: Image/aligned/*_aligned.jpg and EmoLabel/list_patition_label.txt',
	'rafdb-folders': 'RAF-DB as on Kaggle: DATASET/train|test/1 to 7/*_aligned.jpg',
	'affectnet-release': 'AffectNet as released: train_set|val_set/images/*.jpg and annotations/*_exp.npy',
	'affectnet-tables': 'AffectNet as released before: training.csv, validation.csv and Manually_Annotated_Images/',
	'affectnet-folders': 'AffectNet as images: train|val/<class>/, in a folder or an archive named AffectNet',
	kdef: 'KDEF: images named after session, person, expression and angle, AF01ANS.JPG, in any folders',
	jaffe: 'JAFFE: images named after person and expression, KA.AN1.39.tiff',
	expw: 'ExpW: label.lst and images in origin/ or image/',
	parquet: 'Parquet files with columns image and label, one or several, as on Hugging Face',
	'image-table': 'a table with columns image and label (CSV, TSV or JSON lines) beside images',
	'class-folders': 'any images: <class>/ or train|val|test/<class>/',
} as const;

export type Layout = keyof typeof LAYOUTS;

/** The data set found at a path, and the path to pass to its reader. */
interface Detected {
	readonly layout: Layout;
	readonly source: string;
}

/** Detects the layout of a file, an archive or a folder by its content; an error lists what was found, and `LAYOUTS`. */
export async function detectLayout(source: string): Promise<Detected> {
	const isFolder = kindOfSource(source) === 'folder';
	const packing = isFolder ? undefined : await packingOf(source);
	if (packing?.kind === 'text') {
		const layout = layoutOfText(packing.start, path.basename(source));
		const isCkPlus = layout === 'fer2013-csv' && (await isCkPlusTable(source, packing.gzipped));
		return { layout: isCkPlus ? 'ckplus-csv' : layout, source };
	}
	if (packing && isParquet(packing)) return { layout: 'parquet', source };
	if (packing?.kind === 'other') throw foreignFile('a data set in a known layout', source, packing);
	const tree = await openFiles(source);
	const layout = await withTable(layoutOfNames(tree.names, path.resolve(source)), tree);
	if (layout === 'fer2013-csv' && isFolder) return { layout, source: (await locateFer2013(source)) ?? source };
	if (layout) return { layout, source };
	// The file of FER2013 among others, such as fer2013new.csv or a README.
	const located = isFolder && !tree.names.some(isImageName) ? await locateFer2013(source) : undefined;
	if (located !== undefined && located !== source) return detectLayout(located);
	const nested = isFolder ? [] : tree.names;
	throw unknown(tree.place, describeFiles(tree), nestedRemedy(nested, ''));
}

/** Class folders, or no layout, become a table of images if there is one: it says more than the folders do. */
async function withTable(layout: Layout | undefined, tree: FileTree): Promise<Layout | undefined> {
	if ((layout !== undefined && layout !== 'class-folders') || !tree.names.some(isImageName)) return layout;
	const table = await findImageTable(tree);
	return table === 'named' || (table !== undefined && layout === undefined) ? 'image-table' : layout;
}

function layoutOfNames(names: readonly string[], place: string): Layout | undefined {
	const images = names.filter(isImageName);
	if (images.length === 0) {
		const isCsv = (name: string) => CSV_NAMES.includes(path.posix.basename(name).toLowerCase());
		if (names.some(isCsv) || names.some(isNestedFer2013)) return 'fer2013-csv';
		if (names.some(isParquetName)) return 'parquet';
		return names.some(isCkPlusTableName) ? 'ckplus-csv' : undefined;
	}
	if (names.some(isFerPlusList)) return 'ferplus-folders';
	if (names.some(isRafDbList)) return 'rafdb-release';
	if (names.some(isCkPlusEmotion)) return 'ckplus-release';
	if (names.some(isAffectNetAnnotation)) return 'affectnet-release';
	if (areAffectNetTables(names)) return 'affectnet-tables';
	if (names.some(isExpWList)) return 'expw';
	const named = namedFacesOf(images);
	if (named) return named;
	const places = classPlaces(names);
	if (!places) return names.some(isParquetName) ? 'parquet' : undefined;
	const numbered = places.every(({ folder }) => /^([0-9]|10)$/.test(folder));
	if (numbered && images.every(isRafDbImage)) return 'rafdb-folders';
	const areEmotions = places.every(({ folder }) => classOfName(folder) !== undefined);
	if (areEmotions && images.every((name) => ckPlusSubject(name) !== undefined)) return 'ckplus-48';
	if ((numbered || areEmotions) && /affect-?_?net/i.test(`${place}/${images[0]}`)) return 'affectnet-folders';
	return areFer2013(names) ? 'fer2013-folders' : 'class-folders';
}

function layoutOfText(start: Buffer, place: string): Layout {
	if (start.length === 0) {
		throw new DataError('a data set in a known layout', place, 'an empty file', 'Download or copy it again.');
	}
	const line = readHeaderLine(start);
	if (isFerPlusHeader(line)) return 'ferplus';
	if (isFer2013Header(line)) return 'fer2013-csv';
	if (isTableStart(start)) return 'image-table';
	const remedy = /\.(jpe?g|png|bmp|tiff?|webp)"?[,;\t]/i.test(line)
		? 'Add the header image,label as the first line. '
		: '';
	throw unknown(place, `a file that begins ${JSON.stringify(line.slice(0, 60))}`, remedy);
}

function unknown(place: string, found: string, remedy = ''): DataError {
	const known = Object.values(LAYOUTS).map((text) => `- ${text}`);
	return new DataError('a data set in a known layout', place, found, `${remedy}Known layouts:\n${known.join('\n')}`);
}

/** Options of `readFaces`. */
export interface ReadFacesOptions extends ImageOptions {
	/** The CSV file of FER2013, needed for FER+. Default: beside fer2013new.csv. */
	readonly fer2013?: string;
}

/** The reader of each layout. */
const READERS: Readonly<Record<Layout, (source: string, options: ReadFacesOptions) => Promise<FaceSet>>> = {
	'fer2013-csv': async (source, options) =>
		chooseImages(tableFaces(await readFer2013(source, options)), options.classes, path.basename(source)),
	'fer2013-folders': readFer2013Folders,
	ferplus: readFerPlus,
	'ferplus-folders': readFerPlusFolders,
	'ckplus-csv': readCkPlusCsv,
	'ckplus-48': readCkPlus48,
	'ckplus-release': readCkPlus,
	'rafdb-release': readRafDb,
	'rafdb-folders': readRafDb,
	'affectnet-release': readAffectNet,
	'affectnet-tables': readAffectNetTables,
	'affectnet-folders': readAffectNet,
	kdef: readKdef,
	jaffe: readJaffe,
	expw: readExpW,
	parquet: readParquetFaces,
	'image-table': readImageTable,
	'class-folders': readClassFolders,
};

/**
 * Reads images of any layout in `LAYOUTS`, as a folder or an archive. FER2013 and FER+ (majority
 * labels) are 48x48 and grey, whatever `size` and `channels` are.
 * @throws As `detectLayout` and the reader of the layout.
 * @example
 * ```ts
 * const { writeFile } = await import('node:fs/promises');
 * await writeFile(`${folder}/fer2013.csv`, `emotion,pixels\n3,${'0 '.repeat(2304)}\n`);
 * const { dataset: read, layout } = await fer.readFaces(`${folder}/fer2013.csv`);
 * [layout, read.labels]; // ['fer2013-csv', [3]]
 * ```
 */
export async function readFaces(place: string, options: ReadFacesOptions = {}) {
	return readDetected(await detectLayout(place), options);
}

/** Reads a data set found by `detectLayout`, as `readFaces` does. */
export async function readDetected({ layout, source }: Detected, options: ReadFacesOptions = {}) {
	const faces = await READERS[layout](source, options);
	for (const text of numberNotes(faces)) options.onNote?.(text);
	return { layout, ...faces };
}

async function readFerPlus(source: string, options: ReadFacesOptions): Promise<FaceSet> {
	const images = options.fer2013 ?? (await locateFer2013(path.dirname(path.resolve(source))));
	if (images === undefined) {
		const remedy = 'FER+ has votes only: put FER2013 there, or give its path.';
		throw new DataError('fer2013.csv, or an archive of it,', `the folder of ${path.basename(source)}`, 'none', remedy);
	}
	const faces = joinFerPlus(await readFer2013(images, options), await readFerPlusVotes(source));
	const dropped = Object.fromEntries(Object.entries(faces.dropped).filter(([, count]) => count > 0));
	return chooseImages({ ...tableFaces(faces.dataset, faces.rows), dropped }, options.classes, path.basename(source));
}
