import { invalidArgument } from '../errors';
import { classMetrics, macroF1 } from '../evaluation/metrics';
import { formatCount } from '../format';
import { axis, axisTitle, createFigure, type Figure, type FigureOptions, INK } from './figure';
import { inkOn, percentHeatMap } from './heatMap';

/** What `confusionMatrix` takes. */
export interface ConfusionMatrixOptions extends FigureOptions {
	/** `[trueLabel][predictedLabel]` counts. */
	readonly matrix: readonly (readonly number[])[];
	/** The classes by label. */
	readonly emotions: readonly string[];
	/** The labels whose F1 are averaged to macro F1, as scikit-learn's `labels`. Default all. */
	readonly macroLabels?: readonly number[];
}

const CELL = { width: 78, height: 60 };

/**
 * Draws a confusion matrix as a heat map: the true class from top to bottom, the predicted one from left to right, in
 * each cell the count and its part of the true class. Accuracy and macro F1 stand above.
 * @throws {RangeError} If the matrix is not square, holds something else than counts, or has no names that fit.
 */
export function confusionMatrix(options: ConfusionMatrixOptions): Figure {
	const { matrix, emotions, macroLabels, title = 'Confusion matrix', caption } = options;
	checkMatrix(matrix, emotions);
	const perClass = classMetrics(matrix);
	const n = perClass.reduce((total, { support }) => total + support, 0);
	const percents = matrix.map((row, label) => row.map((count) => (100 * count) / Math.max(1, perClass[label].support)));
	const hits = matrix.reduce((total, row, label) => total + row[label], 0);
	const accuracy = hits / Math.max(1, n);
	return createFigure({
		title,
		subtitle: `accuracy ${(100 * accuracy).toFixed(2)} %, macro F1 ${macroF1(perClass, macroLabels).toFixed(4)}, n = ${formatCount(n)}`,
		caption,
		plotWidth: CELL.width * emotions.length,
		plotHeight: CELL.height * emotions.length,
		margins: { left: 112, right: 104, top: 6, bottom: 58 },
		data: [
			percentHeatMap({
				x: emotions,
				y: emotions,
				percents,
				text: matrix.map((row, label) => row.map((count, column) => cellText(count, percents[label][column]))),
				customdata: matrix,
				hovertemplate: 'true %{y}, predicted %{x}<br>%{customdata:,} images, %{z:.1f} % of %{y}<extra></extra>',
				scaleTitle: '% of the true class',
			}),
		],
		layout: {
			xaxis: axis({ title: axisTitle('predicted'), type: 'category', showgrid: false, showline: false, ticks: '' }),
			yaxis: axis({
				title: axisTitle('true'),
				type: 'category',
				autorange: 'reversed',
				showgrid: false,
				showline: false,
				ticks: '',
				ticklabelstandoff: 6,
				tickmode: 'array',
				tickvals: [...emotions],
				ticktext: emotions.map((emotion, label) => nameAndCount(emotion, perClass[label].support)),
			}),
		},
	});
}

function checkMatrix(matrix: readonly (readonly number[])[], emotions: readonly string[]): void {
	if (matrix.length < 2) throw invalidArgument('matrix', 'at least 2 rows', matrix.length);
	if (emotions.length !== matrix.length) throw invalidArgument('emotions', `${matrix.length} names`, emotions.length);
	matrix.forEach((row, label) => {
		if (row.length !== matrix.length) throw invalidArgument(`matrix[${label}]`, `${matrix.length} counts`, row.length);
		const bad = row.find((count) => !Number.isInteger(count) || count < 0);
		if (bad !== undefined) throw invalidArgument(`matrix[${label}]`, 'integer counts of at least 0', bad);
	});
}

function cellText(count: number, percent: number): string {
	const color = inkOn(percent);
	const share = `<span style="font-size:10px;color:${color}">${percent.toFixed(1)} %</span>`;
	return `<span style="color:${color}">${formatCount(count)}</span><br>${share}`;
}

function nameAndCount(emotion: string, count: number): string {
	return `${emotion}<br><span style="font-size:10px;color:${INK.faint}">n = ${formatCount(count)}</span>`;
}
