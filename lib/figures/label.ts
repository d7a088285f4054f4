import type { Annotation } from 'plotly.js-dist';
import { emotionColor, INK } from './colors';

/** Returns a text annotation without an arrow. */
export function label(own: Partial<Annotation>): Partial<Annotation> {
	return { showarrow: false, xref: 'paper', yref: 'paper', ...own };
}

/** Formats a label with a second line in small print. */
export function twoLines(name: string, detail: string, size = 10): string {
	return `${name}<br><span style="font-size:${size}px;color:${INK.faint}">${detail}</span>`;
}

/** Formats the name of an emotion in bold and in its colour, see `emotionColor`. */
export function emotionName(emotion: string, label?: number): string {
	return `<span style="color:${emotionColor(emotion, label)}"><b>${emotion}</b></span>`;
}
