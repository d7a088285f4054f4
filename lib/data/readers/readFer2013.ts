import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { DataError, invalidArgument } from '../../errors';
import type { Dataset } from '../dataset';
import { type ArchiveEntry, packingOf, readUnpacked, visitArchive } from './archive';
import { cachedDataset, fingerprintFile, fingerprintFiles } from './cache';
import { CSV_NAMES, readCsv } from './fer2013Csv';
import { isInLayout, readLayout } from './fer2013Folders';
import { openFiles } from './fileTree';
import { locateFer2013 } from './findFer2013';
import { progressOf, type ReaderOptions } from './readerOptions';

/** Options of `readFer2013`. */
export interface ReadFer2013Options extends ReaderOptions {
	/** Folder of the binary cache. Default: nothing is cached. */
	readonly cacheFolder?: string;
}

/**
 * Reads FER2013 in any form published on Kaggle: fer2013.csv (or icml_face_data.csv, or train.csv),
 * plain, gzipped, or in a tar, tar.gz or zip archive; the folder layout train|test/<class>/*.jpg|png, as a folder or in
 * an archive; or a folder that contains one of these. Files are recognised by their content, not their extension.
 *
 * Does not check whether the data set is complete: `checkFer2013` does.
 * @returns Images `[size, 48, 48, 1]`, in the order of the file, or by split, label and name in the folder layout.
 * @throws {DataError} If the content is not as published; the error names file, row and remedy.
 * @throws {RangeError} If `source` does not exist.
 */
export async function readFer2013(source: string, options: ReadFer2013Options = {}): Promise<Dataset> {
	if (!existsSync(source)) throw invalidArgument('source', 'the path of a file or folder', source);
	const found = locateFer2013(source);
	if (found === undefined) {
		const expected = 'fer2013.csv, an archive of it, or folders train and test';
		throw new DataError(expected, `the folder ${path.basename(source)}`, 'none of them', 'Put FER2013 there.');
	}
	const { cacheFolder } = options;
	if (statSync(found).isDirectory()) {
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
