/** Formats cells as a line of CSV, without its line break; cells with commas, quotes or line breaks are quoted (RFC 4180). */
export function csvLine(cells: readonly (string | number)[]): string {
	const quote = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
	return cells.map((cell) => quote(String(cell))).join(',');
}

const CELL = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r?\n)/y;
const UNFINISHED_CELL = /^(?:"[^"]*(?:""[^"]*)*"?|[^",\r\n]*)\r?$/;

/** The complete lines of a CSV. */
interface CsvRows {
	readonly rows: readonly (readonly string[])[];
	/** The place in the text after each row. */
	readonly ends: readonly number[];
	/** Whether the text after them is the beginning of one more line, as a process leaves it that is killed while it writes. */
	readonly isUnfinished: boolean;
}

/** Parses CSV (RFC 4180) up to the first text that is none. */
export function parseCsv(text: string): CsvRows {
	const [rows, ends]: [string[][], number[]] = [[], []];
	let cells: string[] = [];
	let place = 0;
	for (;;) {
		CELL.lastIndex = place;
		const match = CELL.exec(text);
		if (!match) break;
		place = CELL.lastIndex;
		cells.push(match[1]?.replaceAll('""', '"') ?? match[2]);
		if (match[3] === ',') continue;
		rows.push(cells);
		ends.push(place);
		cells = [];
	}
	const rest = text.slice(place);
	return { rows, ends, isUnfinished: cells.length + rest.length > 0 && UNFINISHED_CELL.test(rest) };
}
