import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { SOFTWARE } from '../../data/image';
import type { Figure } from '../figure';

const MARK = `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="generator" content="${SOFTWARE}">`;

/**
 * Converts a figure to a page with an interactive figure, which needs no other file and no network.
 * @param title Of the page, in plain text.
 */
export function toHtml({ data, layout }: Figure, title: string): string {
	const library = readFileSync(require.resolve('plotly.js-basic-dist-min'), 'utf8');
	// No text in the figure can end the script.
	const figure = JSON.stringify({ data, layout, config: { displaylogo: false } }).replaceAll('<', '\\u003c');
	const escaped = title.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
	return [
		`${MARK}<title>${escaped}</title>`,
		'<style>body { margin: 0; display: grid; justify-content: center; background: #ffffff }</style></head>',
		`<body><div id="figure"></div><script>${library}</script>`,
		`<script>Plotly.newPlot('figure', ${figure});</script>`,
		'</body></html>\n',
	].join('\n');
}

/** Whether a file is a page that `toHtml` made. */
export async function isOwnHtml(file: string): Promise<boolean> {
	return (await readFile(file)).subarray(0, MARK.length).toString('utf8') === MARK;
}
