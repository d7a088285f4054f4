/** Reads the columns of a Parquet file with Polars; images a few hundred at a time, since only they are large. */
import pl, { type LazyDataFrame } from 'nodejs-polars';
import { DataError } from '../../errors';
import { formatCount } from '../../format';
import { reason } from '../decode';
import { type ImageColumns, imageColumns } from './imageColumns';
import { type ParquetFooter, readFooter } from './parquetFooter';

/** How a file holds its images: as the content of image files, or as text, which are paths or pixels. */
interface ImageForm {
	readonly holds: 'content' | 'text';
	readonly value: pl.Expr;
}

/** A Parquet file of images and labels. */
export interface ParquetFile extends ParquetFooter {
	/** Its name, for errors. */
	readonly place: string;
	/** The names of its columns, and which of them are read. */
	readonly names: readonly string[];
	readonly columns: ImageColumns;
	readonly images: ImageForm;
	readonly rows: number;
	/** The table, of which only what is selected is read. */
	readonly table: LazyDataFrame;
}

const MOST_ROWS = 2_000_000;
/** What is read at once, in bytes of the file. */
const BATCH_BYTES = 32 * 2 ** 20;
const MOST_BATCH_ROWS = 2048;
/** Rows in which the form of the images is looked for. */
const FIRST_ROWS = 64;
const BYTES = pl.List(pl.UInt8);
const PIXELS = /^ *pixels *$/i;

/**
 * Opens a Parquet file, by its path or its content.
 * @throws {DataError} If it is cut off or damaged, or has no columns of images and labels.
 */
export function openParquet(source: string | Buffer, place: string): ParquetFile {
	const footer = readFooter(source, place);
	// A path as it is: Polars would take brackets in it for a pattern.
	const table = reading(place, () =>
		typeof source === 'string'
			? pl.scanParquet(source, { glob: false, hivePartitioning: false })
			: pl.readParquet(source).lazy(),
	);
	const names = reading(place, () => table.limit(0).collectSync().columns);
	const columns = imageColumns(names) ?? imageColumns(names.map((name) => (PIXELS.test(name) ? 'image' : name)));
	if (!columns) {
		const found = names.slice(0, 20).join(', ') || 'none';
		throw new DataError('columns of images and labels', place, found, 'Name the columns image and label.');
	}
	const rows = reading(place, () => Number(table.select(pl.len()).collectSync().toSeries().toArray()[0]));
	if (rows > MOST_ROWS) {
		const found = formatCount(rows);
		throw new DataError(`at most ${formatCount(MOST_ROWS)} rows`, place, found, 'Check that it is the right file.');
	}
	const images = formOf(table, names[columns.image], place);
	return { ...footer, place, names, columns, images, rows, table };
}

/** Whether the images of a file are pixels in words, as in fer2013.csv. */
export function arePixels({ names, columns, images }: ParquetFile): boolean {
	return images.holds === 'text' && PIXELS.test(names[columns.image]);
}

/** Reads a column of short values as text, whatever their type; null where there is none. */
export function readTexts({ table, names, place }: ParquetFile, column: number): (string | null)[] {
	const name = names[column];
	try {
		return table.select(pl.col(name).cast(pl.Utf8, true)).collectSync().toSeries().toArray() as (string | null)[];
	} catch (error) {
		const found = `values that cannot be read as such (${reason(error).slice(0, 100)})`;
		const remedy = 'Give one label for each image, not a list or an object.';
		throw new DataError('one text or number in each row', `the column ${name} of ${place}`, found, remedy);
	}
}

/** Some images of a file, by their rows: their content, or their text; null where there is none. */
export interface ImageBatch {
	readonly start: number;
	readonly values: readonly (Uint8Array | string | null)[];
}

/** Reads the images of a file, in the order of its rows. */
export function* readImageBatches({ table, images, rows, place, bytes }: ParquetFile): Generator<ImageBatch> {
	const rowsAtOnce = Math.max(1, Math.min(MOST_BATCH_ROWS, Math.floor((BATCH_BYTES * rows) / bytes)));
	for (let start = 0; start < rows; start += rowsAtOnce) {
		const values = reading(place, () => {
			const read = table.select(images.value).slice(start, rowsAtOnce).collectSync().toSeries();
			return images.holds === 'text' ? (read.toArray() as (string | null)[]) : byteArrays(read);
		});
		yield { start, values };
	}
}

/** Cuts lists of bytes, one after the other in memory, into views. */
function byteArrays(lists: pl.Series): (Uint8Array | null)[] {
	const lengths = lists.lst.lengths().toArray() as (number | null)[];
	// A list that is empty or missing leaves one place.
	const all: Uint8Array = lists.explode().fillNull('zero').toTypedArray();
	let end = 0;
	return lengths.map((length) => {
		end += length || 1;
		return length ? all.subarray(end - length, end) : null;
	});
}

/**
 * Finds out how a column holds its images: as an object with bytes or a path, as Hugging Face does, as text or as bytes.
 * Polars returns bytes to JavaScript as lists of numbers, and has no type name for a column of bytes.
 */
function formOf(table: LazyDataFrame, name: string, place: string): ImageForm {
	const column = pl.col(name);
	const first = (value: pl.Expr): unknown => {
		try {
			return table.select(value).head(FIRST_ROWS).collectSync().toSeries().dropNulls().head(1).toArray()[0];
		} catch (error) {
			return error;
		}
	};
	const [bytes, path] = ['bytes', 'path'].map((field) => column.struct.field(field));
	if (Array.isArray(first(bytes.cast(BYTES, true)))) return { holds: 'content', value: bytes.cast(BYTES, true) };
	if (typeof first(path) === 'string') return { holds: 'text', value: path };
	const own = first(column);
	if (typeof own === 'string') return { holds: 'text', value: column };
	const isBytes = own instanceof Error && Array.isArray(first(column.cast(BYTES, true)));
	if (isBytes) return { holds: 'content', value: column.cast(BYTES, true) };
	const remedy = 'Give images as bytes of PNG or JPEG files, as in the copies on Hugging Face, or as paths.';
	const found = own instanceof Error ? `others (${reason(own).slice(0, 100)})` : 'values of another type';
	throw new DataError('bytes or paths of images', `the column ${name} of ${place}`, found, remedy);
}

/** Reads with Polars, whose errors name neither file nor remedy. */
function reading<T>(place: string, read: () => T): T {
	try {
		return read();
	} catch (error) {
		const found = `one that cannot be read (${reason(error).slice(0, 200)})`;
		throw new DataError('a complete Parquet file', place, found, 'Download or copy the file again.');
	}
}
