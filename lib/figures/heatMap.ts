import type { Data } from 'plotly.js-dist';
import { INK } from './figure';

/** What `percentHeatMap` takes. */
export interface HeatMapParts {
	/** Names of the columns and of the rows. */
	readonly x: readonly string[];
	readonly y: readonly string[];
	/** `[row][column]`, 0 to 100: the cell's colour. */
	readonly percents: readonly (readonly number[])[];
	/** `[row][column]`: what stands in the cell; its colour is `inkOn`. */
	readonly text: readonly (readonly string[])[];
	/** `[row][column]`: what `hovertemplate` calls `%{customdata}`. */
	readonly customdata: readonly (readonly (number | string)[])[];
	readonly hovertemplate: string;
	/** Beside the colour scale. */
	readonly scaleTitle: string;
}

/** ColorBrewer's Blues: lightness alone tells the values apart, also in print. */
const BLUES: [number, string][] = [
	[0, '#f7fbff'],
	[0.125, '#deebf7'],
	[0.25, '#c6dbef'],
	[0.375, '#9ecae1'],
	[0.5, '#6baed6'],
	[0.625, '#4292c6'],
	[0.75, '#2171b5'],
	[0.875, '#08519c'],
	[1, '#08306b'],
];

/** From this percentage on, white has the higher contrast on a cell; Plotly's own choice between the two is a dull grey. */
const WHITE_FROM = 69;

/** The colour in which text is readable on a cell of this percentage. */
export function inkOn(percent: number): string {
	return percent < WHITE_FROM ? INK.title : '#ffffff';
}

/** A heat map of percentages, from 0 to 100 whatever its values: figures of two runs compare by their colours. */
export function percentHeatMap(parts: HeatMapParts): Data {
	return {
		type: 'heatmap',
		x: [...parts.x],
		y: [...parts.y],
		z: parts.percents.map((row) => [...row]),
		zmin: 0,
		zmax: 100,
		colorscale: BLUES,
		xgap: 1,
		ygap: 1,
		text: parts.text.map((row) => [...row]),
		texttemplate: '%{text}',
		textfont: { size: 12 },
		customdata: parts.customdata.map((row) => [...row]),
		hovertemplate: parts.hovertemplate,
		colorbar: {
			title: { text: parts.scaleTitle, side: 'right', font: { size: 12 } },
			thickness: 14,
			len: 1,
			lenmode: 'fraction',
			ypad: 0,
			xpad: 14,
			outlinewidth: 0,
			tick0: 0,
			dtick: 20,
			tickfont: { size: 11 },
		},
	} as Data;
}
