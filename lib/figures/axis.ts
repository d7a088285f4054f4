import type { LayoutAxis } from 'plotly.js-dist';
import { INK } from './colors';

/** Returns an axis in the common style: thin lines, outside ticks, no zero line. */
export function axis(own: Partial<LayoutAxis>): Partial<LayoutAxis> {
	return {
		...{ gridcolor: INK.grid, linecolor: INK.axis, tickcolor: INK.axis },
		...{ showline: true, ticks: 'outside', ticklen: 4, zeroline: false, fixedrange: false, automargin: false },
		...own,
	};
}

/** Returns an axis title at a fixed distance from the tick labels. */
export function axisTitle(text: string) {
	return { text, standoff: 8, font: { size: 13 } };
}

/** Returns a horizontal legend centred below the x axis and its title. */
export function legendBelow(plotHeight: number) {
	return { orientation: 'h', x: 0.5, xanchor: 'center', y: -52 / plotHeight, yanchor: 'top' } as const;
}
