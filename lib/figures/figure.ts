import type { Data, Layout } from 'plotly.js-dist';
import { textWidth } from './className';
import { INK, label } from './theme';

/** A Plotly figure: plain JSON that can be stored, compared, shown in Jupyter and exported to PNG. */
export interface Figure {
	readonly data: Data[];
	readonly layout: Partial<Layout> & { readonly width: number; readonly height: number };
}

/** Options of every figure. */
export interface FigureOptions {
	/** Text above the figure. Each figure has its own default. */
	readonly title?: string;
	/** Small text below the figure, such as the dataset, protocol, n and seed. Default none. */
	readonly caption?: string;
}

/** Parts of a figure, for `createFigure`; `layout` is the figure's own axes, annotations, legend and so on. */
export interface FigureParts extends FigureOptions {
	readonly data: Data[];
	readonly layout: Partial<Layout>;
	/** Space around the plotting area, in pixels; `top` is 0 by default. The title and the caption add their own, at the sides too. */
	readonly margins: { readonly left: number; readonly right: number; readonly top?: number; readonly bottom: number };
	/** Size of the plotting area in pixels, without margins, title and caption. */
	readonly plotWidth: number;
	readonly plotHeight: number;
	/** A line below the title. Default none. */
	readonly subtitle?: string;
}

/** Verdana has the same widths as DejaVu Sans, for browsers on machines without it. */
const FONT_FAMILY = 'DejaVu Sans, Verdana, sans-serif';
const TITLE_SIZE = 17;
const CAPTION_SIZE = 11;
/** Mean width of a letter of DejaVu Sans in English text, as a fraction of the font size. */
const LETTER_WIDTH = 0.56;
/** Distance between the lines of a caption in pixels; Plotly uses 1.3 times the font size. */
const CAPTION_LINE = 1.3 * CAPTION_SIZE;

/** Breaks a caption into the fewest lines that fit a width in pixels, all of about the same length. */
function balance(text: string, width: number): string[] {
	const lines = wrap(text, width);
	const even = wrap(text, (1.1 * text.length * CAPTION_SIZE * LETTER_WIDTH) / lines.length);
	return even.length === lines.length ? even : lines;
}

function wrap(text: string, width: number): string[] {
	const [first, ...words] = text.split(' ');
	const lines = [first];
	for (const word of words) {
		const longer = `${lines[lines.length - 1]} ${word}`;
		if (longer.length * CAPTION_SIZE * LETTER_WIDTH <= width) lines[lines.length - 1] = longer;
		else lines.push(word);
	}
	return lines;
}

/** Widens the margins of a narrow figure, so that its title and subtitle fit. */
function widenMargins({ margins, title = '', subtitle = '', plotWidth }: FigureParts): FigureParts['margins'] {
	const needed = Math.max(textWidth(title, { size: TITLE_SIZE, bold: true }), textWidth(subtitle, { size: 12 })) + 16;
	const side = Math.ceil(Math.max(0, needed - margins.left - plotWidth - margins.right) / 2);
	return { ...margins, left: margins.left + side, right: margins.right + side };
}

/** Creates a figure of fixed size in the common style, with centred title and caption. */
export function createFigure(parts: FigureParts): Figure {
	const { data, layout, title, subtitle, caption, plotWidth, plotHeight } = parts;
	const margins = widenMargins(parts);
	const width = margins.left + plotWidth + margins.right;
	const captionLines = caption ? balance(caption, width - 40) : [];
	// Even, so that it is a whole number of pixels at a scale of 1.5.
	const captionHeight = captionLines.length > 0 ? 2 * Math.ceil((captionLines.length * CAPTION_LINE) / 2) + 14 : 0;
	const top = (title ? 46 : 12) + (subtitle ? 20 : 0) + (margins.top ?? 0);
	const bottom = margins.bottom + captionHeight;
	// Annotations are placed relative to the plotting area; the shift centres them on the figure.
	const center = { x: 0.5, xanchor: 'center', xshift: (margins.right - margins.left) / 2 } as const;
	const heading = (text: string, y: number, size: number, color: string) =>
		label({ ...center, y: 1, yanchor: 'top', yshift: top - y, text, font: { size, color } });
	const footing = { ...center, y: 0, yanchor: 'bottom', yshift: -bottom + 8, text: captionLines.join('<br>') } as const;
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
				...(title ? [heading(`<b>${title}</b>`, 12, TITLE_SIZE, INK.title)] : []),
				...(subtitle ? [heading(subtitle, title ? 38 : 10, 12, INK.faint)] : []),
				...(caption ? [label({ ...footing, font: { size: CAPTION_SIZE, color: INK.faint } })] : []),
			],
		},
	};
}
