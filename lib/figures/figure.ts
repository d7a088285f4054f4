import type { Annotation, Data, Layout, LayoutAxis } from 'plotly.js-dist';

/** A Plotly figure: plain JSON, so that it can be stored, compared, shown in Jupyter and drawn to a PNG. */
export interface Figure {
	readonly data: Data[];
	readonly layout: Partial<Layout> & { readonly width: number; readonly height: number };
}

/** What each figure takes beside its results. */
export interface FigureOptions {
	/** Stands above the figure; each figure has its own default. */
	readonly title?: string;
	/** Stands below the figure in small type: protocol, n and seed, or what the faces are. Default none. */
	readonly caption?: string;
}

/** Space around the plotting area, in pixels. */
export interface Margins {
	readonly left: number;
	readonly right: number;
	/** Below the title, which gets its own space. Default 0. */
	readonly top?: number;
	/** Above the caption, which gets its own space. */
	readonly bottom: number;
}

/** What `createFigure` puts together. */
export interface FigureParts extends FigureOptions {
	readonly data: Data[];
	/** The figure's own axes, annotations, legend and so on; the theme gives the rest. */
	readonly layout: Partial<Layout>;
	readonly margins: Margins;
	/** Of the plotting area, in pixels: the figure adds its margins, title and caption. */
	readonly plotWidth: number;
	readonly plotHeight: number;
	/** A line of results below the title. Default none. */
	readonly subtitle?: string;
}

/** Verdana has the widths of DejaVu Sans, for browsers on machines without it. */
const FONT_FAMILY = 'DejaVu Sans, Verdana, sans-serif';

/** Ink of titles, of plain text, and of what should stand back. */
export const INK = { title: '#1a1a1a', text: '#333333', faint: '#6b6b6b', grid: '#e6e6e6', axis: '#9a9a9a' } as const;

/** One colour for each part of a data set, in every figure (Okabe and Ito 2008). */
export const PART_COLORS = { training: '#0072b2', validation: '#d55e00', test: '#009e73' } as const;

const CAPTION_SIZE = 11;

/** Mean width of a letter of DejaVu Sans in running English text, as a part of the font size. */
const LETTER_WIDTH = 0.56;

/** From one line of a caption to the next, in pixels: Plotly's 1.3 of the font size. */
const CAPTION_LINE = 1.3 * CAPTION_SIZE;

/** Breaks a text into as few lines as fit a width in pixels, all about as long: no last word stands alone. */
function balance(text: string, width: number, size: number): string[] {
	const lines = wrap(text, width, size);
	const even = wrap(text, (1.1 * text.length * size * LETTER_WIDTH) / lines.length, size);
	return even.length === lines.length ? even : lines;
}

/** Breaks a text into lines that fit a width in pixels; a single long word stays whole. */
function wrap(text: string, width: number, size: number): string[] {
	const lines: string[] = [];
	for (const word of text.split(' ')) {
		const longer = lines.length > 0 ? `${lines[lines.length - 1]} ${word}` : word;
		if (lines.length > 0 && longer.length * size * LETTER_WIDTH <= width) lines[lines.length - 1] = longer;
		else lines.push(word);
	}
	return lines;
}

/** The theme's axis: thin lines, ticks outside, no zero line. */
export function axis(own: Partial<LayoutAxis>): Partial<LayoutAxis> {
	return {
		gridcolor: INK.grid,
		linecolor: INK.axis,
		tickcolor: INK.axis,
		showline: true,
		ticks: 'outside',
		ticklen: 4,
		zeroline: false,
		fixedrange: false,
		automargin: false,
		...own,
	};
}

/** The title of an axis, at a fixed distance from the numbers. */
export function axisTitle(text: string) {
	return { text, standoff: 8, font: { size: 13 } };
}

/** An axis that only places things: nothing of it is drawn. */
export function hiddenAxis(range: [number, number]): Partial<LayoutAxis> {
	return { range, visible: false, fixedrange: true };
}

/** A text in the figure, without an arrow. */
export function label(own: Partial<Annotation>): Partial<Annotation> {
	return { showarrow: false, xref: 'paper', yref: 'paper', ...own };
}

/**
 * Makes a figure of traces and a layout in the common look: fixed size and margins, title and caption centred on the
 * whole width.
 * @returns Plain JSON, ready for `toSvg`, `toPng` and `show`.
 */
export function createFigure(parts: FigureParts): Figure {
	const { data, layout, margins, title, subtitle, caption, plotWidth, plotHeight } = parts;
	const width = margins.left + plotWidth + margins.right;
	const captionLines = caption ? balance(caption, width - 40, CAPTION_SIZE) : [];
	// Even, so that one and a half pixels of the picture for each of the figure make whole ones.
	const captionHeight = captionLines.length > 0 ? 2 * Math.ceil((captionLines.length * CAPTION_LINE) / 2) + 14 : 0;
	const top = (title ? 46 : 12) + (subtitle ? 20 : 0) + (margins.top ?? 0);
	const bottom = margins.bottom + captionHeight;
	// Annotations know the plotting area only; this moves one to the middle of the figure.
	const center = { x: 0.5, xanchor: 'center', xshift: (margins.right - margins.left) / 2 } as const;
	const heading = (text: string, y: number, size: number, color: string) =>
		label({ ...center, y: 1, yanchor: 'top', yshift: top - y, text, font: { size, color } });
	return {
		data,
		layout: {
			width,
			height: top + plotHeight + bottom,
			margin: { l: margins.left, r: margins.right, t: top, b: bottom, pad: 0, autoexpand: false },
			font: { family: FONT_FAMILY, size: 12, color: INK.text },
			paper_bgcolor: '#ffffff',
			plot_bgcolor: '#ffffff',
			hoverlabel: { font: { family: FONT_FAMILY, size: 12 } },
			...layout,
			annotations: [
				...(layout.annotations ?? []),
				...(title ? [heading(`<b>${title}</b>`, 12, 17, INK.title)] : []),
				...(subtitle ? [heading(subtitle, title ? 38 : 10, 12, INK.faint)] : []),
				...(captionLines.length > 0
					? [
							label({
								...center,
								y: 0,
								yanchor: 'bottom',
								yshift: -bottom + 8,
								text: captionLines.join('<br>'),
								font: { size: CAPTION_SIZE, color: INK.faint },
							}),
						]
					: []),
			],
		},
	};
}
