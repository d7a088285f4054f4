import { invalidArgument } from '../errors';
import { classMetrics, macroF1 } from '../evaluation/metrics';
import { formatCount, formatPercent } from '../format';
import { checkCounts } from './classDistribution';
import { fitName, longestWidth } from './className';
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
	const { cellSize, textSize, margins, columnTexts, tickangle } = layOut(emotions);
	return heatMap({
		title,
		subtitle: `accuracy ${accuracy}, macro F1 ${macroF1(perClass, macroLabels).toFixed(4)}, n = ${formatCount(n)}`,
		caption,
		margins,
		cellSize,
		columns: { title: 'predicted', names: emotions, texts: columnTexts, tickangle },
		rows: {
			title: 'true',
			names: emotions,
			texts: emotions.map((emotion, label) => rowText(emotion, perClass[label].support, cellSize.height)),
		},
		cells: matrix.map((row, label) => row.map((count) => cellOf(count, perClass[label].support, textSize))),
		hovertemplate: 'true %{y}, predicted %{x}<br>%{customdata:,} images, %{z:.1f} % of %{y}<extra></extra>',
		scaleTitle: '% of the true class',
	});
}

/** Sizes in pixels by the number of classes; without a size of text, cells are too small for one. */
const SIZES = [
	{ classes: 12, cellSize: { width: 78, height: 60 }, textSize: 12 },
	{ classes: 30, cellSize: { width: 46, height: 38 }, textSize: 10 },
	{ classes: 256, cellSize: { width: 18, height: 18 }, textSize: 0 },
];
/** Font size of the names, and the longest name in pixels. */
const NAME = { size: 12, width: 140 };

/** Chooses sizes by the number of classes, and margins by their names, which are slanted where they do not fit below cells. */
function layOut(emotions: readonly string[]) {
	const { cellSize, textSize } = SIZES.find(({ classes }) => emotions.length <= classes) ?? SIZES[SIZES.length - 1];
	const longest = Math.min(NAME.width, longestWidth(emotions, NAME));
	const left = Math.max(112, Math.round(longest) + 50);
	const fit = (width: number, lines: number) =>
		emotions.map((name) => fitName(name, { width, lines, size: NAME.size }));
	const upright = fit(cellSize.width - 4, 3);
	const fits = cellSize.height > 2 * NAME.size && !upright.some((text) => text.includes('…'));
	const columnTexts = fits ? upright : fit(NAME.width, 1);
	const lines = Math.max(...columnTexts.map((text) => text.split('<br>').length));
	const reach = Math.round(longest * Math.SQRT1_2);
	const margins = { left, right: 104, top: 6, bottom: fits ? 58 + 16 * (lines - 1) : 50 + reach };
	return { cellSize, textSize, margins, columnTexts, tickangle: fits ? 0 : -45 };
}

function rowText(name: string, support: number, height: number): string {
	const lines = height < 50 ? 1 : 2;
	const fitted = fitName(name, { ...NAME, lines });
	return height < 30 ? fitted : twoLines(fitted, `n = ${formatCount(support)}`);
}

function cellOf(count: number, support: number, size: number) {
	const percent = (100 * count) / Math.max(1, support);
	const color = inkOn(percent);
	const share = colored(`${percent.toFixed(1)} %`, color, size - 2);
	const text = size > 0 ? `${colored(formatCount(count), color, size < 12 ? size : undefined)}<br>${share}` : '';
	return { percent, text, custom: count };
}
