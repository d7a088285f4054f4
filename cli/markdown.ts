import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '../lib/atomicFile';
import { formatRange, points } from '../lib/format';
import { Problem } from './problem';
import { PROJECT_FOLDER, shownPath } from './projectFolder';

/** Formats a difference of two fractions in percentage points, with a typographic minus. */
export const pointsFrom = (base: number, value: number): string => points(value - base).replace('-', '−');

/** Formats an estimate and its interval. */
export function withRange(
	{ estimate, ...range }: { estimate: number; low: number; high: number },
	format: (value: number) => string,
): string {
	return `${format(estimate)} ${formatRange(range, format)}`;
}

/** Makes a Markdown table; the first `words` columns are aligned left, the others, which hold numbers, right. */
export function table(names: readonly string[], lines: readonly (readonly string[])[], words: number): string {
	const rule = names.map((_, column) => (column < words ? '---' : '---:'));
	return [names, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Makes a table with a line for each row; a column is its title and what makes its cells. */
export function tableOf<Row>(
	rows: readonly Row[],
	words: number,
	columns: Readonly<Record<string, (row: Row) => string>>,
): string {
	const lines = rows.map((row) => Object.values(columns).map((cell) => cell(row)));
	return table(Object.keys(columns), lines, words);
}

/** What goes into a page, each part between `<!-- group:name -->` and `<!-- /group:name -->`. */
interface Content {
	/** The page's name, for the error. */
	readonly file: string;
	readonly group: string;
	readonly parts: Readonly<Record<string, string>>;
}

/**
 * Replaces the text between marks in a page; everything else stays as it is.
 * @throws {Problem} If a mark is missing.
 */
export function fillMarks(page: string, { file, group, parts }: Content): string {
	let filled = page;
	for (const [name, text] of Object.entries(parts)) {
		const [begin, end] = [`<!-- ${group}:${name} -->`, `<!-- /${group}:${name} -->`];
		const [from, to] = [filled.indexOf(begin), filled.indexOf(end)];
		if (from < 0 || to < from) {
			throw new Problem(`Expected ${begin} before ${end} in ${file}. Restore the page: git checkout ${file}`);
		}
		filled = `${filled.slice(0, from + begin.length)}\n${text}\n${filled.slice(to)}`;
	}
	return filled;
}

/**
 * Replaces the text between marks in a page of this repository.
 * @param file Path from the top of the repository.
 * @throws {Problem} If a mark is missing; the page then stays as it was.
 */
export async function fillPage(file: string, group: string, parts: Content['parts']): Promise<void> {
	const path = join(PROJECT_FOLDER, file);
	await writePage(path, fillMarks(readFileSync(path, 'utf8'), { file, group, parts }));
}

/** Writes a value as JSON and prints the file's path. */
export function writeJson(path: string, value: object): Promise<void> {
	return writePage(path, `${JSON.stringify(value, null, '\t')}\n`);
}

/** Writes a text and prints the file's path. */
export async function writePage(path: string, text: string): Promise<void> {
	await writeFileAtomically(path, text);
	console.log(shownPath(path));
}
