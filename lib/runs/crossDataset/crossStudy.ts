import { calibrate, type Temperature } from '../../evaluation/calibrate';
import type { Config } from '../../config';
import { CROSS_SETS, type CrossData, type CrossSet } from './openCrossData';
import { evaluateOn } from '../../evaluation/evaluateOn';
import { joinDatasets } from '../../data/parts';
import { type Dataset, imagesOf } from '../../data/dataset';
import { invalidArgument } from '../../errors';
import { fineTune } from '../../training/fineTune';
import type { OnProgress } from '../../progress';
import { summarizeHistory } from '../reportText';
import { openRun, type Run } from '../../training/run';
import type { Resume } from '../../training/storedTraining';
import { type Scores, scoresOf } from '../../evaluation/scores';
import { trainHead } from '../../training/trainHead';
import type { PhaseResult } from '../../training/trainPhase';

/** What networks are trained on: the training parts of which data sets, and what they are called together. */
export const CROSS_TRAININGS = {
	fer2013: { title: 'FER2013', sets: ['fer2013'] },
	rafDb: { title: 'RAF-DB', sets: ['rafDb'] },
	both: { title: 'FER2013 with RAF-DB', sets: ['fer2013', 'rafDb'] },
} as const satisfies Record<string, { readonly title: string; readonly sets: readonly CrossSet[] }>;

/** One of the trainings in `CROSS_TRAININGS`. */
export type CrossTraining = keyof typeof CROSS_TRAININGS;

/** What the trainings of a study share. */
export interface CrossStudy {
	/** The folder of the study below runs/: each training has its own folder in it. */
	readonly name: string;
	/** Its protocol is `official`: the data are in FER2013's roles. */
	readonly config: Config;
	readonly data: CrossData;
	/** The folder that holds `.venv`, `data` and `runs`. */
	readonly projectFolder: string;
	/** Default `if-same`. */
	readonly resume?: Resume;
}

/** What a network gives on the test part of one data set, with test-time augmentation; see `CrossEvaluation`. */
export interface CrossScores {
	/** Test images. */
	readonly n: number;
	/** Labels of the classes that they have: macro F1 of `allClasses` is the mean over these. */
	readonly present: readonly number[];
	/** The network chooses among all classes. */
	readonly allClasses: Scores;
	/** It chooses among the classes that the set has; absent where it has all. */
	readonly presentClasses?: Scores;
}

/** What one training gave: a row of the matrix. */
export interface CrossRow {
	readonly training: CrossTraining;
	/** Sizes of its training and validation parts. */
	readonly split: Readonly<Record<'train' | 'validation', number>>;
	/** Epochs done in each phase. */
	readonly epochs: Readonly<Record<'phase1' | 'phase2', number>>;
	/** Training and validation time of both phases. */
	readonly seconds: number;
	readonly calibration: Temperature;
	/** What the user should know of the training, and how each phase went. */
	readonly notes: readonly string[];
	readonly tests: Readonly<Record<CrossSet, CrossScores>>;
}

/**
 * Trains a network on one data set, or on two together, as a run of its own (`runs/<study>/<training>`), calibrates it on
 * the validation part, and tests it on the test part of every data set. A stored training of the same settings and
 * data is taken up. The network is disposed.
 * @throws {RangeError} If the protocol is not `official` (another's training part would hold test images), or FER+'s votes
 *   are to be learnt, which only FER2013 has.
 */
export async function trainAndTest(
	study: CrossStudy,
	training: CrossTraining,
	onProgress?: OnProgress,
): Promise<CrossRow> {
	const { name, config, data, projectFolder, resume } = study;
	if (config.protocol !== 'official') throw invalidArgument('config.protocol', 'official', config.protocol);
	if (config.ferPlus.lossWeight > 0) {
		const remedy = 'RAF-DB has no votes, and the networks are to learn alike.';
		throw invalidArgument('config.ferPlus.lossWeight', 'the number 0', config.ferPlus.lossWeight, remedy);
	}
	const dataset = trainingData(data, training);
	const run = await openRun({ name: `${name}/${training}`, config, dataset, projectFolder, resume });
	try {
		const phase1 = await trainHead(run, onProgress);
		const phase2 = await fineTune(run, onProgress);
		const calibration = await calibrate(run, onProgress);
		const tests: Partial<Record<CrossSet, CrossScores>> = {};
		for (const set of Object.keys(CROSS_SETS) as CrossSet[]) tests[set] = await testOn(run, data, set, onProgress);
		return { training, ...describeTraining(run, phase1, phase2), calibration, tests: tests as CrossRow['tests'] };
	} finally {
		run.classifier.model.dispose();
		// Its layers stand in two models, and go with the second.
		run.classifier.head.dispose();
	}
}

function trainingData(data: CrossData, training: CrossTraining): Dataset {
	const { title, sets } = CROSS_TRAININGS[training];
	return sets.length === 1
		? data[sets[0]]
		: joinDatasets(
				title,
				sets.map((set) => data[set]),
			);
}

async function testOn(run: Run, data: CrossData, set: CrossSet, onProgress?: OnProgress): Promise<CrossScores> {
	const dataset = data[set];
	const images = imagesOf(dataset, 'PrivateTest');
	const options = { groups: data.subjects[set], onProgress, stage: `Test on ${CROSS_SETS[set].testPart}` };
	const { present, allClasses, presentClasses } = await evaluateOn(run, dataset, images, options);
	const emotions = present.map((label) => dataset.emotions[label]);
	return {
		n: images.length,
		present,
		allClasses: scoresOf(allClasses, dataset.emotions),
		...(presentClasses && { presentClasses: scoresOf(presentClasses, emotions) }),
	};
}

function describeTraining({ split }: Run, phase1: PhaseResult, phase2: PhaseResult) {
	const histories = [...phase1.history, ...phase2.history];
	return {
		split: { train: split.train.length, validation: split.validation.length },
		epochs: { phase1: phase1.history.length, phase2: phase2.history.length },
		seconds: histories.reduce((sum, { seconds }) => sum + seconds, 0),
		notes: [
			...phase1.notes,
			`Phase 1: ${summarizeHistory(phase1.history)}`,
			...phase2.notes,
			`Phase 2: ${summarizeHistory(phase2.history)}`,
		],
	};
}
