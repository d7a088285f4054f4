import pl from 'nodejs-polars';
import { DataError } from '../../errors';
import { ROW_REMEDY, rowPlace } from './csvFields';
import type { Columns } from './csvHeader';

const QUOTE = 34;

/** The values of a row, by column; null where there is none. */
export type Fields = readonly (string | null)[];

/** Parses a batch of lines as text, with one column more than the header has, which reveals rows that are too long. */
export function readTable(
	batch: Buffer,
	{ names, separator }: Pick<Columns, 'names' | 'separator'>,
	firstRow: number,
	place: string,
): Fields[] {
	const columns = Array.from({ length: names.length + 1 }, (_, column) => `column ${column}`);
	const schema = Object.fromEntries(columns.map((name) => [name, pl.Utf8]));
	const read = (lines: Buffer) =>
		pl.readCSV(lines, { hasHeader: false, schema, inferSchemaLength: 0, encoding: 'utf8-lossy', sep: separator });
	try {
		const table = read(batch);
		const values = columns.map((name) => table.getColumn(name).toArray() as Fields);
		return values[0].map((_, row) => values.map((column) => column[row]));
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
		if (wrong < 0) {
			const why = error instanceof Error ? error.message : String(error);
			throw new DataError('rows of a CSV file', `${rowPlace(firstRow, place)} or below`, `others (${why})`, ROW_REMEDY);
		}
		const found = JSON.stringify(lines[wrong].slice(0, 40));
		const hasQuote = batch.includes(QUOTE);
		const remedy = hasQuote ? 'Each quote must be closed in the line where it opens.' : ROW_REMEDY;
		throw new DataError('a row of a CSV file', rowPlace(firstRow + wrong, place), found, remedy);
	}
}
