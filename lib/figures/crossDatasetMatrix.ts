import { invalidArgument } from '../errors';
import type { ScoreIntervals } from '../evaluation/statistics';
import { formatCount } from '../format';
import { axis, axisTitle, createFigure, type Figure, type FigureOptions, INK } from './figure';
import { inkOn, percentHeatMap } from './heatMap';

/** A column: on which images networks were tested, and among how many classes they chose. */
export interface CrossDatasetColumn {
	readonly name: string;
	readonly n: number;
	readonly ways: number;
}

/** What `crossDatasetMatrix` takes. */
export interface CrossDatasetMatrixOptions extends FigureOptions {
	/** On what each network was trained, from top to bottom. */
	readonly rows: readonly string[];
	readonly columns: readonly CrossDatasetColumn[];
	/** `[row][column]`; `own` where the network was trained on images of the same data set. */
	readonly cells: readonly (readonly (ScoreIntervals & { readonly own: boolean })[])[];
}

const CELL = { width: 152, height: 84 };

/** From a cell's border to the frame inside it, in parts of a cell. */
const INSET = { x: 0.03, y: 0.055 };
const FRAME = '#d55e00';

/**
 * Draws what networks give on the test images of each data set as a heat map: what they were trained on from top to bottom,
 * what they were tested on from left to right; in each cell accuracy, which is its colour, and macro F1. A frame
 * marks the cells of a network's own data set.
 * @throws {RangeError} If there is nothing to show, or a row does not have a cell for each column.
 */
export function crossDatasetMatrix(options: CrossDatasetMatrixOptions): Figure {
	const { rows, columns, cells, title = 'Trained on one data set, tested on another', caption } = options;
	checkCells(options);
	const places = columns.map((_, column) => String(column));
	const percents = cells.map((row) => row.map(({ accuracy }) => 100 * accuracy.estimate));
	return createFigure({
		title,
		subtitle: 'accuracy with its 95 % interval, and macro F1; framed: trained on images of the same data set',
		caption,
		plotWidth: CELL.width * columns.length,
		plotHeight: CELL.height * rows.length,
		margins: { left: 128, right: 104, top: 6, bottom: 62 },
		data: [
			percentHeatMap({
				x: places,
				y: rows,
				percents,
				text: cells.map((row) => row.map(cellText)),
				customdata: cells.map((row) => row.map((cell, column) => hoverText(columns[column], cell))),
				hovertemplate: 'trained on %{y}<br>%{customdata}<extra></extra>',
				scaleTitle: 'accuracy, %',
			}),
		],
		layout: {
			shapes: frames(cells),
			xaxis: axis({
				title: axisTitle('tested on'),
				type: 'category',
				showgrid: false,
				showline: false,
				ticks: '',
				tickmode: 'array',
				tickvals: places,
				ticktext: columns.map(({ name, ways, n }) => twoLines(name, `${ways}-way, n = ${formatCount(n)}`)),
			}),
			yaxis: axis({
				title: axisTitle('trained on'),
				type: 'category',
				autorange: 'reversed',
				showgrid: false,
				showline: false,
				ticks: '',
				ticklabelstandoff: 6,
				tickmode: 'array',
				tickvals: [...rows],
				// The name of two sets together would not fit before the cells.
				ticktext: rows.map((name) => name.replace(' with ', '<br>with ')),
			}),
		},
	});
}

function checkCells({ rows, columns, cells }: CrossDatasetMatrixOptions): void {
	if (rows.length === 0) throw invalidArgument('rows', 'at least one name', 'none');
	if (columns.length === 0) throw invalidArgument('columns', 'at least one column', 'none');
	if (cells.length !== rows.length) throw invalidArgument('cells', `${rows.length} rows`, cells.length);
	cells.forEach((row, index) => {
		if (row.length !== columns.length) throw invalidArgument(`cells[${index}]`, `${columns.length} cells`, row.length);
	});
}

function twoLines(name: string, detail: string): string {
	return `${name}<br><span style="font-size:10px;color:${INK.faint}">${detail}</span>`;
}

const percent = (fraction: number) => (100 * fraction).toFixed(1);

function cellText({ accuracy, macroF1 }: ScoreIntervals): string {
	const color = inkOn(100 * accuracy.estimate);
	const span = (size: number, text: string) => `<span style="font-size:${size}px;color:${color}">${text}</span>`;
	return [
		span(15, `<b>${percent(accuracy.estimate)} %</b>`),
		span(10, `${percent(accuracy.low)} to ${percent(accuracy.high)}`),
		span(12, `F1 ${macroF1.estimate.toFixed(3)}`),
	].join('<br>');
}

function hoverText({ name, ways, n }: CrossDatasetColumn, { accuracy, macroF1 }: ScoreIntervals): string {
	return [
		`tested on ${name}, ${ways}-way, n = ${formatCount(n)}`,
		`accuracy ${percent(accuracy.estimate)} % (${percent(accuracy.low)} to ${percent(accuracy.high)})`,
		`macro F1 ${macroF1.estimate.toFixed(4)} (${macroF1.low.toFixed(4)} to ${macroF1.high.toFixed(4)})`,
	].join('<br>');
}

/** A frame inside each cell of a network's own data set. On an axis of categories the first stands at 0. */
function frames(cells: CrossDatasetMatrixOptions['cells']): NonNullable<Figure['layout']['shapes']> {
	return cells.flatMap((row, y) =>
		row.flatMap(({ own }, x) => {
			if (!own) return [];
			const [width, height] = [0.5 - INSET.x, 0.5 - INSET.y];
			const line = { color: FRAME, width: 2 };
			return [{ type: 'rect' as const, x0: x - width, x1: x + width, y0: y - height, y1: y + height, line }];
		}),
	);
}
