import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { invalidArgument } from '../../errors';
import { usageOfFolder } from './fer2013Folders';

const EXTENSIONS = ['.csv', '.csv.gz', '.csv.zip', '.tar.gz', '.tgz', '.tar', '.zip'];

/** File names under which FER2013 comes from Kaggle, the best first; `archive.zip` is what its website names downloads. */
const FILE_NAMES = [
	...EXTENSIONS.map((extension) => `fer2013${extension}`),
	...EXTENSIONS.map((extension) => `icml_face_data${extension}`),
	'archive.zip',
];

/** Kaggle's competition names its training part alone so; taken only where nothing more complete lies. */
const LAST_NAMES = ['.csv', '.csv.gz', '.csv.zip'].map((extension) => `train${extension}`);

/** Where to look for FER2013. */
export interface FindOptions {
	/** What the environment says, for example the value of FER2013_PATH: a file or a folder. Empty counts as absent. */
	readonly environmentPath?: string;
	/** The project's data folder, looked into next; it need not exist. */
	readonly dataFolder: string;
}

/**
 * Finds FER2013: first where the environment says, else in the data folder.
 * @returns The file, or the folder that holds train/ and test/; undefined if the environment says nothing and the data
 *   folder has nothing.
 * @throws {RangeError} If the environment names a path where FER2013 is not: it was meant, so nothing else is taken.
 */
export function findFer2013({ environmentPath, dataFolder }: FindOptions): string | undefined {
	if (!environmentPath) return locateFer2013(dataFolder);
	const found = locateFer2013(environmentPath);
	if (found !== undefined) return found;
	const expected = 'the path of fer2013.csv, of an archive of it, or of a folder with either or with train/ and test/';
	throw invalidArgument('FER2013_PATH', expected, environmentPath, 'Mend the path, or unset FER2013_PATH.');
}

/**
 * Returns `place` itself if it is a file, else what a reader takes in that folder or in a folder `fer2013` inside it: one
 * of the names under which FER2013 is published, or the folder that holds train/ or test/.
 */
export function locateFer2013(place: string): string | undefined {
	if (!existsSync(place)) return undefined;
	if (!statSync(place).isDirectory()) return place;
	// Only a folder of this name: beside it other data sets may lie in the same layout.
	const inside = readdirSync(place).filter((name) => /^fer[-_]?2013$/i.test(name));
	const folders = [place, ...inside.map((name) => path.join(place, name))];
	return folders
		.filter((folder) => statSync(folder).isDirectory())
		.map(locateIn)
		.find((found) => found !== undefined);
}

function locateIn(folder: string): string | undefined {
	const entries = readdirSync(folder);
	const isFolder = (entry: string) => statSync(path.join(folder, entry)).isDirectory();
	const file = (names: readonly string[]) => {
		const found = names.flatMap((name) => entries.filter((entry) => entry.toLowerCase() === name && !isFolder(entry)));
		return found.length === 0 ? undefined : path.join(folder, found[0]);
	};
	const hasSplit = entries.some((entry) => usageOfFolder(entry) !== undefined && isFolder(entry));
	return file(FILE_NAMES) ?? (hasSplit ? folder : file(LAST_NAMES));
}
