/**
 * Reads fer2013.csv from a stream: Polars parses batches of a few MB, and their pixel text is converted to bytes at once.
 * Measured on the whole file (301 MB, 2 cores, unpacked): 1.9 s and 270 MB at the peak; Polars on the whole file takes
 * 1.7 s and 640 MB; Polars splitting the pixels itself 5.4 s and 710 MB.
 */
import pl from 'nodejs-polars';
import { EMOTIONS } from '../../emotions';
import { DataError } from '../../errors';
import { formatCount } from '../../format';
import { type Dataset, joinBytes, makeDataset, USAGES } from '../dataset';
import { FER2013_SHAPE } from './readerOptions';

/** Names of the CSV file, the most complete first. */
export const CSV_NAMES = ['fer2013.csv', 'icml_face_data.csv', 'train.csv'];
/** The values of the Usage column; `Test` is for other sources. */
export const CSV_USAGES: readonly string[] = USAGES.slice(0, 3);

const IMAGE_PIXELS = FER2013_SHAPE[0] * FER2013_SHAPE[1];
const BATCH_BYTES = 4 * 2 ** 20;
const LINE_FEED = 10;
const REMEDY = 'Download the file again: it is not as published on Kaggle.';

/**
 * Reads FER2013 from the bytes of a CSV file with the columns `emotion`, `pixels` and `Usage`, in any order; without
 * `Usage` (train.csv) the dataset has no usage. `place` names the file in errors.
 */
export async function readCsv(chunks: AsyncIterable<Uint8Array>, place: string): Promise<Dataset> {
	let columns: string[] | undefined;
	let row = 1;
	const images: Uint8Array[] = [];
	const [labels, usage]: [number[], number[]] = [[], []];
	for await (const batch of lineBatches(chunks, place)) {
		if (!columns) {
			columns = readHeader(batch, place);
			row++;
			continue;
		}
		const [emotionAt, pixelsAt, usageAt] = ['emotion', 'pixels', 'usage'].map((name) => columns?.indexOf(name) ?? -1);
		for (const fields of readTable(batch, columns.length, row, place)) {
			const where = rowPlace(row++, place);
			// Empty lines count as rows and contain no image.
			if (fields.every((field) => field === null)) continue;
			checkFields(fields, columns.length, where);
			labels.push(readLabel(fields[emotionAt] ?? '', where));
			if (usageAt >= 0) usage.push(readUsage(fields[usageAt] ?? '', where, REMEDY));
			images.push(readPixels(fields[pixelsAt] ?? '', where));
		}
	}
	if (!columns) throw new DataError('a header and rows', place, 'an empty file', REMEDY);
	if (labels.length === 0) throw new DataError('rows below the header', place, 'none', REMEDY);
	return makeDataset({
		name: 'FER2013',
		shape: FER2013_SHAPE,
		pixels: joinBytes(images),
		labels: Uint8Array.from(labels),
		usage: columns.includes('usage') ? Uint8Array.from(usage) : undefined,
	});
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
			throw new DataError('lines of at most 4 MB', place, `${bytes} bytes without a line end`, REMEDY);
		}
		pieces = [rest];
		bytes = rest.length;
	}
	if (bytes > 0) yield Buffer.concat(pieces);
}

function readHeader(line: Buffer, place: string): string[] {
	const columns = columnNames(line.toString('utf8'));
	const expected = ['emotion', 'pixels', ...(columns.includes('usage') ? ['usage'] : [])];
	if (columns.length === expected.length && expected.every((name) => columns.includes(name))) return columns;
	const found = JSON.stringify(line.subarray(0, 80).toString('latin1').trim());
	throw new DataError('the columns emotion, pixels and Usage', `row 1 of ${place}`, found, REMEDY);
}

/** Reads the column names of a header in lower case, without quotes, spaces and byte-order mark. */
export function columnNames(line: string): string[] {
	const names = line.replaceAll(/["\uFEFF]/g, '').toLowerCase();
	return names.split(',').map((name) => name.trim());
}

type Fields = readonly (string | null)[];

/** Parses a batch of lines as text, with one column more than the header has, which reveals rows that are too long. */
function readTable(batch: Buffer, count: number, firstRow: number, place: string): Fields[] {
	const names = Array.from({ length: count + 1 }, (_, column) => `column ${column}`);
	const schema = Object.fromEntries(names.map((name) => [name, pl.Utf8]));
	const read = (lines: Buffer) =>
		pl.readCSV(lines, { hasHeader: false, schema, inferSchemaLength: 0, encoding: 'utf8-lossy' });
	try {
		const table = read(batch);
		const columns = names.map((name) => table.getColumn(name).toArray() as Fields);
		return columns[0].map((_, row) => columns.map((column) => column[row]));
	} catch (error) {
		// Polars does not report which row it could not parse (an unclosed quote): try each.
		const lines = batch.toString('latin1').split('\n');
		const wrong = lines.findIndex((line) => {
			try {
				return line !== '' && read(Buffer.from(line, 'latin1')).height !== 1;
			} catch {
				return true;
			}
		});
		if (wrong < 0) throw error;
		const found = JSON.stringify(lines[wrong].slice(0, 40));
		throw new DataError('a row of a CSV file', rowPlace(firstRow + wrong, place), found, REMEDY);
	}
}

function checkFields(fields: Fields, count: number, where: string): void {
	const values = fields.slice(0, count).filter((field) => field !== null).length;
	if (values === count && fields[count] === null) return;
	throw new DataError(`${count} fields`, where, values < count ? `${values} with a value` : 'more', REMEDY);
}

/** Formats the position of a row, for errors; the header is row 1. */
export function rowPlace(row: number, place: string): string {
	return `row ${formatCount(row)} of ${place}`;
}

function readLabel(field: string, where: string): number {
	const label = /^\s*[0-9]+\s*$/.test(field) ? Number(field) : -1;
	if (label >= 0 && label < EMOTIONS.length) return label;
	throw new DataError(`a label from 0 to ${EMOTIONS.length - 1}`, where, JSON.stringify(field), REMEDY);
}

/** Reads a field of the Usage column as an index into `USAGES`. */
export function readUsage(field: string, where: string, remedy: string): number {
	const usage = CSV_USAGES.indexOf(field.trim());
	if (usage >= 0) return usage;
	throw new DataError(`a Usage of ${CSV_USAGES.join(', ')}`, where, JSON.stringify(field), remedy);
}

/** Reads integers separated by spaces. Every value of the file is read here, so it works on character codes. */
function readPixels(text: string, where: string): Uint8Array {
	const image = new Uint8Array(IMAGE_PIXELS);
	let count = 0;
	let value = -1;
	for (let at = 0; at <= text.length; at++) {
		const digit = at < text.length ? text.charCodeAt(at) - 48 : -16;
		if (digit >= 0 && digit <= 9) {
			value = (value < 0 ? 0 : value * 10) + digit;
		} else if (digit !== -16 || value > 255) {
			throw pixelError(text, where);
		} else if (value >= 0) {
			// Past the end of the image this writes nothing, and the count reveals it.
			image[count++] = value;
			value = -1;
		}
	}
	if (count !== image.length) throw pixelError(text, where);
	return image;
}

/** Finds out, slowly, what is wrong with pixels that `readPixels` refused. */
function pixelError(text: string, where: string): DataError {
	const values = text.split(' ').filter((value) => value !== '');
	const wrong = values.findIndex((value) => !/^[0-9]+$/.test(value) || Number(value) > 255);
	if (wrong >= 0) {
		const found = JSON.stringify(values[wrong].slice(0, 20));
		return new DataError('values from 0 to 255', `pixel ${wrong + 1} in ${where}`, found, REMEDY);
	}
	const [expected, found] = [IMAGE_PIXELS, values.length].map(formatCount);
	return new DataError(`${expected} pixels`, where, found, REMEDY);
}
