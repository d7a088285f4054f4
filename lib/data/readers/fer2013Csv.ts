/**
 * Reads Kaggle's fer2013.csv.
 *
 * Polars reads the table in batches of a few MB from a stream, and the pixel text of each batch is turned into bytes at
 * once. Measured on the whole file (301 MB, 2 cores, without unpacking): this way 1.9 s and 270 MB at the peak;
 * Polars over the whole file 1.7 s and 640 MB, and it needs the file unpacked; Polars splitting the pixels itself
 * 5.4 s and 710 MB; a state machine of our own over the bytes, without Polars, 1.3 s and 170 MB. The batches keep Polars'
 * grammar of quotes and line ends, read archives without unpacking them to disk, and report progress.
 */
import pl from 'nodejs-polars';
import { EMOTIONS } from '../../emotions';
import { DataError } from '../../errors';
import { type Dataset, makeDataset, USAGES } from '../dataset';
import { FER2013_SHAPE } from './readerOptions';

const IMAGE_PIXELS = FER2013_SHAPE[0] * FER2013_SHAPE[1];
const BATCH_BYTES = 4 * 2 ** 20;
const LINE_FEED = 10;
const REMEDY = 'Download the file again: it is not as Kaggle publishes it.';
/** The names that the Usage column holds; `Test` is for other sources. */
const CSV_USAGES: readonly string[] = USAGES.slice(0, 3);

/** Where the columns stand; `usage` is -1 in the files without it. */
interface Columns {
	readonly emotion: number;
	readonly pixels: number;
	readonly usage: number;
	readonly count: number;
}

/** The rows of one batch. */
interface Rows {
	readonly pixels: Uint8Array;
	readonly labels: number[];
	readonly usage: number[];
}

/**
 * Reads FER2013 from the text of a CSV file: columns `emotion`, `pixels` and `Usage` in any order, with or without spaces
 * around the names (fer2013.csv, icml_face_data.csv), or without `Usage` (train.csv): the dataset then has no usage, as
 * the file does not say which part it holds.
 * @param chunks The file's bytes, in pieces of any length.
 * @param place The file's name, for errors. Rows are counted as an editor counts lines: the header is row 1.
 * @throws {DataError} If the header, or a row's number of fields, label, pixels or usage is wrong.
 */
export async function readCsv(chunks: AsyncIterable<Uint8Array>, place: string): Promise<Dataset> {
	let columns: Columns | undefined;
	let row = 1;
	const batches: Rows[] = [];
	for await (const batch of lineBatches(chunks, place)) {
		if (!columns) {
			columns = readHeader(batch, place);
			row = 2;
			continue;
		}
		const table = readTable(batch, columns, row, place);
		batches.push(readRows(table, columns, row, place));
		row += table[columns.emotion].length;
	}
	if (!columns) throw new DataError('a header and rows', place, 'an empty file', REMEDY);
	const labels = Uint8Array.from(batches.flatMap((rows) => rows.labels));
	if (labels.length === 0) throw new DataError('rows below the header', place, 'none', REMEDY);
	return makeDataset({
		name: 'FER2013',
		shape: FER2013_SHAPE,
		pixels: joinPixels(batches),
		labels,
		usage: columns.usage < 0 ? undefined : Uint8Array.from(batches.flatMap((rows) => rows.usage)),
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

function readHeader(line: Buffer, place: string): Columns {
	const names = headerNames(line);
	const [emotion, pixels, usage] = ['emotion', 'pixels', 'usage'].map((name) => names.indexOf(name));
	const expectedCount = usage < 0 ? 2 : 3;
	if (emotion < 0 || pixels < 0 || names.length !== expectedCount) {
		const found = line.subarray(0, 80).toString('latin1').trim();
		throw new DataError('the columns emotion, pixels and Usage', `row 1 of ${place}`, JSON.stringify(found), REMEDY);
	}
	return { emotion, pixels, usage, count: names.length };
}

function headerNames(line: Buffer): string[] {
	try {
		return pl.readCSV(line, { inferSchemaLength: 0 }).columns.map((name) => name.trim().toLowerCase());
	} catch {
		return [];
	}
}

/** Reads a batch as text, column by column; one column more than the header has shows rows that are too long. */
function readTable(batch: Buffer, columns: Columns, firstRow: number, place: string): (string | null)[][] {
	const names = Array.from({ length: columns.count + 1 }, (_, column) => `column ${column}`);
	const schema = Object.fromEntries(names.map((name) => [name, pl.Utf8]));
	const read = (lines: Buffer) =>
		pl.readCSV(lines, { hasHeader: false, schema, inferSchemaLength: 0, encoding: 'utf8-lossy' });
	try {
		const table = read(batch);
		return names.map((name) =>
			Array.from(table.getColumn(name).toArray(), (value) => (typeof value === 'string' ? value : null)),
		);
	} catch (error) {
		// Polars does not say which row it could not read (an unclosed quote): ask it for each.
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

/** Reads the rows of a batch; empty lines count as rows for errors and hold no image. */
function readRows(table: (string | null)[][], columns: Columns, firstRow: number, place: string): Rows {
	const height = table[0].length;
	const pixels = new Uint8Array(height * IMAGE_PIXELS);
	const labels: number[] = [];
	const usage: number[] = [];
	for (let index = 0; index < height; index++) {
		const fields = table.map((column) => column[index]);
		if (fields.every((field) => field === null)) continue;
		const where = rowPlace(firstRow + index, place);
		const values = fields.slice(0, columns.count).filter((field) => field !== null).length;
		if (values < columns.count || fields[columns.count] !== null) {
			const found = values < columns.count ? `${values} with a value` : 'more';
			throw new DataError(`${columns.count} fields`, where, found, REMEDY);
		}
		const image = pixels.subarray(labels.length * IMAGE_PIXELS, (labels.length + 1) * IMAGE_PIXELS);
		labels.push(readLabel(fields[columns.emotion] ?? '', where));
		if (columns.usage >= 0) usage.push(readUsage(fields[columns.usage] ?? '', where));
		readPixels(fields[columns.pixels] ?? '', image, where);
	}
	return { pixels: pixels.subarray(0, labels.length * IMAGE_PIXELS), labels, usage };
}

function rowPlace(row: number, place: string): string {
	return `row ${row.toLocaleString('en')} of ${place}`;
}

function readLabel(field: string, where: string): number {
	const label = /^\s*[0-9]+\s*$/.test(field) ? Number(field) : -1;
	if (label >= 0 && label < EMOTIONS.length) return label;
	throw new DataError(`a label from 0 to ${EMOTIONS.length - 1}`, where, JSON.stringify(field), REMEDY);
}

function readUsage(field: string, where: string): number {
	const usage = CSV_USAGES.indexOf(field.trim());
	if (usage >= 0) return usage;
	throw new DataError('a Usage of Training, PublicTest or PrivateTest', where, JSON.stringify(field), REMEDY);
}

/** Reads numbers between spaces into `image`. Every value of the file passes here, so it works on character codes. */
function readPixels(text: string, image: Uint8Array, where: string): void {
	let count = 0;
	let value = -1;
	for (let at = 0; at <= text.length; at++) {
		const digit = at < text.length ? text.charCodeAt(at) - 48 : -16;
		if (digit >= 0 && digit <= 9) {
			value = (value < 0 ? 0 : value * 10) + digit;
		} else if (digit !== -16 || value > 255) {
			throw pixelError(text, where);
		} else if (value >= 0) {
			// Past the end of the image this writes nothing, and the count tells.
			image[count++] = value;
			value = -1;
		}
	}
	if (count !== image.length) throw pixelError(text, where);
}

/** Looks again, slowly, at pixels that `readPixels` refused, to say what is wrong with them. */
function pixelError(text: string, where: string): DataError {
	const values = text.split(' ').filter((value) => value !== '');
	const wrong = values.findIndex((value) => !/^[0-9]+$/.test(value) || Number(value) > 255);
	if (wrong >= 0) {
		const found = JSON.stringify(values[wrong].slice(0, 20));
		return new DataError('values from 0 to 255', `pixel ${wrong + 1} in ${where}`, found, REMEDY);
	}
	const [expected, found] = [IMAGE_PIXELS, values.length].map((count) => count.toLocaleString('en'));
	return new DataError(`${expected} pixels`, where, found, REMEDY);
}

function joinPixels(batches: readonly Rows[]): Uint8Array {
	const joined = new Uint8Array(batches.reduce((sum, rows) => sum + rows.pixels.length, 0));
	let filled = 0;
	for (const { pixels } of batches) {
		joined.set(pixels, filled);
		filled += pixels.length;
	}
	return joined;
}
