import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config';
import type { Temperature } from '../../evaluation/calibrate';
import type { CrossScores } from '../../evaluation/evaluateOn';
import type { Machine } from '../../evaluation/machine';
import { readStored, writeJson } from '../../evaluation/storedFile';
import type { Metrics } from '../../evaluation/storedMetrics';
import { formatCount, formatPercent, formatRange } from '../../format';
import { type About, type OpenRunOptions, runFolder } from '../../training/run';
import { CROSS_SETS, type CrossSet } from './openCrossData';

/** The trainings of the study: the data sets whose training parts each one uses. */
export const CROSS_TRAININGS = {
	fer2013: { title: 'FER2013', sets: ['fer2013'] },
	rafDb: { title: 'RAF-DB', sets: ['rafDb'] },
	both: { title: 'FER2013 with RAF-DB', sets: ['fer2013', 'rafDb'] },
} as const satisfies Record<string, { readonly title: string; readonly sets: readonly CrossSet[] }>;

/** One of the trainings in `CROSS_TRAININGS`. */
export type CrossTraining = keyof typeof CROSS_TRAININGS;

/** The results of one training: a row of the matrix. */
export interface CrossRow extends Pick<Metrics, 'epochs' | 'seconds'> {
	readonly training: CrossTraining;
	/** Sizes of its training and validation parts. */
	readonly split: Readonly<Record<'train' | 'validation', number>>;
	readonly calibration: Temperature;
	/** Notes for the user, and a summary of each phase. */
	readonly notes: readonly string[];
	/** Scores on the test part of each data set. */
	readonly tests: Readonly<Record<CrossSet, CrossScores>>;
}

/** The results of a study: `results.json` of its folder. They hold no face of any data set. */
export interface CrossResults {
	/** `dataset.drawn` is true if a data set is replaced by drawn faces. */
	readonly about: Omit<About, 'n' | 'dataset'> & { readonly dataset: { readonly drawn: boolean } };
	/** Titles of the data sets that are replaced by drawn faces. */
	readonly standIns: readonly string[];
	/** Names of the classes, by label. */
	readonly emotions: readonly string[];
	readonly rows: readonly CrossRow[];
	/** Fingerprints of the data sets. */
	readonly data: Readonly<Record<CrossSet, string>>;
	readonly machine: Machine;
	readonly config: Config;
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
	study: Pick<OpenRunOptions, 'name' | 'projectFolder'>,
	results: CrossResults,
): Promise<void> {
	const folder = runFolder(study.projectFolder, study.name);
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
 * Lists the cells of the matrix by test part, then number of classes, then training: who was trained on what, tested on
 * what, among how many classes (`ways`), and whether training and test images are of the same data set (`own`).
 */
export function crossCells({ rows }: Pick<CrossResults, 'rows'>) {
	return (Object.keys(CROSS_SETS) as CrossSet[]).flatMap((set) =>
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
		`${macroF1.estimate.toFixed(4)} ${formatRange(macroF1, (value) => value.toFixed(4))}`,
	]);
	const widths = head.map((name, column) => Math.max(name.length, ...lines.map((line) => line[column].length)));
	const padded = (line: readonly string[]) => line.map((cell, column) => cell.padEnd(widths[column]));
	const text = [head, ...lines].map((line) => padded(line).join('  ').trimEnd());
	return [`${describeFaces(results)}; seed ${results.about.seed}`, ...text].join('\n');
}
