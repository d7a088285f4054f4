import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { EMOTIONS } from '../../emotions';
import { DataError, invalidArgument } from '../../errors';
import { type Dataset, imagesOf } from '../dataset';
import { isAffectNetAnnotation, readAffectNet } from './affectNet';
import { packingOf } from './archive';
import { ckPlusSubject, isCkPlusEmotion, readCkPlus, readCkPlus48 } from './ckPlus';
import { type ClassPlace, classOfFolder, classPlaces, labelOfFolder, readClassFolders } from './classFolders';
import { countEach, type FaceSet, type ImageOptions, isImageName } from './faceSet';
import { locateFer2013, readFer2013 } from './fer2013';
import { CSV_NAMES, columnNames } from './fer2013Csv';
import { isFerPlusHeader, joinFerPlus, readFerPlusVotes } from './ferPlus';
import { openFiles } from './fileTree';
import { isRafDbImage, isRafDbList, readRafDb } from './rafDb';

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

export type Layout = keyof typeof LAYOUTS;

/** The data set found at a path, and the path to pass to its reader. */
interface Detected {
	readonly layout: Layout;
	readonly source: string;
}

const FER2013_IMAGES = 35_887;

/** Detects the layout of a file, an archive or a folder by its content; an error lists what was found, and `LAYOUTS`. */
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

/** File names do not identify FER2013, so the number of images and the seven classes must. */
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

/** Options of `readFaces`. */
export interface ReadFacesOptions extends ImageOptions {
	/** The CSV file of FER2013, needed for FER+. Default: beside fer2013new.csv. */
	readonly fer2013?: string;
}

/** The reader of each layout. */
const READERS: Readonly<Record<Layout, (source: string, options: ReadFacesOptions) => Promise<FaceSet>>> = {
	'fer2013-csv': async (source, options) => rows(await readFer2013(source, options)),
	'fer2013-folders': async (source, options) => rows(await readFer2013(source, options)),
	ferplus: readFerPlus,
	'ckplus-48': readCkPlus48,
	'ckplus-release': readCkPlus,
	'rafdb-release': readRafDb,
	'rafdb-folders': readRafDb,
	'affectnet-release': readAffectNet,
	'affectnet-folders': readAffectNet,
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
	return { layout, ...(await READERS[layout](source, options)) };
}

async function readFerPlus(source: string, options: ReadFacesOptions): Promise<FaceSet> {
	const images = options.fer2013 ?? locateFer2013(path.dirname(path.resolve(source)));
	if (images === undefined) {
		const remedy = 'FER+ has votes only: put FER2013 there, or give its path.';
		throw new DataError('fer2013.csv, or an archive of it,', `the folder of ${path.basename(source)}`, 'none', remedy);
	}
	const faces = joinFerPlus(await readFer2013(images, options), await readFerPlusVotes(source));
	const dropped = Object.fromEntries(Object.entries(faces.dropped).filter(([, count]) => count > 0));
	return { ...rows(faces.dataset, faces.rows), dropped };
}

/** The images of FER2013 are not files, so each is named after its row; the header is row 1. */
function rows(dataset: Dataset, kept?: Uint32Array): FaceSet {
	const [height, width] = dataset.shape;
	const ofFolders = imagesOf(dataset, 'Test').length > 0;
	const name = (_: number, index: number) => (ofFolders ? `image ${index + 1}` : `row ${(kept?.[index] ?? index) + 2}`);
	return {
		dataset,
		names: Array.from(dataset.labels, name),
		dropped: {},
		// The reader of the folder layout does not report the sizes of its files.
		sizes: ofFolders ? {} : { [`${width}x${height}`]: dataset.labels.length },
		unreadable: [],
	};
}
