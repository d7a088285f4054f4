import { existsSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import zlib from 'node:zlib';
import { EMOTIONS } from '../../emotions';
import { DataError, invalidArgument } from '../../errors';
import { classCounts } from '../dataset';
import { isAffectNetAnnotation } from './affectNet';
import { packingOf } from './archive';
import { isCkPlusEmotion } from './ckPlus';
import { ckPlusSubject } from './ckPlus48';
import { type ClassPlace, classPlaces, isEmotionFolder } from './classFolders';
import { isImageName } from './faceSet';
import { labelOfFolder } from './fer2013Folders';
import { isFerPlusHeader } from './ferPlus';
import { openFiles } from './fileTree';
import { locateFer2013 } from './findFer2013';
import { isRafDbImage, isRafDbList } from './rafDb';

/** The layouts of data sets that can be read, and what they look like. */
export const LAYOUTS = {
	'fer2013-csv': 'FER2013 as Kaggle’s CSV file: fer2013.csv, icml_face_data.csv or train.csv',
	'fer2013-folders': 'FER2013 as images: train|test/<emotion>/, 35,887 in all',
	ferplus: 'FER+: fer2013new.csv, whose votes belong to the rows of fer2013.csv',
	'ckplus-48': 'CK+48: <emotion>/S010_004_00000017.png',
	'ckplus-release': 'CK+ as released: cohn-kanade-images/S005/001/*.png and Emotion/S005/001/*_emotion.txt',
	'rafdb-release': 'RAF-DB as released: Image/aligned/*_aligned.jpg and EmoLabel/list_patition_label.txt',
	'rafdb-folders': 'RAF-DB as Kaggle has it: DATASET/train|test/1 to 7/*_aligned.jpg',
	'affectnet-release': 'AffectNet as released: train_set|val_set/images/*.jpg and annotations/*_exp.npy',
	'affectnet-folders': 'AffectNet as images: train|val/<class>/, below a folder or in an archive named AffectNet',
	'class-folders': 'any images: <class>/ or train|val|test/<class>/',
} as const;

/** One of the layouts in `LAYOUTS`. */
export type Layout = keyof typeof LAYOUTS;

/** What lies at a path. */
export interface Detected {
	readonly layout: Layout;
	/** The path that the layout's reader takes. */
	readonly source: string;
}

const FER2013_IMAGES = 35_887;
const CSV_NAMES = ['fer2013.csv', 'icml_face_data.csv', 'train.csv'];

/**
 * Tells which layout a file, an archive or a folder holds, by its content.
 * @throws {RangeError} If there is nothing at `source`.
 * @throws {DataError} If it is none of `LAYOUTS`: the error says what lies there, and what is known.
 */
export async function detectLayout(source: string): Promise<Detected> {
	if (!existsSync(source)) throw invalidArgument('source', 'the path of a file or folder', source);
	if (!statSync(source).isDirectory() && (await packingOf(source)).kind === 'text') return detectText(source);
	const tree = await openFiles(source);
	const layout = layoutOfNames(tree.names, path.resolve(source));
	if (layout) return { layout, source };
	// FER2013's file beside others, such as fer2013new.csv or a README.
	const located = statSync(source).isDirectory() && !tree.names.some(isImageName) ? locateFer2013(source) : undefined;
	if (located !== undefined && located !== source) return detectLayout(located);
	throw unknown(tree.place, describeNames(tree.names));
}

function layoutOfNames(names: readonly string[], place: string): Layout | undefined {
	const images = names.filter(isImageName);
	if (images.length === 0) {
		return names.some((name) => CSV_NAMES.includes(path.posix.basename(name).toLowerCase()))
			? 'fer2013-csv'
			: undefined;
	}
	if (names.some(isRafDbList)) return 'rafdb-release';
	if (names.some(isCkPlusEmotion)) return 'ckplus-release';
	if (names.some(isAffectNetAnnotation)) return 'affectnet-release';
	const places = classPlaces(names);
	if (!places) return undefined;
	const numbered = places.every(({ folder }) => /^([0-9]|10)$/.test(folder));
	if (numbered && images.every(isRafDbImage)) return 'rafdb-folders';
	const areEmotions = places.every(({ folder }) => isEmotionFolder(folder));
	if (areEmotions && images.every((name) => ckPlusSubject(name) !== undefined)) return 'ckplus-48';
	if ((numbered || areEmotions) && /affect-?_?net/i.test(`${place}/${images[0]}`)) return 'affectnet-folders';
	return isFer2013(places) ? 'fer2013-folders' : 'class-folders';
}

/** FER2013's images have no names of their own, so their number and their seven classes tell. */
function isFer2013(places: readonly ClassPlace[]): boolean {
	if (places.length !== FER2013_IMAGES || places[0].part === undefined) return false;
	const labels = places.map(({ folder }) => labelOfFolder(folder) ?? -1);
	return !labels.includes(-1) && classCounts(labels, EMOTIONS.length).every((count) => count > 0);
}

async function detectText(file: string): Promise<Detected> {
	const line = await firstLine(file);
	if (isFerPlusHeader(line)) return { layout: 'ferplus', source: file };
	const columns = line.split(',').map((name) => name.trim().toLowerCase());
	if (columns.includes('emotion') && columns.includes('pixels')) return { layout: 'fer2013-csv', source: file };
	throw unknown(path.basename(file), `a file that begins ${JSON.stringify(line.slice(0, 60))}`);
}

async function firstLine(file: string): Promise<string> {
	const handle = await open(file);
	try {
		const { buffer, bytesRead } = await handle.read(Buffer.alloc(64 * 1024), 0, 64 * 1024, 0);
		const start = buffer.subarray(0, bytesRead);
		const isGzip = start[0] === 0x1f && start[1] === 0x8b;
		const text = isGzip ? zlib.gunzipSync(start, { finishFlush: zlib.constants.Z_SYNC_FLUSH }) : start;
		return text.toString('utf8').split(/\r?\n/, 1)[0];
	} finally {
		await handle.close();
	}
}

/** Says what files there are, by ending, and the first few of them. */
function describeNames(names: readonly string[]): string {
	if (names.length === 0) return 'no file';
	const counts = new Map<string, number>();
	for (const name of names) {
		const ending = path.posix.extname(name).toLowerCase() || 'no ending';
		counts.set(ending, (counts.get(ending) ?? 0) + 1);
	}
	const kinds = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 5);
	const text = kinds.map(([ending, count]) => `${count} with ${ending}`).join(', ');
	return `${names.length} files (${text}), such as ${names.slice(0, 3).join(', ')}`;
}

function unknown(place: string, found: string): DataError {
	const known = Object.values(LAYOUTS).map((text) => `- ${text}`);
	return new DataError('a data set in a known layout', place, found, `Known are:\n${known.join('\n')}`);
}
