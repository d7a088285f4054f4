import path from 'node:path';
import { DataError } from '../../errors';
import type { Dataset } from '../dataset';
import { readUnpacked } from './archive';
import { cachedDataset, fingerprintFile, fingerprintFiles } from './cache';
import { describeFiles, type FaceSet, type ImageOptions } from './faceSet';
import { readArchivedTable } from './fer2013Archive';
import { readCsv } from './fer2013Csv';
import { namesInLayout, readLayout } from './fer2013Folders';
import { CSV_NAMES, locateFer2013 } from './fer2013Place';
import { openFiles } from './fileTree';
import { foreignFile, packingOf } from './packing';
import { progressOf, type ReaderOptions } from './readerOptions';
import { kindOfSource } from './source';

const EXPECTED = `${CSV_NAMES.join(', ')} or folders train and test`;

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
	const found = await locate(source);
	const { cacheFolder, ...uncached } = options;
	if (kindOfSource(found) === 'folder') {
		const tree = await openFiles(found);
		const names = namesInLayout(tree.names);
		const read = async () => (await readLayout(tree, names, uncached)).dataset;
		return cacheFolder ? cachedDataset(fingerprintFiles(found, names), cacheFolder, read, options) : read();
	}
	const read = () => readFile(found, uncached);
	return cacheFolder ? cachedDataset(await fingerprintFile(found), cacheFolder, read, options) : read();
}

/** Reads FER2013 in the folder layout, a folder or an archive, with what is known of its files. */
export async function readFer2013Folders(source: string, options: ImageOptions = {}): Promise<FaceSet> {
	const tree = await openFiles(await locate(source));
	return readLayout(tree, namesInLayout(tree.names), options);
}

async function locate(source: string): Promise<string> {
	kindOfSource(source);
	const found = await locateFer2013(source);
	if (found !== undefined) return found;
	throw new DataError(EXPECTED, `the folder ${path.basename(source)}`, 'none of them', 'Put FER2013 there.');
}

/** Reads a CSV file, or the most complete one in an archive, or the images of an archive in the folder layout. */
async function readFile(file: string, options: ReaderOptions): Promise<Dataset> {
	const place = path.basename(file);
	const report = progressOf(options, `Reading ${place}`);
	const packing = await packingOf(file);
	if (packing.kind === 'other') throw foreignFile(EXPECTED, file, packing);
	if (packing.kind === 'text') {
		const read = (chunks: AsyncIterable<Uint8Array>) => readCsv(chunks, place, options.onNote);
		const dataset = await readUnpacked(file, packing.gzipped, read, report);
		report(1);
		return dataset;
	}
	const table = await readArchivedTable(file, packing, options.onNote, report);
	report(1);
	if (table) return table;
	const tree = await openFiles(file);
	const images = namesInLayout(tree.names);
	if (images.length > 0) return (await readLayout(tree, images, options)).dataset;
	throw new DataError(EXPECTED, place, describeFiles(tree), nestedRemedy(tree.names));
}

/** What to do about an archive without a data set: unpack the archive inside it, if there is one, else `otherwise`. */
export function nestedRemedy(names: readonly string[], otherwise = 'Check that it is the right file.'): string {
	const nested = names.find((name) => /\.(zip|tar|tgz|gz|7z|rar|bz2|xz|zst)$/i.test(name));
	return nested === undefined ? otherwise : `Unpack ${nested} first. `;
}
