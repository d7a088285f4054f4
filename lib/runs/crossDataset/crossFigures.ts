import { invalidArgument } from '../../errors';
import { confusionMatrix } from '../../figures/confusionMatrix';
import { crossDatasetMatrix } from '../../figures/crossDatasetMatrix';
import type { Figure } from '../../figures/figure';
import { CROSS_TRAININGS, type CrossResults, type CrossTraining, crossCells, describeFaces } from './crossResults';
import { CROSS_SETS, type CrossSet } from './openCrossData';

function captionOf(results: CrossResults): string {
	const { about, config } = results;
	return `${describeFaces(results)}; seed ${about.seed}; ${about.backbone}, test-time augmentation with views ${config.tta.views}`;
}

function matrixFigure(results: CrossResults): Figure {
	const cells = crossCells(results);
	const rows = results.rows.map(({ training }) => cells.filter((cell) => cell.training === training));
	return crossDatasetMatrix({
		rows: results.rows.map(({ training }) => CROSS_TRAININGS[training].title),
		// One column per test part and number of classes; all rows have the same.
		columns: rows[0].map(({ testedOn, n, ways }) => ({ name: testedOn, n, ways })),
		cells: rows.map((row) => row.map(({ intervals, own }) => ({ ...intervals, own }))),
		caption: captionOf(results),
	});
}

/** The confusion matrix of a training on a test part, among all classes. */
function errorsFigure(training: CrossTraining, set: CrossSet): (results: CrossResults) => Figure {
	return (results) => {
		const row = results.rows.find((each) => each.training === training);
		if (!row) throw invalidArgument('results', `a training on ${CROSS_TRAININGS[training].title}`, 'none');
		const { allClasses, present } = row.tests[set];
		return confusionMatrix({
			matrix: allClasses.confusionMatrix,
			emotions: results.emotions,
			macroLabels: present,
			title: `${CROSS_SETS[set].testPart}, by a network trained on ${CROSS_TRAININGS[training].title}`,
			caption: captionOf(results),
		});
	};
}

/** The figures of a cross-dataset study by file name. */
export const CROSS_FIGURES = {
	'Cross-Dataset Matrix': matrixFigure,
	'Cross-Dataset Errors - FER2013 by RAF-DB': errorsFigure('rafDb', 'fer2013'),
	'Cross-Dataset Errors - RAF-DB by FER2013': errorsFigure('fer2013', 'rafDb'),
	'Cross-Dataset Errors - CK+ by FER2013': errorsFigure('fer2013', 'ckPlus'),
	'Cross-Dataset Errors - CK+ by RAF-DB': errorsFigure('rafDb', 'ckPlus'),
} as const;
