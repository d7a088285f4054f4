import { closeSync, openSync, readSync } from 'node:fs';
import { DataError } from '../../errors';
import { rowPlace } from './csvFields';
import { readTable } from './csvTable';
import { type ImageColumns, imageColumns, readImageHeader } from './imageColumns';
import { isUtf16 } from './packing';

/** One row of a table of images, as it is written. */
export interface TableRow {
	readonly image: string;
	readonly label: string;
	/** Empty if the table has no such column. */
	readonly part: string;
	readonly person: string;
	/** The table's path, and the place of the row in it, for errors. */
	readonly table: string;
	readonly where: string;
}

/** Files that may be a table of images, by their names. */
export const TABLE_NAME = /\.(csv|tsv|txt|jsonl)$/i;
const START_BYTES = 64 * 1024;
const ROW_REMEDY = 'Correct this row, or delete it.';

/** Whether a file begins as a table of images. */
export function isImageTable(file: string): boolean {
	const start = Buffer.alloc(START_BYTES);
	const opened = openSync(file, 'r');
	try {
		return isTableStart(start.subarray(0, readSync(opened, start, 0, START_BYTES, 0)));
	} finally {
		closeSync(opened);
	}
}

/** Whether a text that begins so is a table of images: by its header, or the fields of its first object. */
export function isTableStart(start: Uint8Array): boolean {
	const line = textOf(start).split(/\r?\n/, 1)[0];
	return readImageHeader(line) !== undefined || objectColumns(line) !== undefined;
}

/** Reads a table of images; undefined if its first line is not that of one. */
export function readImageRows(content: Uint8Array, table: string): TableRow[] | undefined {
	const text = textOf(content);
	const line = text.split(/\r?\n/, 1)[0];
	if (objectColumns(line)) return objectRows(text, table);
	const header = readImageHeader(line);
	if (!header) return undefined;
	const below = Buffer.from(text.slice(line.length).replace(/^\r?\n/, ''));
	if (below.length === 0) return [];
	return readTable(below, header, 2, table).flatMap((fields, index) => {
		const where = rowPlace(index + 2, table);
		if (fields.every((field) => field === null)) return [];
		if (fields[header.names.length] !== null) {
			const remedy = 'Put quotes around names with commas in them.';
			throw new DataError(`${header.names.length} fields`, where, 'more', remedy);
		}
		return rowOf((number) => fields[number] ?? '', header.columns, { table, where });
	});
}

function textOf(content: Uint8Array): string {
	// TextDecoder removes a byte-order mark.
	return new TextDecoder(isUtf16(content) ?? 'utf-8').decode(content);
}

/** The columns of a table whose rows are JSON objects, by the first one; undefined if it is none. */
function objectColumns(line: string): { names: string[]; columns: ImageColumns } | undefined {
	const names = Object.keys(parseObject(line) ?? {});
	const columns = imageColumns(names);
	return columns && { names, columns };
}

function parseObject(line: string): Record<string, unknown> | undefined {
	if (!line.trimStart().startsWith('{')) return undefined;
	try {
		const value: unknown = JSON.parse(line);
		return typeof value === 'object' && value !== null ? { ...value } : undefined;
	} catch {
		return undefined;
	}
}

function objectRows(text: string, table: string): TableRow[] {
	return text.split(/\r?\n/).flatMap((line, index) => {
		if (line.trim() === '') return [];
		const where = rowPlace(index + 1, table);
		const found = objectColumns(line);
		if (!found) {
			const remedy = 'Give each row the fields file_name and label.';
			throw new DataError('an object with an image and its label', where, JSON.stringify(line.slice(0, 60)), remedy);
		}
		const values = parseObject(line) ?? {};
		const field = (number: number) => {
			const value = values[found.names[number]] ?? '';
			if (typeof value === 'string' || typeof value === 'number') return String(value);
			throw new DataError(`text or a number as ${found.names[number]}`, where, typeof value, ROW_REMEDY);
		};
		return rowOf(field, found.columns, { table, where });
	});
}

function rowOf(
	field: (number: number) => string,
	{ image, label, part, person }: ImageColumns,
	{ table, where }: Pick<TableRow, 'table' | 'where'>,
): TableRow {
	const read = (number: number) => (number < 0 ? '' : field(number).trim());
	if (read(image) === '') throw new DataError('the path of an image', where, 'none', ROW_REMEDY);
	return { image: read(image), label: read(label), part: read(part), person: read(person), table, where };
}
