/** Tables of results in pages whose other text is written by hand. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatCount, formatPercent } from '../lib/format';
import { Problem } from './problem';
import { note } from './progressLine';
import { PROJECT_FOLDER, shownPath } from './projectFolder';

export { formatCount as count, formatPercent as percent };

/** Formats a fraction with four digits. */
export const ratio = (value: number) => value.toFixed(4);

/** Formats the difference of two fractions in percentage points. */
export const points = (value: number, base = 0) => {
	const difference = 100 * (value - base);
	return `${difference < 0 ? '−' : '+'}${Math.abs(difference).toFixed(2)}`;
};

/** An estimate and its interval. */
export interface Interval {
	readonly estimate: number;
	readonly low: number;
	readonly high: number;
}

/** Formats an estimate and its interval. */
export const withRange = ({ estimate, low, high }: Interval, format: (value: number) => string) =>
	`${format(estimate)} (${format(low)} to ${format(high)})`;

/** Formats a table; all columns but the first `words` hold numbers. */
export function table(names: readonly string[], lines: readonly (readonly string[])[], words: number): string {
	const rule = names.map((_, column) => (column < words ? '---' : '---:'));
	return [names, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Texts for the marks of a page. */
export interface MarkedTexts {
	/** The page's name, for the error. */
	readonly file: string;
	readonly group: string;
	readonly parts: Readonly<Record<string, string>>;
}

/**
 * Replaces the texts between marks `<!-- group:name -->` and `<!-- /group:name -->`; the rest of the page stays as it is.
 * @throws {Problem} If a mark is missing.
 */
export function fillMarks(page: string, { file, group, parts }: MarkedTexts): string {
	let filled = page;
	for (const [name, text] of Object.entries(parts)) {
		const [begin, end] = [`<!-- ${group}:${name} -->`, `<!-- /${group}:${name} -->`];
		const [from, to] = [filled.indexOf(begin), filled.indexOf(end)];
		if (from < 0 || to < from) {
			throw new Problem(`${file} has no ${begin} before ${end}. Restore it: git checkout ${file}`);
		}
		filled = `${filled.slice(0, from + begin.length)}\n${text}\n${filled.slice(to)}`;
	}
	return filled;
}

/**
 * Fills the marks of a page of this repository; see `fillMarks`.
 * @param file Relative to the repository.
 * @throws {Problem} If a mark is missing; the page stays as it was.
 */
export function fillPage(file: string, group: string, parts: MarkedTexts['parts']): void {
	const place = join(PROJECT_FOLDER, file);
	replaceFile(place, fillMarks(readFileSync(place, 'utf8'), { file, group, parts }));
}

/** Writes a value as JSON. */
export function writeJson(place: string, value: object): void {
	replaceFile(place, `${JSON.stringify(value, null, '\t')}\n`);
}

/** Replaces a file as a whole, so that a reader never sees half of it. */
function replaceFile(place: string, text: string): void {
	writeFileSync(`${place}.part`, text);
	renameSync(`${place}.part`, place);
	note(shownPath(place));
}
