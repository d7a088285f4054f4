import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CrossScores } from '../../evaluation/evaluate';
import { type Metrics, readStored, writeJson } from '../../evaluation/storedMetrics';
import { formatColumns, formatCount, formatPercent, formatRange, formatRatio } from '../../format';
import type { About, OpenRunOptions } from '../../training/run';
import { checkStudy, runFolder } from '../../training/runFolder';
import { type CrossTraining, FIRST_NAMES, testPartOf, trainingTitle } from './crossSets';

/** The results of one training: a row of the matrix. */
export interface CrossRow extends Pick<Metrics, 'epochs' | 'seconds'>, Required<Pick<Metrics, 'calibration'>> {
	/** The titles of the data sets that the network is trained on. */
	readonly training: CrossTraining;
	/** Sizes of its training and validation parts. */
	readonly split: Readonly<Record<'train' | 'validation', number>>;
	/** Notes for the user, and a summary of each phase. */
	readonly notes: readonly string[];
	/** Scores on the test part of each data set, by its title. */
	readonly tests: Readonly<Record<string, CrossScores>>;
}

/** The results of a study, without any face: `results.json` of its folder. */
export interface CrossResults extends Pick<Metrics, 'machine' | 'config'> {
	readonly about: Omit<About, 'n' | 'dataset'> & { readonly dataset: { readonly drawn: boolean } };
	/** Titles of the data sets that are replaced by drawn faces. */
	readonly standIns: readonly string[];
	readonly emotions: readonly string[];
	readonly rows: readonly CrossRow[];
	/** Fingerprints of the data sets, by title. */
	readonly data: Readonly<Record<string, string>>;
	/** Names of their test parts, by title. */
	readonly testParts: Readonly<Record<string, string>>;
}

/**
 * Writes `results.json` into a study's folder.
 * @example
 * ```ts
 * const data = [{ title: 'FER2013', dataset }, { title: 'CK+', dataset, testOnly: true }];
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
 * Reads the results of a study, also those of older versions.
 * @throws {DataError} If the file is missing or damaged.
 * @example
 * ```ts
 * const stored = await fer.readCross('docs/results/crossDataset.json').catch(() => undefined);
 * ```
 */
export async function readCross(file: string): Promise<CrossResults> {
	const remedy = 'Run the notebook to its end first: npm start -- --notebook cross-dataset.';
	const stored = await readStored<CrossResults>(file, remedy, { rows: 'object', data: 'object' });
	return stored.testParts ? stored : withTitles(stored);
}

/** Results of older versions name the sets of the first study and its trainings by short names. */
function withTitles(stored: CrossResults): CrossResults {
	const current = <Value>(values: Readonly<Record<string, Value>>) =>
		Object.fromEntries(Object.entries(values).map(([name, value]) => [trainingTitle(FIRST_NAMES[name]), value]));
	const rows = stored.rows.map((row) => ({
		...row,
		training: FIRST_NAMES[String(row.training)],
		tests: current(row.tests),
	}));
	const titles = Object.keys(current(stored.data)).map((title) => ({ title, testOnly: title === 'CK+' }));
	const testParts = Object.fromEntries(titles.map((set) => [set.title, testPartOf(set)]));
	return { ...stored, rows, data: current(stored.data), testParts };
}

/**
 * Lists the cells of the matrix by test part, number of classes and training: the training and test sets, the number of
 * classes (`ways`), and whether training and test images are of the same data set (`own`).
 */
export function crossCells({ rows, testParts }: Pick<CrossResults, 'rows' | 'testParts'>) {
	return Object.entries(testParts).flatMap(([set, testedOn]) =>
		(['allClasses', 'presentClasses'] as const).flatMap((choice) =>
			rows.flatMap(({ training, tests }) => {
				const { n, [choice]: scores } = tests[set];
				if (!scores) return [];
				const own = training.includes(set);
				const ways = scores.confusionMatrix.length;
				return [{ trainedOn: trainingTitle(training), testedOn, ways, n, own, intervals: scores.intervals }];
			}),
		),
	);
}

/** Names the faces that were used, for captions and tables. */
export function describeFaces({ standIns, testParts }: CrossResults): string {
	if (standIns.length === 0) return new Intl.ListFormat('en-GB').format(Object.keys(testParts));
	return `SAMPLE FACES drawn by this project stand in for ${standIns.join(', ')}`;
}

/**
 * Formats the matrix as a table: accuracy and macro F1 of each training on each test part, with 95 % intervals.
 * @example
 * ```ts
 * const data = [{ title: 'FER2013', dataset }, { title: 'CK+', dataset, testOnly: true }];
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
