import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { EMOTIONS } from '../../emotions';
import { invalidArgument } from '../../errors';
import { classPlaces } from './classFolders';
import { labelOfName } from './classNames';
import { isFer2013Header, readHeaderLine } from './csvHeader';
import { describeFiles } from './faceSet';
import { openFiles } from './fileTree';
import { isHidden } from './folderFiles';
import { packingOf } from './packing';
import { usageOfFolder } from './partFolders';
import { kindOfSource } from './source';

/** Names of the CSV file, the most complete first. */
export const CSV_NAMES = ['fer2013.csv', 'icml_face_data.csv', 'train.csv'];
/** FER2013 packed by itself, inside an archive of Kaggle's competition. */
const NESTED = /(^|\/)fer[-_ ]?2013[^/]*\.(tar|tar\.gz|tgz|csv\.gz)$/i;
const EXTENSIONS = ['.csv', '.csv.gz', '.csv.zip', '.tar.gz', '.tgz', '.tar', '.zip'];

/** File names of FER2013 on Kaggle, the best first; a download from its website is named `archive.zip`. */
const FILE_NAMES = [
	...['fer2013', 'icml_face_data'].flatMap((name) => EXTENSIONS.map((extension) => `${name}${extension}`)),
	'archive.zip',
];
/** File names of the training part alone, in Kaggle's competition; used only if nothing more complete is found. */
const LAST_NAMES = ['train.csv', 'train.csv.gz', 'train.csv.zip'];
/** Tables under other names, such as `fer2013 (1).csv`; another data set may have the same columns. */
const LIKELY_TABLE = /fer[-_ ]?2013(?!new)|icml_face_data/i;
/** Folders in which Kaggle's archives have FER2013; others may contain other data sets in the same layout. */
const INNER_FOLDERS = /^(fer[-_ ]?2013|images|archive)$/i;
const DEPTH = 2;
const IMAGES = 35_887;

/**
 * Finds FER2013 at the path the user gave (FER2013_PATH; empty counts as absent), else in the data folder of the project,
 * which need not exist.
 * @returns The file, or the folder that contains train/ and test/.
 * @throws {RangeError} If FER2013 is not at the path given: the data folder does not replace it.
 */
export async function findFer2013(places: {
	environmentPath?: string;
	dataFolder?: string;
}): Promise<string | undefined> {
	const { environmentPath, dataFolder } = places;
	if (!environmentPath) return dataFolder ? locateFer2013(dataFolder) : undefined;
	kindOfSource(environmentPath, 'FER2013_PATH');
	const found = await locateFer2013(environmentPath);
	if (found !== undefined) return found;
	const expected = 'the path of fer2013.csv, of an archive of it, or of a folder with either or with train/ and test/';
	const remedy = `It has ${contentsOf(environmentPath)}. Correct the path, or unset FER2013_PATH.`;
	throw invalidArgument('FER2013_PATH', expected, environmentPath, remedy);
}

/** Describes what is directly in a folder. */
function contentsOf(folder: string): string {
	const entries = entriesOf(folder);
	const names = entries.flatMap(({ name, isFolder }) => (isFolder ? [] : name));
	const folders = entries.length - names.length;
	const others = readdirSync(folder).length - entries.length;
	const passedOver = { ...(folders && { folders }), ...(others && { 'hidden or unreadable': others }) };
	return describeFiles({ names, passedOver });
}

/**
 * Returns `place` itself if it is a file, else what `readFer2013` accepts in that folder or in a folder `fer2013`,
 * `images` or `archive` inside it: by its name, else by its content.
 */
export async function locateFer2013(place: string): Promise<string | undefined> {
	if (!statSync(place, { throwIfNoEntry: false })) return undefined;
	if (kindOfSource(place) === 'file') return place;
	const folders = foldersOf(place, DEPTH);
	const named = folders.map((folder) => locateByName(folder, FILE_NAMES)).find((found) => found !== undefined);
	if (named !== undefined) return named;
	for (const folder of folders) {
		for (const file of filesOf(folder)) if (await isFer2013(file)) return file;
	}
	return folders.map((folder) => locateByName(folder, LAST_NAMES)).find((found) => found !== undefined);
}

interface Entry {
	readonly place: string;
	readonly name: string;
	readonly isFolder: boolean;
}

/** The files and folders in a folder that are not hidden. */
function entriesOf(folder: string): Entry[] {
	const names = readdirSync(folder).filter((name) => !name.startsWith('.'));
	return names.flatMap((name) => {
		const place = path.join(folder, name);
		try {
			const stats = statSync(place);
			return stats.isFile() || stats.isDirectory() ? [{ place, name, isFolder: stats.isDirectory() }] : [];
		} catch {
			// A link that leads nowhere.
			return [];
		}
	});
}

const filesOf = (folder: string) => entriesOf(folder).flatMap(({ place, isFolder }) => (isFolder ? [] : place));

/** A folder, and those below it in which FER2013 may be. */
function foldersOf(folder: string, depth: number): string[] {
	const inner = entriesOf(folder).filter(({ name, isFolder }) => isFolder && INNER_FOLDERS.test(name));
	return [folder, ...(depth === 0 ? [] : inner.flatMap(({ place }) => foldersOf(place, depth - 1)))];
}

/** A file of one of these names, or the folder itself if it has parts: of emotions, unless its name is FER2013's. */
function locateByName(folder: string, names: readonly string[]): string | undefined {
	const entries = entriesOf(folder);
	const files = names.flatMap((name) =>
		entries.filter((entry) => !entry.isFolder && entry.name.toLowerCase() === name),
	);
	if (files.length > 0) return files[0].place;
	const parts = entries.filter(({ name, isFolder }) => isFolder && usageOfFolder(name) !== undefined);
	const mayBeOther = /^(images|archive)$/i.test(path.basename(folder));
	const hasEmotions = ({ place }: Entry) => entriesOf(place).some(({ name }) => labelOfName(name) !== undefined);
	return parts.length > 0 && (!mayBeOther || parts.some(hasEmotions)) ? folder : undefined;
}

/** Whether a file is FER2013 by its content: its table or images in an archive, or a table with a likely name. */
async function isFer2013(file: string): Promise<boolean> {
	try {
		const packing = await packingOf(file);
		if (packing.kind === 'other') return false;
		if (packing.kind === 'text') {
			return LIKELY_TABLE.test(path.basename(file)) && isFer2013Header(readHeaderLine(packing.start));
		}
		const { names } = await openFiles(file);
		const bases = names.map((name) => path.posix.basename(name).toLowerCase());
		return (
			bases.some((base) => CSV_NAMES.slice(0, 2).includes(base)) || names.some(isNestedFer2013) || areFer2013(names)
		);
	} catch {
		// A damaged file, or one that may not be read.
		return false;
	}
}

/** Whether a file in an archive is FER2013 packed by itself, by its name. */
export function isNestedFer2013(name: string): boolean {
	return NESTED.test(name) && !isHidden(name);
}

/** Whether the images of FER2013 are among these files: names do not identify them, so their number and classes must. */
export function areFer2013(names: readonly string[]): boolean {
	const places = classPlaces(names);
	if (places?.length !== IMAGES || places[0].part === undefined) return false;
	const labels = new Set(places.map(({ folder }) => labelOfName(folder)));
	return labels.size === EMOTIONS.length && !labels.has(undefined);
}
