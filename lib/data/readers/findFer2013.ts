import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { invalidArgument } from '../../errors';
import { usageOfFolder } from './fer2013Folders';

const EXTENSIONS = ['.csv', '.csv.gz', '.csv.zip', '.tar.gz', '.tgz', '.tar', '.zip'];

/** File names of FER2013 on Kaggle, the best first; a download from its website is named `archive.zip`. */
const FILE_NAMES = [
	...['fer2013', 'icml_face_data'].flatMap((name) => EXTENSIONS.map((extension) => `${name}${extension}`)),
	'archive.zip',
];

/** File names of the training part alone, in Kaggle's competition; used only if there is nothing more complete. */
const LAST_NAMES = ['.csv', '.csv.gz', '.csv.zip'].map((extension) => `train${extension}`);

/** Where to look for FER2013. */
export interface FindOptions {
	/** The value of FER2013_PATH, a file or a folder. Empty counts as absent. */
	readonly environmentPath?: string;
	/** The data folder of the project, searched if there is no `environmentPath`; it need not exist. */
	readonly dataFolder?: string;
}

/**
 * Finds FER2013 at the path the user gave, else in the data folder.
 * @returns The file, or the folder that contains train/ and test/; undefined if there is neither a path nor a data set
 *   in the data folder.
 * @throws {RangeError} If FER2013 is not at the path given: the data folder does not replace it.
 */
export function findFer2013({ environmentPath, dataFolder }: FindOptions): string | undefined {
	if (!environmentPath) return dataFolder ? locateFer2013(dataFolder) : undefined;
	const found = locateFer2013(environmentPath);
	if (found !== undefined) return found;
	const expected = 'the path of fer2013.csv, of an archive of it, or of a folder with either or with train/ and test/';
	throw invalidArgument('FER2013_PATH', expected, environmentPath, 'Correct the path, or unset FER2013_PATH.');
}

/**
 * Returns `place` itself if it is a file, else what a reader accepts in that folder or in a folder
 * `fer2013` inside it: one of the file names of FER2013, or the folder that contains train/ or test/.
 */
export function locateFer2013(place: string): string | undefined {
	if (!existsSync(place)) return undefined;
	if (!isFolder(place)) return place;
	// Only a folder of this name: others may contain other data sets in the same layout.
	const inside = readdirSync(place).filter((name) => /^fer[-_]?2013$/i.test(name));
	const folders = [place, ...inside.map((name) => path.join(place, name)).filter(isFolder)];
	return folders.map(locateIn).find((found) => found !== undefined);
}

function isFolder(place: string): boolean {
	return statSync(place).isDirectory();
}

function locateIn(folder: string): string | undefined {
	const entries = readdirSync(folder).map((name) => path.join(folder, name));
	const baseOf = (entry: string) => path.basename(entry).toLowerCase();
	const file = (names: readonly string[]) =>
		names.flatMap((name) => entries.filter((entry) => baseOf(entry) === name && !isFolder(entry))).at(0);
	const hasSplit = entries.some((entry) => usageOfFolder(baseOf(entry)) !== undefined && isFolder(entry));
	return file(FILE_NAMES) ?? (hasSplit ? folder : file(LAST_NAMES));
}
