import { imagesOf } from '../../data/dataset';
import { joinDatasets } from '../../data/parts';
import { EMOTIONS } from '../../emotions';
import { DataError, invalidArgument } from '../../errors';
import { calibrate } from '../../evaluation/calibration';
import { type CrossScores, evaluateOn } from '../../evaluation/evaluate';
import { machine } from '../../evaluation/storedMetrics';
import type { OnProgress } from '../../progress';
import { fineTune } from '../../training/fineTune';
import { type OpenRunOptions, openRun } from '../../training/run';
import { trainHead } from '../../training/trainHead';
import { differencesOf } from '../../training/trainingKey';
import { summarizeHistory } from '../reportText';
import { trainingCost } from '../results';
import type { CrossResults, CrossRow } from './crossResults';
import { type CrossTraining, checkTraining, testPartOf, trainingFolder, trainingTitle } from './crossSets';
import type { CrossData } from './openCrossData';

/** The common settings of a study's trainings; their folders are in `runs/<name>`, and the protocol must be `official`. */
export interface CrossStudy extends Pick<OpenRunOptions, 'name' | 'config' | 'projectFolder' | 'resume'> {
	readonly data: CrossData;
	/** Published results of the same settings and data, to use instead of training. */
	readonly published?: CrossResults;
}

/**
 * Trains a network on one data set or on several together (`runs/<study>/<training>`), calibrates it on the validation
 * part, and tests it on the test part of every data set. A stored training with the same settings and data is resumed. A
 * study with `published` results takes its row from them.
 * @param training The titles of the sets to train on.
 * @throws {RangeError} If a title is unknown, occurs twice or is of a set for testing only, the protocol is not `official`
 *   (another's training part would contain test images), or FER+ votes are used, which only FER2013 has.
 * @throws {DataError} If the published results have other settings or data.
 * @example
 * ```ts
 * const changes = { sampleFaces: 140, imageSize: 32, weights: 'random' };
 * const config = fer.createConfig('smoke', { protocol: 'official', ...changes });
 * const sets = [{ title: 'FER2013' }, { title: 'RAF-DB' }]; // without paths: drawn faces
 * const data = await fer.openCrossData(config, { sets, projectFolder: folder, folder });
 * const row = await fer.trainAndTest({ name: 'cross', config, data, projectFolder: folder }, ['FER2013']);
 * row.tests['RAF-DB'].allClasses.accuracy; // trained on FER2013, tested on RAF-DB
 * ```
 */
export async function trainAndTest(
	study: CrossStudy,
	training: CrossTraining,
	onProgress?: OnProgress,
): Promise<CrossRow> {
	const { name, config, data, projectFolder, resume } = study;
	checkTraining(data, training);
	if (config.protocol !== 'official') throw invalidArgument('config.protocol', 'official', config.protocol);
	if (config.ferPlus.lossWeight > 0) {
		const remedy = 'Only FER2013 has votes, and all trainings of a study are alike.';
		throw invalidArgument('config.ferPlus.lossWeight', 'the number 0', config.ferPlus.lossWeight, remedy);
	}
	if (study.published) return publishedRow(study, study.published, training);
	const datasets = training.flatMap((title) => data.filter((set) => set.title === title).map(({ dataset }) => dataset));
	const dataset = datasets.length === 1 ? datasets[0] : joinDatasets(trainingTitle(training), datasets);
	const run = await openRun({ name: trainingFolder(training), study: name, config, dataset, projectFolder, resume });
	try {
		const phases = { phase1: await trainHead(run, onProgress), phase2: await fineTune(run, onProgress) };
		const notes = Object.values(phases).flatMap((phase, i) => [
			...phase.notes,
			`Phase ${i + 1}: ${summarizeHistory(phase.history)}`,
		]);
		const split = { train: run.split.train.length, validation: run.split.validation.length };
		const calibration = await calibrate(run, onProgress);
		const tests: Record<string, CrossScores> = {};
		for (const { dataset, persons, ...set } of data) {
			const options = { groups: persons, onProgress, stage: `Test on ${testPartOf(set)}` };
			tests[set.title] = await evaluateOn(run, dataset, imagesOf(dataset, 'PrivateTest'), options);
		}
		return { training, split, ...trainingCost(phases), notes, calibration, tests };
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
	const row = published.rows.find((each) => trainingTitle(each.training) === trainingTitle(training));
	if (row && differences.length === 0) return { ...row, notes: [...row.notes, taken] };
	const found = row ? differences.join('; ') : `none of ${trainingTitle(training)}`;
	const remedy = 'Leave published out of the study to train with these settings and data.';
	throw new DataError('a training of the same settings and data', 'the published results', found, remedy);
}

/** An object with a value for each data set, by title. */
const bySet = <Value>(data: CrossData, of: (set: CrossData[number]) => Value) =>
	Object.fromEntries(data.map((set) => [set.title, of(set)]));

const fingerprintsOf = (data: CrossData) => bySet(data, ({ dataset }) => dataset.fingerprint);

/**
 * Collects the results of a study's trainings; published results keep the machine they were computed on.
 * @example
 * ```ts
 * const data = [{ title: 'FER2013', dataset }, { title: 'CK+', dataset, testOnly: true }];
 * const { standIns } = fer.collectCross({ name: 'cross', config: run.config, data, projectFolder: folder }, []);
 * standIns; // ['FER2013', 'CK+']: these are drawn faces
 * ```
 */
export function collectCross(study: CrossStudy, rows: readonly CrossRow[]): CrossResults {
	const { name, config, data, published } = study;
	const { protocol, seed, backbone } = config;
	const standIns = data.filter(({ dataset }) => dataset.drawn).map(({ title }) => title);
	return {
		about: { name, protocol, seed, backbone, dataset: { drawn: standIns.length > 0 } },
		standIns,
		emotions: EMOTIONS,
		rows,
		data: fingerprintsOf(data),
		testParts: bySet(data, testPartOf),
		machine: published?.machine ?? machine(),
		config,
	};
}
