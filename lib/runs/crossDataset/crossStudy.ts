import { imagesOf } from '../../data/dataset';
import { joinDatasets } from '../../data/parts';
import { EMOTIONS } from '../../emotions';
import { DataError, invalidArgument } from '../../errors';
import { calibrate } from '../../evaluation/calibration';
import { evaluateOn } from '../../evaluation/evaluate';
import { machine } from '../../evaluation/storedMetrics';
import type { OnProgress } from '../../progress';
import { fineTune } from '../../training/fineTune';
import { type OpenRunOptions, openRun } from '../../training/run';
import { trainHead } from '../../training/trainHead';
import { differencesOf } from '../../training/trainingKey';
import { summarizeHistory } from '../reportText';
import { trainingCost } from '../results';
import { CROSS_TRAININGS, type CrossResults, type CrossRow, type CrossTraining } from './crossResults';
import { CROSS_SET_NAMES, CROSS_SETS, type CrossData, type CrossSet } from './openCrossData';

/** The common settings of a study's trainings; their folders are in `runs/<name>`, and the protocol must be `official`. */
export interface CrossStudy extends Pick<OpenRunOptions, 'name' | 'config' | 'projectFolder' | 'resume'> {
	readonly data: CrossData;
	/** Published results of the same settings and data, to use instead of training. */
	readonly published?: CrossResults;
}

/**
 * Trains a network on one data set or on two together (`runs/<study>/<training>`), calibrates it on the validation part,
 * and tests it on the test part of every data set. A stored training with the same settings and data is resumed. A study
 * with `published` results takes its row from them.
 * @throws {RangeError} If the protocol is not `official` (another's training part would contain test images), or
 *   FER+ votes are used, which only FER2013 has.
 * @throws {DataError} If the published results have other settings or data.
 * @example
 * ```ts
 * const changes = { sampleFaces: 140, imageSize: 32, weights: 'random' };
 * const config = fer.createConfig('smoke', { protocol: 'official', ...changes });
 * const data = await fer.openCrossData(config, { projectFolder: folder, folder, paths: {} });
 * const row = await fer.trainAndTest({ name: 'cross', config, data, projectFolder: folder }, 'fer2013');
 * row.tests.rafDb.allClasses.accuracy; // trained on FER2013, tested on RAF-DB
 * ```
 */
export async function trainAndTest(
	study: CrossStudy,
	training: CrossTraining,
	onProgress?: OnProgress,
): Promise<CrossRow> {
	const { name, config, data, projectFolder, resume } = study;
	if (config.protocol !== 'official') throw invalidArgument('config.protocol', 'official', config.protocol);
	if (config.ferPlus.lossWeight > 0) {
		const remedy = 'RAF-DB has no votes, and all trainings of a study are alike.';
		throw invalidArgument('config.ferPlus.lossWeight', 'the number 0', config.ferPlus.lossWeight, remedy);
	}
	if (study.published) return publishedRow(study, study.published, training);
	const { title, sets } = CROSS_TRAININGS[training];
	const datasets = sets.map((set) => data[set]);
	const dataset = datasets.length === 1 ? datasets[0] : joinDatasets(title, datasets);
	const run = await openRun({ name: training, study: name, config, dataset, projectFolder, resume });
	try {
		const phases = { phase1: await trainHead(run, onProgress), phase2: await fineTune(run, onProgress) };
		const notes = Object.values(phases).flatMap((phase, i) => [
			...phase.notes,
			`Phase ${i + 1}: ${summarizeHistory(phase.history)}`,
		]);
		const split = { train: run.split.train.length, validation: run.split.validation.length };
		const calibration = await calibrate(run, onProgress);
		const tests: Partial<Record<CrossSet, CrossRow['tests'][CrossSet]>> = {};
		for (const set of CROSS_SET_NAMES) {
			const options = { groups: data.subjects[set], onProgress, stage: `Test on ${CROSS_SETS[set].testPart}` };
			tests[set] = await evaluateOn(run, data[set], imagesOf(data[set], 'PrivateTest'), options);
		}
		return { training, split, ...trainingCost(phases), notes, calibration, tests: tests as CrossRow['tests'] };
	} finally {
		run.classifier.model.dispose();
		// Its layers are shared by two models, and are disposed with the second.
		run.classifier.head.dispose();
	}
}

function publishedRow(study: CrossStudy, published: CrossResults, training: CrossTraining): CrossRow {
	const { data, config } = published;
	const differences = differencesOf({ data, config }, { data: fingerprintsOf(study.data), config: study.config });
	const taken = 'Taken from docs/results/crossDataset.json; nothing was trained here.';
	const row = published.rows.find((each) => each.training === training);
	if (row && differences.length === 0) return { ...row, notes: [...row.notes, taken] };
	const found = row ? differences.join('; ') : `none of ${training}`;
	const remedy = 'Leave published out of the study to train with these settings and data.';
	throw new DataError('a training of the same settings and data', 'the published results', found, remedy);
}

function fingerprintsOf({ fer2013, rafDb, ckPlus }: CrossData): CrossResults['data'] {
	return { fer2013: fer2013.fingerprint, rafDb: rafDb.fingerprint, ckPlus: ckPlus.fingerprint };
}

/**
 * Collects the results of a study's trainings; published results keep the machine they were computed on.
 * @example
 * ```ts
 * const data = { fer2013: dataset, rafDb: dataset, ckPlus: dataset, subjects: {} };
 * const { standIns } = fer.collectCross({ name: 'cross', config: run.config, data, projectFolder: folder }, []);
 * standIns; // ['FER2013', 'RAF-DB', 'CK+']: these are drawn faces
 * ```
 */
export function collectCross(study: CrossStudy, rows: readonly CrossRow[]): CrossResults {
	const { name, config, data, published } = study;
	const { protocol, seed, backbone } = config;
	const standIns = CROSS_SET_NAMES.filter((set) => data[set].drawn).map((set) => CROSS_SETS[set].title);
	return {
		about: { name, protocol, seed, backbone, dataset: { drawn: standIns.length > 0 } },
		standIns,
		emotions: EMOTIONS,
		rows,
		data: fingerprintsOf(data),
		machine: published?.machine ?? machine(),
		config,
	};
}
