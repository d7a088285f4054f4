import path from 'node:path';
import { Readable } from 'node:stream';
import { EMOTIONS } from '../../emotions';
import { DataError } from '../../errors';
import { makeDataset, subset } from '../dataset';
import { collect, readUnpacked } from './archive';
import { chooseImages } from './chosenImages';
import { describeFiles, type FaceSet, type ImageOptions } from './faceSet';
import { readCsv } from './fer2013Csv';
import { openFiles } from './fileTree';
import { packingOf } from './packing';
import { kindOfSource } from './source';
import { tableFaces } from './tableFaces';

const NAME = /^ck([-_ +]|plus)*(extended|48)?[^/]*\.csv(\.gz)?$/i;
/** The rows of ckextended.csv as published on Kaggle. */
const ROWS = 920;
const BYTES_AT_MOST = 32 * 2 ** 20;
/** Its numbers are FER2013's, and 7. */
const CLASSES = [...EMOTIONS, 'contempt'];

/** Whether a file is CK+ as a table, by its name. */
export function isCkPlusTableName(name: string): boolean {
	return NAME.test(path.posix.basename(name));
}

/** Whether a table in FER2013's form is CK+: by its name, or by its number of rows and its class 7. */
export async function isCkPlusTable(file: string, gzipped: boolean): Promise<boolean> {
	if (isCkPlusTableName(path.basename(file))) return true;
	try {
		const content = await readUnpacked(file, gzipped, (chunks) => collect(chunks, file, BYTES_AT_MOST));
		const lines = content.toString('latin1').trimEnd().split('\n');
		return lines.length === ROWS + 1 && lines.some((line) => /^"?7"?[,;\t]/.test(line));
	} catch (error) {
		// FER2013 is larger.
		if (error instanceof DataError) return false;
		throw error;
	}
}

/**
 * Reads CK+ (Lucey et al. 2010) as a table in FER2013's form, ckextended.csv on Kaggle: 920 faces of 48x48 pixels, also in
 * an archive. Its numbers are FER2013's; 7 is contempt, which is dropped and counted. It does not identify persons, so
 * that its own parts, or a hold-out, may show one person in two parts: prefer CK+48 or the release.
 */
export async function readCkPlusCsv(source: string, options: ImageOptions = {}): Promise<FaceSet> {
	const { onNote, classes } = options;
	const place = path.basename(source);
	const table = await readTable(source, (chunks, name) => readCsv(chunks, name, onNote, CLASSES));
	onNote?.('This copy of CK+ does not identify persons: the same one may be in two parts.');
	const faces = tableFaces(makeDataset({ ...table, name: 'CK+' }));
	if (classes) return chooseImages(faces, classes, place);
	const kept = Uint32Array.from(table.labels.keys()).filter((row) => table.labels[row] < EMOTIONS.length);
	const contempt = table.labels.length - kept.length;
	const dataset = makeDataset({ ...subset(faces.dataset, kept), emotions: EMOTIONS });
	return { ...tableFaces(dataset, kept), dropped: contempt > 0 ? { contempt } : {} };
}

/** Reads the table at a path: a text, or one in an archive. */
async function readTable<T>(
	source: string,
	read: (chunks: AsyncIterable<Uint8Array>, name: string) => Promise<T>,
): Promise<T> {
	const packing = kindOfSource(source) === 'file' ? await packingOf(source) : undefined;
	const place = path.basename(source);
	if (packing?.kind === 'text') return readUnpacked(source, packing.gzipped, (chunks) => read(chunks, place));
	const tree = await openFiles(source);
	const name = tree.names.find(isCkPlusTableName);
	let table: T | undefined;
	await tree.each(new Set(name === undefined ? [] : [name]), async (file, content) => {
		table = await read(Readable.from([content]), `${path.posix.basename(file)} in ${tree.place}`);
	});
	if (table !== undefined) return table;
	throw new DataError('ckextended.csv', tree.place, describeFiles(tree), 'Give the path of the table.');
}
