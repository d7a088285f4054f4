import { renameSync, rmSync } from 'node:fs';
import pl from 'nodejs-polars';

const TYPES = { text: pl.Utf8, integer: pl.Int32, number: pl.Float64 } as const;

/** The names of a table's columns and the types of their values. */
type Columns = readonly (readonly [name: string, type: keyof typeof TYPES])[];

/**
 * Converts a CSV file with a header to a Parquet file, which appears whole or not at all. Empty cells are null.
 * @param columns All columns of the table, in its order, with different names.
 */
export function writeParquet(csv: string, columns: Columns, file: string): void {
	const schema = Object.fromEntries(columns.map(([name, type]) => [name, TYPES[type]]));
	const partial = `${file}.${process.pid}.part`;
	try {
		pl.readCSV(csv, { schema }).writeParquet(partial);
		renameSync(partial, file);
	} catch (error) {
		rmSync(partial, { force: true });
		throw error;
	}
}

/** Converts a Parquet file to CSV with a header. Null is an empty cell. */
export function parquetToCsv(file: string): Buffer {
	return pl.readParquet(file).writeCSV();
}
