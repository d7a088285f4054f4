// @ts-check
/** Tables of results in pages that people write the rest of. */
import { Problem } from './setup/problem.mjs';

export const percent = (/** @type {number} */ value) => `${(100 * value).toFixed(2)} %`;
export const ratio = (/** @type {number} */ value) => value.toFixed(4);
export const count = (/** @type {number} */ value) => value.toLocaleString('en');

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
