import { invalidArgument } from '../errors';
import { classMetrics, macroF1 } from '../evaluation/metrics';
import { formatCount, formatPercent } from '../format';
import { checkCounts } from './classDistribution';
import type { Figure, FigureOptions } from './figure';
import { heatMap, inkOn } from './heatMap';
import { colored, twoLines } from './theme';

/** Options of `confusionMatrix`. */
interface ConfusionMatrixOptions extends FigureOptions {
	/** `[trueLabel][predictedLabel]` counts. */
	readonly matrix: readonly (readonly number[])[];
	readonly emotions: readonly string[];
	/** The labels that macro F1 averages over, as scikit-learn's `labels`. Default: those with images. */
	readonly macroLabels?: readonly number[];
}

/**
 * Draws a confusion matrix as a heat map, true classes in rows and predicted classes in columns.
 * Each cell has the count and its percentage of the true class. Accuracy and macro F1 are in the subtitle.
 */
export function confusionMatrix(options: ConfusionMatrixOptions): Figure {
	const { matrix, emotions, macroLabels, title = 'Confusion matrix', caption } = options;
	if (matrix.length < 2) throw invalidArgument('matrix', 'at least 2 rows', matrix.length);
	if (emotions.length !== matrix.length) throw invalidArgument('emotions', `${matrix.length} names`, emotions.length);
	for (const [label, row] of matrix.entries()) checkCounts(`matrix[${label}]`, row, matrix.length);
	const perClass = classMetrics(matrix);
	const n = perClass.reduce((total, { support }) => total + support, 0);
	const correct = matrix.reduce((total, row, label) => total + row[label], 0);
	const accuracy = formatPercent(correct / Math.max(1, n));
	return heatMap({
		title,
		subtitle: `accuracy ${accuracy}, macro F1 ${macroF1(perClass, macroLabels).toFixed(4)}, n = ${formatCount(n)}`,
		caption,
		margins: { left: 112, right: 104, top: 6, bottom: 58 },
		cellSize: { width: 78, height: 60 },
		columns: { title: 'predicted', names: emotions },
		rows: {
			title: 'true',
			names: emotions,
			texts: emotions.map((emotion, label) => twoLines(emotion, `n = ${formatCount(perClass[label].support)}`)),
		},
		cells: matrix.map((row, label) => row.map((count) => cellOf(count, perClass[label].support))),
		hovertemplate: 'true %{y}, predicted %{x}<br>%{customdata:,} images, %{z:.1f} % of %{y}<extra></extra>',
		scaleTitle: '% of the true class',
	});
}

function cellOf(count: number, support: number) {
	const percent = (100 * count) / Math.max(1, support);
	const color = inkOn(percent);
	const text = `${colored(formatCount(count), color)}<br>${colored(`${percent.toFixed(1)} %`, color, 10)}`;
	return { percent, text, custom: count };
}
