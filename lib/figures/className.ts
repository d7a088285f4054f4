import { colored } from './theme';

/** Mean width of a letter of DejaVu Sans, as a fraction of the font size: in English text, and in bold. */
const LETTER_WIDTH = { plain: 0.6, bold: 0.67 };

/** How a name is written. */
interface NameStyle {
	/** Font size in pixels. */
	readonly size: number;
	readonly bold?: boolean;
}

/** Estimates the width of a text in pixels. */
export function textWidth(text: string, { size, bold = false }: NameStyle): number {
	return [...text].length * size * LETTER_WIDTH[bold ? 'bold' : 'plain'];
}

/** Width in pixels of the longest of some names. */
export const longestWidth = (names: readonly string[], style: NameStyle) =>
	Math.max(0, ...names.map((name) => textWidth(name, style)));

/** Options of `fitName`. */
interface FitOptions extends NameStyle {
	/** The space in pixels. */
	readonly width: number;
	/** Lines at most. Default 1. */
	readonly lines?: number;
}

/**
 * Fits the name of a class into a space, for Plotly: broken at spaces, `_`, `-`, `/` and `.` into several lines, and cut off
 * with an ellipsis where it is longer still. Hover texts hold the whole name.
 * @returns HTML, with the name's own `<`, `>` and `&` escaped.
 */
export function fitName(name: string, { width, lines = 1, ...style }: FitOptions): string {
	const letters = Math.max(3, Math.floor(width / textWidth('x', style)));
	const cut = (text: string) => {
		const all = [...text];
		return all.length <= letters
			? text
			: `${all
					.slice(0, letters - 1)
					.join('')
					.trimEnd()}…`;
	};
	const broken: string[] = [];
	for (const part of name.match(/[^\s_\-/.]*[\s_\-/.]*/g) ?? []) {
		const last = broken.at(-1);
		const joined = `${last ?? ''}${part}`;
		if (last !== undefined && (broken.length === lines || [...joined.trimEnd()].length <= letters)) {
			broken[broken.length - 1] = joined;
		} else if (part) broken.push(part);
	}
	return broken.map((line) => escapeHtml(cut(line.trim()))).join('<br>');
}

/** Escapes what Plotly would take for its HTML. */
export const escapeHtml = (text: string) =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Formats the name of a class, which `fitName` may have fitted, in bold and in its colour. */
export const boldName = (name: string, color: string) => colored(`<b>${name}</b>`, color);
