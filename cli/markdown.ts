// @ts-check
/** Tables of results in pages that people write the rest of. */
import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from '../scripts/setup/paths.mjs';
import { Problem } from '../scripts/setup/problem.mjs';

export const percent = (/** @type {number} */ value) => `${(100 * value).toFixed(2)} %`;
export const ratio = (/** @type {number} */ value) => value.toFixed(4);
export const count = (/** @type {number} */ value) => value.toLocaleString('en');
/** How far a value lies from another, in points. @param {number} value @param {number} [base] */
export const points = (value, base = 0) => {
	const difference = 100 * (value - base);
	return `${difference < 0 ? '−' : '+'}${Math.abs(difference).toFixed(2)}`;
};

/**
 * An estimate and its interval.
 * @param {{estimate: number, low: number, high: number}} interval
 * @param {(value: number) => string} format
 */
export const withRange = ({ estimate, low, high }, format) => `${format(estimate)} (${format(low)} to ${format(high)})`;

/**
 * Writes a table; all columns but the first `words` hold numbers.
 * @param {readonly string[]} names
 * @param {readonly (readonly string[])[]} lines
 * @param {number} words
 */
export function table(names, lines, words) {
	const rule = names.map((_, column) => (column < words ? '---' : '---:'));
	return [names, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/**
 * Puts texts into a page, each between its marks `<!-- group:name -->` and `<!-- /group:name -->`; all else stays as it is.
 * @param {string} page
 * @param {{file: string, group: string, parts: Readonly<Record<string, string>>}} content `file` is the page's name, for the error.
 * @throws {Problem} If a mark is missing.
 */
export function fillMarks(page, { file, group, parts }) {
	let filled = page;
	for (const [name, text] of Object.entries(parts)) {
		const [begin, end] = [`<!-- ${group}:${name} -->`, `<!-- /${group}:${name} -->`];
		const [from, to] = [filled.indexOf(begin), filled.indexOf(end)];
		if (from < 0 || to < from) {
			throw new Problem(`${file} has no ${begin} before ${end}. Take it back: git checkout ${file}`);
		}
		filled = `${filled.slice(0, from + begin.length)}\n${text}\n${filled.slice(to)}`;
	}
	return filled;
}

/**
 * Puts texts into a page of this repository, as `fillMarks` does.
 * @param {string} file From the repository's top.
 * @param {string} group
 * @param {Readonly<Record<string, string>>} parts
 * @throws {Problem} If a mark is missing; the page stays as it was.
 */
export function fillPage(file, group, parts) {
	const place = path.join(ROOT, file);
	replaceFile(place, fillMarks(fs.readFileSync(place, 'utf8'), { file, group, parts }));
	console.log(path.relative(process.cwd(), place));
}

/** Writes a value as JSON. @param {string} place @param {object} value */
export function writeJson(place, value) {
	replaceFile(place, `${JSON.stringify(value, null, '\t')}\n`);
	console.log(path.relative(process.cwd(), place));
}

/** A reader never sees half a file. @param {string} place @param {string} text */
function replaceFile(place, text) {
	fs.writeFileSync(`${place}.part`, text);
	fs.renameSync(`${place}.part`, place);
}
