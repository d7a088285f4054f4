import { escapeHtml } from '../../figures/className';
import { confusionMatrix } from '../../figures/confusionMatrix';
import { crossDatasetMatrix } from '../../figures/crossDatasetMatrix';
import type { Figure } from '../../figures/figure';
import { type CrossResults, type CrossRow, crossCells, describeFaces } from './crossResults';
import { trainingTitle } from './crossSets';

/**
 * Draws the figures of a cross-dataset study, by file name: the matrix, and the errors of each network trained on one data
 * set on the test parts of the others.
 * @throws {RangeError} If the results have no training.
 * @example
 * ```ts
 * const stored = await fer.readCross('docs/results/crossDataset.json').catch(() => undefined);
 * if (stored) Object.keys(fer.crossFigures(stored)); // Cross-Dataset Matrix, Cross-Dataset Errors - FER2013 by RAF-DB ...
 * ```
 */
export function crossFigures(results: CrossResults): Readonly<Record<string, Figure>> {
	const single = results.rows.filter(({ training }) => training.length === 1);
	const errors = Object.keys(results.testParts).flatMap((set) =>
		single
			.filter(({ training }) => !training.includes(set))
			.map((row) => [`Cross-Dataset Errors - ${set} by ${row.training[0]}`, errorsFigure(results, row, set)] as const),
	);
	return { 'Cross-Dataset Matrix': matrixFigure(results), ...Object.fromEntries(errors) };
}

function captionOf(results: CrossResults): string {
	const { seed, backbone, tta } = results.config;
	return `${escapeHtml(describeFaces(results))}; seed ${seed}; ${backbone}, test-time augmentation with views ${tta.views}`;
}

function matrixFigure(results: CrossResults): Figure {
	const rows = results.rows.map((row) => crossCells({ ...results, rows: [row] }));
	return crossDatasetMatrix({
		rows: results.rows.map(({ training }) => trainingTitle(training)),
		// One column per test part and number of classes; all rows have the same.
		columns: (rows[0] ?? []).map(({ testedOn, n, ways }) => ({ name: testedOn, n, ways })),
		cells: rows.map((row) => row.map(({ intervals, own }) => ({ ...intervals, own }))),
		caption: captionOf(results),
	});
}

/** The confusion matrix of a training on a test part, among all classes. */
function errorsFigure(results: CrossResults, { training, tests }: CrossRow, set: string): Figure {
	const { allClasses, present } = tests[set];
	return confusionMatrix({
		matrix: allClasses.confusionMatrix,
		emotions: results.emotions,
		macroLabels: present,
		title: escapeHtml(`${results.testParts[set]}, by a network trained on ${trainingTitle(training)}`),
		caption: captionOf(results),
	});
}
