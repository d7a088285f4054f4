import type { Data, LayoutAxis } from 'plotly.js-dist';
import { createFigure, type Figure, type FigureParts } from './figure';
import { axis, axisTitle, INK } from './theme';

/** A side of a heat map: a name for each row or column, all different, and texts to show instead, at an angle in degrees. */
interface HeatMapSide {
	readonly title: string;
	readonly names: readonly string[];
	readonly texts?: readonly string[];
	readonly tickangle?: number;
}

/** A cell: its percentage, which sets its colour, its text in the colour `inkOn`, and `customdata` for the hover text. */
interface HeatMapCell {
	readonly percent: number;
	readonly text: string;
	readonly custom: number | string;
}

/** Options of `heatMap`; cells are `[row][column]`, rows from top to bottom. */
interface HeatMapOptions extends Pick<FigureParts, 'title' | 'subtitle' | 'caption' | 'margins'> {
	readonly columns: HeatMapSide;
	readonly rows: HeatMapSide;
	readonly cells: readonly (readonly HeatMapCell[])[];
	readonly hovertemplate: string;
	readonly scaleTitle: string;
	/** Size of a cell in pixels. */
	readonly cellSize: { readonly width: number; readonly height: number };
	readonly shapes?: Figure['layout']['shapes'];
}

/** ColorBrewer's Blues, which also work in greyscale print. */
const BLUES = ['#f7fbff', '#deebf7', '#c6dbef', '#9ecae1', '#6baed6', '#4292c6', '#2171b5', '#08519c', '#08306b'];

/** From this percentage on, white has a higher contrast than black; Plotly's own choice is a dull grey. */
const WHITE_FROM = 69;

/** Returns the text colour that is readable on a cell of this percentage. */
export function inkOn(percent: number): string {
	return percent < WHITE_FROM ? INK.title : '#ffffff';
}

/** Draws a heat map of percentages. The colours always span 0 to 100, so that figures can be compared. */
export function heatMap(options: HeatMapOptions): Figure {
	const { columns, rows, cellSize, shapes } = options;
	return createFigure({
		...options,
		plotWidth: cellSize.width * columns.names.length,
		plotHeight: cellSize.height * rows.names.length,
		data: [trace(options)],
		layout: {
			...(shapes && { shapes }),
			xaxis: sideAxis(columns, {}),
			yaxis: sideAxis(rows, { autorange: 'reversed' }, { ticklabelstandoff: 6 }),
		},
	});
}

function sideAxis(
	{ title, names, texts, tickangle }: HeatMapSide,
	before: Partial<LayoutAxis>,
	after: Partial<LayoutAxis> = {},
) {
	return axis({
		title: axisTitle(title),
		type: 'category',
		...before,
		...{ showgrid: false, showline: false, ticks: '' },
		...after,
		...(texts && { tickmode: 'array', tickvals: [...names], ticktext: [...texts] }),
		...(tickangle !== undefined && { tickangle }),
	});
}

function trace({ columns, rows, cells, hovertemplate, scaleTitle }: HeatMapOptions): Data {
	const each = <Key extends keyof HeatMapCell>(key: Key) => cells.map((row) => row.map((cell) => cell[key]));
	return {
		type: 'heatmap',
		x: [...columns.names],
		y: [...rows.names],
		z: each('percent'),
		...{ zmin: 0, zmax: 100 },
		colorscale: BLUES.map((color, index) => [index / (BLUES.length - 1), color]),
		...{ xgap: 1, ygap: 1 },
		text: each('text'),
		...{ texttemplate: '%{text}', textfont: { size: 12 } },
		customdata: each('custom'),
		hovertemplate,
		colorbar: {
			title: { text: scaleTitle, side: 'right', font: { size: 12 } },
			...{ thickness: 14, len: 1, lenmode: 'fraction', ypad: 0, xpad: 14, outlinewidth: 0 },
			...{ tick0: 0, dtick: 20, tickfont: { size: 11 } },
		},
	} as Data;
}
