import type { Annotation, LayoutAxis } from 'plotly.js-dist';

/** Colours of titles, text, secondary text, grid lines and axes. */
export const INK = { title: '#1a1a1a', text: '#333333', faint: '#6b6b6b', grid: '#e6e6e6', axis: '#9a9a9a' } as const;

/** The colour of each part of a dataset, in every figure (Okabe and Ito 2008). */
export const PART_COLORS = {
	...{ training: '#0072b2', validation: '#d55e00', test: '#009e73' },
	/** A dataset without parts. */
	'all images': '#0072b2',
} as const;

/** Formats text in a colour, and in a size in pixels if given. */
export function colored(text: string, color: string, size?: number): string {
	return `<span style="${size ? `font-size:${size}px;` : ''}color:${color}">${text}</span>`;
}

/** Formats a label with a second line in small print. */
export const twoLines = (name: string, detail: string, size = 10) => `${name}<br>${colored(detail, INK.faint, size)}`;

/** Returns a text annotation without an arrow. */
export function label(own: Partial<Annotation>): Partial<Annotation> {
	return { showarrow: false, xref: 'paper', yref: 'paper', ...own };
}

/** Returns an axis in the common style: thin lines, outside ticks, no zero line. */
export function axis(own: Partial<LayoutAxis>): Partial<LayoutAxis> {
	return {
		...{ gridcolor: INK.grid, linecolor: INK.axis, tickcolor: INK.axis },
		...{ showline: true, ticks: 'outside', ticklen: 4, zeroline: false, fixedrange: false, automargin: false },
		...own,
	};
}

/** Returns an axis title at a fixed distance from the tick labels. */
export const axisTitle = (text: string) => ({ text, standoff: 8, font: { size: 13 } });

/** Returns a horizontal legend centred below the x axis and its title. */
export function legendBelow(plotHeight: number) {
	return { orientation: 'h', x: 0.5, xanchor: 'center', y: -52 / plotHeight, yanchor: 'top' } as const;
}
