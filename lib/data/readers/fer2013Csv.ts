/**
 * Reads fer2013.csv from a stream in batches of a few MB: rows in its own form straight from their bytes, batches with any
 * other by Polars, which takes three times as long.
 */
import { EMOTIONS } from '../../emotions';
import { DataError } from '../../errors';
import { type Dataset, joinBytes, makeDataset } from '../dataset';
import { ROW_REMEDY, readLabel, readPixels, readUsage, rowPlace } from './csvFields';
import { type Columns, readColumns } from './csvHeader';
import { type Fields, readTable } from './csvTable';
import { isUtf16 } from './packing';
import { readPlainRows } from './plainRows';
import { FER2013_SHAPE } from './readerOptions';

const BATCH_BYTES = 4 * 2 ** 20;
const LINE_FEED = 10;

/**
 * Reads FER2013 from the bytes of a CSV file with the columns `emotion`, `pixels` and `Usage`, in any order; without
 * `Usage` (train.csv) the dataset has no usage. Other forms that mean the same are read too: other separators and
 * encodings, further columns, emotions as words, pixels as lists.
 * @param place The name of the file in errors.
 * @param onNote Receives a sentence on what differs from FER2013's own form.
 * @param emotions The classes, by their numbers: FER2013's, or those and further ones.
 */
export async function readCsv(
	chunks: AsyncIterable<Uint8Array>,
	place: string,
	onNote?: (text: string) => void,
	emotions: readonly string[] = EMOTIONS,
): Promise<Dataset> {
	const notes = new Set<string>();
	const note = (text: string) => void notes.add(text);
	let columns: Columns | undefined;
	let row = 1;
	const images: Uint8Array[] = [];
	const [labels, usage]: [number[], number[]] = [[], []];
	for await (const batch of lineBatches(asUtf8(chunks, note), place)) {
		if (!columns) {
			columns = readColumns(batch.toString('utf8'), place, note);
			row++;
			continue;
		}
		const plain = readPlainRows(batch, columns, emotions.length);
		if (plain) {
			row += plain.labels.length;
			labels.push(...plain.labels);
			usage.push(...plain.usage);
			images.push(plain.pixels);
			continue;
		}
		for (const fields of readTable(batch, columns, row, place)) {
			const where = rowPlace(row++, place);
			// Empty lines count as rows and contain no image.
			if (fields.every((field) => field === null)) continue;
			checkFields(fields, columns, where);
			labels.push(readLabel(fields[columns.emotion] ?? '', where, note, emotions));
			if (columns.usage >= 0) usage.push(readUsage(fields[columns.usage] ?? '', where));
			images.push(readPixels(fields[columns.pixels] ?? '', where, note));
		}
	}
	const remedy = 'Download or copy the file again.';
	if (!columns) throw new DataError('a header and rows', place, 'an empty file', remedy);
	if (labels.length === 0) throw new DataError('rows below the header', place, 'none', remedy);
	if (notes.size > 0) onNote?.(`${place} is not as published: ${[...notes].join('; ')}.`);
	return makeDataset({
		name: 'FER2013',
		shape: FER2013_SHAPE,
		pixels: joinBytes(images),
		labels: Uint8Array.from(labels),
		emotions,
		usage: columns.usage >= 0 ? Uint8Array.from(usage) : undefined,
	});
}

/** Converts a text in UTF-16, as some programs export tables, to UTF-8; passes any other text on. */
async function* asUtf8(chunks: AsyncIterable<Uint8Array>, note: (text: string) => void): AsyncGenerator<Uint8Array> {
	let decoder: TextDecoder | undefined;
	let isFirst = true;
	for await (const chunk of chunks) {
		const encoding = isFirst ? isUtf16(chunk) : undefined;
		isFirst = false;
		if (encoding) {
			decoder = new TextDecoder(encoding);
			note('encoded in UTF-16');
		}
		yield decoder ? Buffer.from(decoder.decode(chunk, { stream: true })) : chunk;
	}
	if (decoder) yield Buffer.from(decoder.decode());
}

/** Cuts a stream at line ends: first the header line alone, then batches of whole lines. */
async function* lineBatches(chunks: AsyncIterable<Uint8Array>, place: string): AsyncGenerator<Buffer> {
	let pieces: Uint8Array[] = [];
	let bytes = 0;
	let wanted = 1;
	for await (const chunk of chunks) {
		pieces.push(chunk);
		bytes += chunk.length;
		if (bytes < wanted) continue;
		let rest = Buffer.concat(pieces);
		const end = wanted === 1 ? rest.indexOf(LINE_FEED) : rest.lastIndexOf(LINE_FEED);
		if (end >= 0) {
			yield rest.subarray(0, end + 1);
			rest = rest.subarray(end + 1);
			wanted = BATCH_BYTES;
		} else if (bytes > BATCH_BYTES) {
			const remedy = 'Check that it is the right file, with line ends LF or CRLF.';
			throw new DataError('lines of at most 4 MB', place, `${bytes} bytes without a line end`, remedy);
		}
		pieces = [rest];
		bytes = rest.length;
	}
	if (bytes > 0) yield Buffer.concat(pieces);
}

function checkFields(fields: Fields, { names, emotion, pixels, usage }: Columns, where: string): void {
	const isMore = fields[names.length] !== null;
	const read = [emotion, pixels, ...(usage < 0 ? [] : [usage])];
	if (!isMore && read.every((column) => fields[column] !== null)) return;
	const values = fields.slice(0, names.length).filter((field) => field !== null).length;
	const remedy = isMore ? `${ROW_REMEDY} Pixels separated by commas need quotes around them.` : ROW_REMEDY;
	throw new DataError(`${names.length} fields`, where, isMore ? 'more' : `${values} with a value`, remedy);
}
