import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { invalidArgument } from '../../errors';
import type { CrossScores } from '../../evaluation/evaluate';
import { type Metrics, readStored, writeJson } from '../../evaluation/storedMetrics';
import { confusionMatrix } from '../../figures/confusionMatrix';
import { crossDatasetMatrix } from '../../figures/crossDatasetMatrix';
import type { Figure } from '../../figures/figure';
import { formatColumns, formatCount, formatPercent, formatRange, formatRatio } from '../../format';
import type { About, OpenRunOptions } from '../../training/run';
import { checkStudy, runFolder } from '../../training/runFolder';
import { CROSS_SET_NAMES, CROSS_SETS, type CrossSet } from './openCrossData';

/** The trainings of the study: the data sets whose training parts each one uses. */
export const CROSS_TRAININGS = {
	fer2013: { title: 'FER2013', sets: ['fer2013'] },
	rafDb: { title: 'RAF-DB', sets: ['rafDb'] },
	both: { title: 'FER2013 with RAF-DB', sets: ['fer2013', 'rafDb'] },
} as const satisfies Record<string, { readonly title: string; readonly sets: readonly CrossSet[] }>;

/** One of the trainings in `CROSS_TRAININGS`. */
export type CrossTraining = keyof typeof CROSS_TRAININGS;

/** The results of one training: a row of the matrix. */
export interface CrossRow extends Pick<Metrics, 'epochs' | 'seconds'>, Required<Pick<Metrics, 'calibration'>> {
	readonly training: CrossTraining;
	/** Sizes of its training and validation parts. */
	readonly split: Readonly<Record<'train' | 'validation', number>>;
	/** Notes for the user, and a summary of each phase. */
	readonly notes: readonly string[];
	/** Scores on the test part of each data set. */
	readonly tests: Readonly<Record<CrossSet, CrossScores>>;
}

/** The results of a study, without any face: `results.json` of its folder. */
export interface CrossResults extends Pick<Metrics, 'machine' | 'config'> {
	readonly about: Omit<About, 'n' | 'dataset'> & { readonly dataset: { readonly drawn: boolean } };
	/** Titles of the data sets that are replaced by drawn faces. */
	readonly standIns: readonly string[];
	readonly emotions: readonly string[];
	readonly rows: readonly CrossRow[];
	/** Fingerprints of the data sets. */
	readonly data: Readonly<Record<CrossSet, string>>;
}

/**
 * Writes `results.json` into a study's folder.
 * @example
 * ```ts
 * const data = { fer2013: dataset, rafDb: dataset, ckPlus: dataset, subjects: {} };
 * const study = { name: 'cross', config: run.config, data, projectFolder: folder };
 * await fer.writeCross(study, fer.collectCross(study, [])); // of no training yet
 * const stored = await fer.readCross(`${folder}/runs/cross/results.json`);
 * ```
 */
export async function writeCross(
	{ name, projectFolder }: Pick<OpenRunOptions, 'name' | 'projectFolder'>,
	results: CrossResults,
): Promise<void> {
	const folder = runFolder(projectFolder, name);
	checkStudy(folder);
	await mkdir(folder, { recursive: true });
	await writeJson(join(folder, 'results.json'), results);
}

/**
 * Reads the results of a study.
 * @throws {DataError} If the file is missing or damaged.
 * @example
 * ```ts
 * const stored = await fer.readCross('docs/results/crossDataset.json').catch(() => undefined);
 * ```
 */
export function readCross(file: string): Promise<CrossResults> {
	return readStored(file, 'Run the notebook to its end first: npm start -- --notebook cross-dataset.');
}

/**
 * Lists the cells of the matrix by test part, number of classes and training: the training and test sets, the number of
 * classes (`ways`), and whether training and test images are of the same data set (`own`).
 */
export function crossCells({ rows }: Pick<CrossResults, 'rows'>) {
	return CROSS_SET_NAMES.flatMap((set) =>
		(['allClasses', 'presentClasses'] as const).flatMap((choice) =>
			rows.flatMap(({ training, tests }) => {
				const { n, [choice]: scores }: CrossScores = tests[set];
				if (!scores) return [];
				const { title: trainedOn, sets } = CROSS_TRAININGS[training];
				const own = (sets as readonly CrossSet[]).includes(set);
				const ways = scores.confusionMatrix.length;
				const testedOn = CROSS_SETS[set].testPart;
				return [{ training, set, trainedOn, testedOn, ways, n, own, intervals: scores.intervals }];
			}),
		),
	);
}

/** Names the faces that were used, for captions and tables. */
export function describeFaces({ standIns }: CrossResults): string {
	if (standIns.length === 0) return 'FER2013, RAF-DB and CK+';
	return `SAMPLE FACES drawn by this project stand in for ${standIns.join(', ')}`;
}

/**
 * Formats the matrix as a table: accuracy and macro F1 of each training on each test part, with 95 % intervals.
 * @example
 * ```ts
 * const data = { fer2013: dataset, rafDb: dataset, ckPlus: dataset, subjects: {} };
 * const study = { name: 'cross', config: run.config, data, projectFolder: folder };
 * fer.formatCross(fer.collectCross(study, [])); // the head of the table: nothing was trained yet
 * ```
 */
export function formatCross(results: CrossResults): string {
	const head = ['tested on', 'ways', 'n', 'trained on', 'accuracy', 'macro F1'];
	const lines = crossCells(results).map(({ testedOn, ways, n, trainedOn, intervals: { accuracy, macroF1 } }) => [
		testedOn,
		String(ways),
		formatCount(n),
		trainedOn,
		`${formatPercent(accuracy.estimate)} ${formatRange(accuracy, formatPercent)}`,
		`${formatRatio(macroF1.estimate)} ${formatRange(macroF1, formatRatio)}`,
	]);
	return `${describeFaces(results)}; seed ${results.about.seed}\n${formatColumns([head, ...lines])}`;
}

function captionOf(results: CrossResults): string {
	const { seed, backbone, tta } = results.config;
	return `${describeFaces(results)}; seed ${seed}; ${backbone}, test-time augmentation with views ${tta.views}`;
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
