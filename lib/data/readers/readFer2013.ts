import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { DataError, invalidArgument } from '../../errors';
import type { Dataset } from '../dataset';
import { type Packing, packingOf, readUnpacked, visitArchive } from './archive';
import { cachedDataset, fingerprintFile, fingerprintFiles } from './cache';
import { readCsv } from './fer2013Csv';
import { type ImageFile, isInLayout, listLayout, readLayout } from './fer2013Folders';
import { locateFer2013 } from './findFer2013';
import { progressOf, type ReaderOptions } from './readerOptions';

/** Names of the CSV file inside an archive, the most complete first. */
const CSV_NAMES = ['fer2013.csv', 'icml_face_data.csv', 'train.csv'];

/** Options of `readFer2013`. */
export interface ReadFer2013Options extends ReaderOptions {
	/** Folder of the binary cache; without it nothing is cached. */
	readonly cacheFolder?: string;
}

/**
 * Reads FER2013 in any shape in which Kaggle publishes it: fer2013.csv (or icml_face_data.csv, or train.csv), plain,
 * gzipped, or in a tar, tar.gz or zip archive; the folder layout train|test/<class>/*.jpg|png, as a folder or in an
 * archive; or a folder that holds one of these. Files are told by their content, not their extension.
 *
 * What was read is not checked for completeness: `checkFer2013` does that.
 * @returns Images `[size, 48, 48, 1]`, in the order of the file, or of split, label and name in the folder layout.
 * @throws {DataError} If the content is not as published; the error names file, row and remedy.
 * @throws {RangeError} If there is nothing at `source`.
 */
export async function readFer2013(source: string, options: ReadFer2013Options = {}): Promise<Dataset> {
	if (!existsSync(source)) throw invalidArgument('source', 'the path of a file or folder', source);
	const found = locateFer2013(source);
	if (found === undefined) {
		const expected = 'fer2013.csv, an archive of it, or folders train and test';
		throw new DataError(expected, `the folder ${path.basename(source)}`, 'none of them', 'Put FER2013 there.');
	}
	const { cacheFolder } = options;
	if ((await stat(found)).isDirectory()) {
		const files = await listLayout(found);
		const read = () => readLayout(files, path.basename(found), options);
		if (cacheFolder === undefined) return read();
		const names = files.map((file) => file.name);
		return cachedDataset(fingerprintFiles(found, names), cacheFolder, read, options);
	}
	const read = () => readFile(found, options);
	return cacheFolder === undefined ? read() : cachedDataset(await fingerprintFile(found), cacheFolder, read, options);
}

async function readFile(file: string, options: ReaderOptions): Promise<Dataset> {
	const name = path.basename(file);
	const report = progressOf(options, `Reading ${name}`);
	const packing = await packingOf(file);
	const dataset =
		packing.kind === 'text'
			? await readUnpacked(file, packing.gzipped, (chunks) => readCsv(chunks, name), report)
			: await readArchive(file, packing, options, report);
	report(1);
	return dataset;
}

/** Reads the best CSV file of an archive, or else its images in the folder layout. */
async function readArchive(
	source: string,
	packing: Packing,
	options: ReaderOptions,
	report: (fraction: number) => void,
): Promise<Dataset> {
	const archive = path.basename(source);
	const images: ImageFile[] = [];
	let table: { dataset: Dataset; rank: number } | undefined;
	const visit = async ({ name, content }: { name: string; content: AsyncIterable<Uint8Array> }) => {
		const rank = CSV_NAMES.indexOf(path.posix.basename(name).toLowerCase());
		if (rank >= 0 && rank < (table?.rank ?? CSV_NAMES.length)) {
			table = { dataset: await readCsv(content, `${path.posix.basename(name)} in ${archive}`), rank };
		} else if (!table && isInLayout(name)) {
			const bytes = await collect(content);
			images.push({ name, read: async () => bytes });
		}
	};
	await visitArchive(source, packing, visit, report);
	if (table) return table.dataset;
	if (images.length > 0) return readLayout(images, archive, options);
	const expected = `${CSV_NAMES.slice(0, -1).join(', ')} or folders train and test`;
	throw new DataError(expected, archive, 'none of them', 'Download FER2013 again.');
}

async function collect(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of content) chunks.push(chunk);
	return Buffer.concat(chunks);
}
