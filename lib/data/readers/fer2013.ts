import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { EMOTIONS } from '../../emotions';
import { DataError, invalidArgument } from '../../errors';
import { formatCount } from '../../format';
import { countClasses, type Dataset, imagesOf, USAGES } from '../dataset';
import { type ArchiveEntry, packingOf, readUnpacked, visitArchive } from './archive';
import { cachedDataset, fingerprintFile, fingerprintFiles } from './cache';
import { usageOfFolder } from './classFolders';
import { CSV_NAMES, readCsv } from './fer2013Csv';
import { isInLayout, readLayout } from './fer2013Folders';
import { openFiles } from './fileTree';
import { progressOf, type ReaderOptions } from './readerOptions';

const EXTENSIONS = ['.csv', '.csv.gz', '.csv.zip', '.tar.gz', '.tgz', '.tar', '.zip'];

/** File names of FER2013 on Kaggle, the best first; a download from its website is named `archive.zip`. */
const FILE_NAMES = [
	...['fer2013', 'icml_face_data'].flatMap((name) => EXTENSIONS.map((extension) => `${name}${extension}`)),
	'archive.zip',
];

/** File names of the training part alone, in Kaggle's competition; used only if nothing more complete is found. */
const LAST_NAMES = ['train.csv', 'train.csv.gz', 'train.csv.zip'];

/**
 * Finds FER2013 at the path the user gave (FER2013_PATH; empty counts as absent), else in the data folder of the project,
 * which need not exist.
 * @returns The file, or the folder that contains train/ and test/.
 * @throws {RangeError} If FER2013 is not at the path given: the data folder does not replace it.
 */
export function findFer2013(places: { environmentPath?: string; dataFolder?: string }): string | undefined {
	const { environmentPath, dataFolder } = places;
	if (!environmentPath) return dataFolder ? locateFer2013(dataFolder) : undefined;
	const found = locateFer2013(environmentPath);
	if (found !== undefined) return found;
	const expected = 'the path of fer2013.csv, of an archive of it, or of a folder with either or with train/ and test/';
	throw invalidArgument('FER2013_PATH', expected, environmentPath, 'Correct the path, or unset FER2013_PATH.');
}

/** Returns `place` itself if it is a file, else what `readFer2013` accepts in that folder or in `fer2013` inside it. */
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

/**
 * Reads FER2013 in any form published on Kaggle: fer2013.csv (or icml_face_data.csv, or train.csv), plain, gzipped, or in
 * a tar, tar.gz or zip archive; the folder layout train|test/<class>/*.jpg|png, as a folder or in an archive; or a folder
 * that contains one of these. Files are recognised by their content. `checkFer2013` checks whether it is complete.
 * @param options.cacheFolder Folder of the binary cache. Default: nothing is cached.
 * @returns Images `[size, 48, 48, 1]`, in the order of the file, or by split, label and name in the folder layout.
 */
export async function readFer2013(
	source: string,
	options: ReaderOptions & { readonly cacheFolder?: string } = {},
): Promise<Dataset> {
	if (!existsSync(source)) throw invalidArgument('source', 'the path of a file or folder', source);
	const found = locateFer2013(source);
	if (found === undefined) {
		const expected = 'fer2013.csv, an archive of it, or folders train and test';
		throw new DataError(expected, `the folder ${path.basename(source)}`, 'none of them', 'Put FER2013 there.');
	}
	const { cacheFolder } = options;
	if (isFolder(found)) {
		const tree = await openFiles(found);
		// Folders further down may be other data sets.
		const names = tree.names.filter((name) => isInLayout(name) && name.split('/').length === 3);
		const read = () => readLayout(tree, names, options);
		return cacheFolder ? cachedDataset(fingerprintFiles(found, names), cacheFolder, read, options) : read();
	}
	const read = () => readFile(found, options);
	return cacheFolder ? cachedDataset(await fingerprintFile(found), cacheFolder, read, options) : read();
}

/** Reads a CSV file, or the most complete one in an archive, or the images of an archive in the folder layout. */
async function readFile(file: string, options: ReaderOptions): Promise<Dataset> {
	const place = path.basename(file);
	const report = progressOf(options, `Reading ${place}`);
	const packing = await packingOf(file);
	if (packing.kind === 'text') {
		const dataset = await readUnpacked(file, packing.gzipped, (chunks) => readCsv(chunks, place), report);
		report(1);
		return dataset;
	}
	let table: { dataset: Dataset; rank: number } | undefined;
	const visit = async ({ name, content }: ArchiveEntry) => {
		const base = path.posix.basename(name);
		const rank = CSV_NAMES.indexOf(base.toLowerCase());
		if (rank < 0 || rank >= (table?.rank ?? CSV_NAMES.length)) return;
		table = { dataset: await readCsv(content, `${base} in ${place}`), rank };
	};
	await visitArchive(file, packing, visit, report);
	report(1);
	if (table) return table.dataset;
	const tree = await openFiles(file);
	const images = tree.names.filter(isInLayout);
	if (images.length > 0) return readLayout(tree, images, options);
	const expected = `${CSV_NAMES.slice(0, -1).join(', ')} or folders train and test`;
	throw new DataError(expected, place, 'none of them', 'Download FER2013 again.');
}

/** Images per class, by label, in each part of FER2013 as published on Kaggle. */
const TRAINING = [3995, 436, 4097, 7215, 4830, 3171, 4965];
const PUBLIC_TEST = [467, 56, 496, 895, 653, 415, 607];
const PRIVATE_TEST = [491, 55, 528, 879, 594, 416, 626];
const TEST = PUBLIC_TEST.map((count, label) => count + PRIVATE_TEST[label]);

const CHECKED_PARTS = [...USAGES, 'all parts'] as const;
type Counts = Partial<Record<(typeof CHECKED_PARTS)[number], readonly number[]>>;

/** The forms of the complete FER2013. */
const COMPLETE: readonly Counts[] = [
	{ Training: TRAINING, PublicTest: PUBLIC_TEST, PrivateTest: PRIVATE_TEST },
	{ Training: TRAINING, Test: TEST },
	{ 'all parts': TRAINING.map((count, label) => count + TEST[label]) },
	// train.csv of Kaggle's competition: the training part alone, without Usage.
	{ 'all parts': TRAINING },
];

/**
 * Checks the number of images of each class in each part of FER2013. Without usages, the 28,709 training images alone
 * (train.csv) are accepted as well.
 * @throws {DataError} If a count differs; the error names the first part and class that do, in the nearest form.
 */
export function checkFer2013(dataset: Dataset, place = 'FER2013'): void {
	const found: Counts = dataset.usage
		? Object.fromEntries(USAGES.map((usage) => [usage, countClasses(dataset, imagesOf(dataset, usage))]))
		: { 'all parts': countClasses(dataset) };
	const distance = (form: Counts) => differences(form, found).reduce((sum, { by }) => sum + Math.abs(by), 0);
	const nearest = COMPLETE.reduce((best, form) => (distance(form) < distance(best) ? form : best));
	const [first] = differences(nearest, found);
	if (!first) return;
	throw new DataError(
		`${formatCount(first.expected)} ${EMOTIONS[first.label]} images in ${first.part}`,
		place,
		formatCount(first.expected + first.by),
		`It has ${formatCount(dataset.labels.length)} images in all, unlike the data set on Kaggle: download it again.`,
	);
}

function differences(form: Counts, found: Counts) {
	return CHECKED_PARTS.flatMap((part) =>
		EMOTIONS.map((_, label) => {
			const expected = form[part]?.[label] ?? 0;
			return { part, label, expected, by: (found[part]?.[label] ?? 0) - expected };
		}).filter(({ by }) => by !== 0),
	);
}
