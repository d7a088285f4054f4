import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../atomicFile';
import type { Config } from '../../config';
import { CROSS_SETS, type CrossSet, standInsOf } from './openCrossData';
import { CROSS_TRAININGS, type CrossRow, type CrossScores, type CrossStudy, type CrossTraining } from './crossStudy';
import { EMOTIONS } from '../../emotions';
import { DataError } from '../../errors';
import { formatRange } from '../../format';
import { formatPercent } from '../../format';
import { type Metrics, machine } from '../results';
import type { About } from '../../training/run';
import { runFolder } from '../../training/runFolder';
import type { Scores } from '../../evaluation/scores';

/** What trainings on several data sets gave on each other's test parts: `results.json` of the study's folder. */
export interface CrossResults {
	/** `dataset.drawn` is true where drawn faces stand in for a set. */
	readonly about: Omit<About, 'n' | 'dataset'> & { readonly dataset: { readonly drawn: boolean } };
	/** The data sets for which drawn faces stand in, by their titles; empty if all are real. */
	readonly standIns: readonly string[];
	/** The classes by label. */
	readonly emotions: readonly string[];
	readonly rows: readonly CrossRow[];
	/** Fingerprints of the data sets. */
	readonly data: Readonly<Record<CrossSet, string>>;
	readonly machine: Metrics['machine'];
	readonly config: Config;
}

/** One cell of the matrix: a training, a test part, and among which classes the network chose. */
export interface CrossCell extends Pick<Scores, 'intervals'> {
	readonly training: CrossTraining;
	readonly set: CrossSet;
	readonly trainedOn: string;
	readonly testedOn: string;
	/** Classes that the network chose among. */
	readonly ways: number;
	readonly n: number;
	/** Whether the network was trained on images of the same data set. */
	readonly own: boolean;
}

/** Puts together what the trainings of a study gave. Holds no face of any data set. */
export function collectCross(study: CrossStudy, rows: readonly CrossRow[]): CrossResults {
	const { name, config, data } = study;
	const { protocol, seed, backbone } = config;
	const standIns = standInsOf(data);
	return {
		about: { name, protocol, seed, backbone, dataset: { drawn: standIns.length > 0 } },
		standIns,
		emotions: EMOTIONS,
		rows,
		data: { fer2013: data.fer2013.fingerprint, rafDb: data.rafDb.fingerprint, ckPlus: data.ckPlus.fingerprint },
		machine: machine(),
		config,
	};
}

/** Writes `results.json` into a study's folder. */
export async function writeCross(
	{ name, projectFolder }: Pick<CrossStudy, 'name' | 'projectFolder'>,
	results: CrossResults,
): Promise<void> {
	const folder = runFolder(projectFolder, name);
	await mkdir(folder, { recursive: true });
	await writeFileAtomically(join(folder, 'results.json'), `${JSON.stringify(results, null, '\t')}\n`);
}

/**
 * Reads what `writeCross` wrote.
 * @throws {DataError} If the file is not there, or is damaged.
 */
export async function readCross(file: string): Promise<CrossResults> {
	try {
		return JSON.parse(await readFile(file, 'utf8')) as CrossResults;
	} catch (error) {
		const found = error instanceof SyntaxError ? `a damaged file (${error.message})` : 'no such file';
		const remedy = 'Run the notebook to its end first: npm run cross-dataset.';
		throw new DataError('the results of a cross-dataset run', file.split('/').slice(-2).join('/'), found, remedy);
	}
}

/** Lists the cells of the matrix, test part by test part; sets without all classes come twice, the second time masked. */
export function crossCells({ rows }: CrossResults): CrossCell[] {
	return (Object.keys(CROSS_SETS) as CrossSet[]).flatMap((set) =>
		(['allClasses', 'presentClasses'] as const).flatMap((choice) => rows.flatMap((row) => cellOf(row, set, choice))),
	);
}

function cellOf({ training, tests }: CrossRow, set: CrossSet, choice: 'allClasses' | 'presentClasses'): CrossCell[] {
	const { title, sets } = CROSS_TRAININGS[training];
	const { n, [choice]: scores }: CrossScores = tests[set];
	if (!scores) return [];
	const { intervals, confusionMatrix } = scores;
	const own = (sets as readonly CrossSet[]).includes(set);
	const { testPart } = CROSS_SETS[set];
	return [{ training, set, trainedOn: title, testedOn: testPart, ways: confusionMatrix.length, n, own, intervals }];
}

/** Says which faces these are: for captions and above tables. */
export function describeFaces({ standIns }: CrossResults): string {
	if (standIns.length === 0) return 'FER2013, RAF-DB and CK+';
	return `SAMPLE FACES drawn by this project stand in for ${standIns.join(', ')}`;
}

/** Formats the matrix as a table: accuracy and macro F1 of each training on each test part, with 95 % intervals. */
export function formatCross(results: CrossResults): string {
	const head = ['tested on', 'ways', 'n', 'trained on', 'accuracy', 'macro F1'];
	const lines = crossCells(results).map(({ testedOn, ways, n, trainedOn, intervals: { accuracy, macroF1 } }) => [
		testedOn,
		String(ways),
		n.toLocaleString('en'),
		trainedOn,
		`${formatPercent(accuracy.estimate)} ${formatRange(accuracy, formatPercent)}`,
		`${macroF1.estimate.toFixed(4)} ${formatRange(macroF1, (value) => value.toFixed(4))}`,
	]);
	const widths = head.map((name, column) => Math.max(name.length, ...lines.map((line) => line[column].length)));
	const text = [head, ...lines].map((line) =>
		line
			.map((cell, column) => cell.padEnd(widths[column]))
			.join('  ')
			.trimEnd(),
	);
	return [`${describeFaces(results)}; seed ${results.about.seed}`, ...text].join('\n');
}
