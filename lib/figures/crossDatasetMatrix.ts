import { invalidArgument } from '../errors';
import type { ScoreIntervals } from '../evaluation/statistics';
import { formatCount, formatPercent, formatRange, formatRatio } from '../format';
import { escapeHtml, fitName } from './className';
import type { Figure, FigureOptions } from './figure';
import { heatMap, inkOn } from './heatMap';
import { colored, twoLines } from './theme';

/** Options of `crossDatasetMatrix`. */
export interface CrossDatasetMatrixOptions extends FigureOptions {
	/** The training set of each network, from top to bottom. */
	readonly rows: readonly string[];
	/** The test images, and the number of classes that the networks choose among. */
	readonly columns: readonly { readonly name: string; readonly n: number; readonly ways: number }[];
	/** `[row][column]`; `own` if the network was trained on images of the same dataset. */
	readonly cells: readonly (readonly (ScoreIntervals & { readonly own: boolean })[])[];
}

/** Font size of the names, and the lines of one at most. */
const NAME = { size: 12, lines: 2 };
/** The frame of a cell; the inset is a fraction of the cell. */
const FRAME = { line: { color: '#d55e00', width: 2 }, inset: { x: 0.03, y: 0.055 } };

/**
 * Draws the accuracy of networks on the test images of several datasets as a heat map, training sets in rows.
 * Each cell has accuracy, which sets its colour, and macro F1; cells of a network's own dataset have a frame.
 */
export function crossDatasetMatrix(options: CrossDatasetMatrixOptions): Figure {
	const { rows, columns, cells, title = 'Trained on one data set, tested on another', caption } = options;
	checkCells(options);
	const columnNames = columns.map(({ name }) => fitName(name, { ...NAME, width: 148 }));
	const lines = Math.max(...columnNames.map((name) => name.split('<br>').length));
	const details = columns.map(({ ways, n }) => `${ways}-way, n = ${formatCount(n)}`);
	return heatMap({
		title,
		subtitle: 'accuracy with its 95 % interval, and macro F1; framed: trained on images of the same data set',
		caption,
		margins: { left: 128, right: 104, top: 6, bottom: 46 + 16 * lines },
		cellSize: { width: 152, height: 84 },
		columns: {
			title: 'tested on',
			// Two columns may have the same name.
			names: columns.map((_, column) => String(column)),
			texts: columnNames.map((name, column) => twoLines(name, details[column])),
		},
		rows: { title: 'trained on', names: rows, texts: rows.map(rowText) },
		cells: cells.map((row) =>
			row.map((cell, column) => cellOf(cell, `tested on ${escapeHtml(columns[column].name)}, ${details[column]}`)),
		),
		hovertemplate: 'trained on %{y}<br>%{customdata}<extra></extra>',
		scaleTitle: 'accuracy, %',
		shapes: frames(cells),
	});
}

/** Each data set of a joined name has lines of its own. */
function rowText(name: string): string {
	const parts = name.split(/ (?=with )/);
	return parts.map((part) => fitName(part, { ...NAME, width: 104, lines: parts.length > 2 ? 1 : 2 })).join('<br>');
}

function checkCells({ rows, columns, cells }: CrossDatasetMatrixOptions): void {
	if (rows.length === 0) throw invalidArgument('rows', 'at least one name', 'none');
	if (columns.length === 0) throw invalidArgument('columns', 'at least one column', 'none');
	if (cells.length !== rows.length) throw invalidArgument('cells', `${rows.length} rows`, cells.length);
	cells.forEach((row, index) => {
		if (row.length !== columns.length) throw invalidArgument(`cells[${index}]`, `${columns.length} cells`, row.length);
	});
}

const number = (fraction: number) => (100 * fraction).toFixed(1);

function cellOf({ accuracy, macroF1 }: ScoreIntervals, test: string) {
	const percent = 100 * accuracy.estimate;
	const share = formatPercent(accuracy.estimate, 1);
	const color = inkOn(percent);
	const text = [
		colored(`<b>${share}</b>`, color, 15),
		colored(`${number(accuracy.low)} to ${number(accuracy.high)}`, color, 10),
		colored(`F1 ${macroF1.estimate.toFixed(3)}`, color, 12),
	];
	const custom = [
		test,
		`accuracy ${share} ${formatRange(accuracy, number)}`,
		`macro F1 ${formatRatio(macroF1.estimate)} ${formatRange(macroF1, formatRatio)}`,
	];
	return { percent, text: text.join('<br>'), custom: custom.join('<br>') };
}

/** A frame in each cell of a network's own dataset; cells are at 0, 1, 2 and so on. */
function frames(cells: CrossDatasetMatrixOptions['cells']): NonNullable<Figure['layout']['shapes']> {
	const { line, inset } = FRAME;
	const [width, height] = [0.5 - inset.x, 0.5 - inset.y];
	return cells.flatMap((row, y) =>
		row.flatMap(({ own }, x) => {
			const frame = { type: 'rect', x0: x - width, x1: x + width, y0: y - height, y1: y + height, line } as const;
			return own ? [frame] : [];
		}),
	);
}
