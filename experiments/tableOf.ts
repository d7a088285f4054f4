import { table } from '../cli/markdown';

type Columns<Row> = Readonly<Record<string, (row: Row) => string>>;

/** Makes a Markdown table with a line for each row; a column is its title and what makes its cells. See `table`. */
export function tableOf<Row>(rows: readonly Row[], words: number, columns: Columns<Row>): string {
	const lines = rows.map((row) => Object.values(columns).map((cell) => cell(row)));
	return table(Object.keys(columns), lines, words);
}
