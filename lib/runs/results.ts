import { join } from 'node:path';
import { writeFileAtomically } from '../atomicFile';
import type { Temperature } from '../evaluation/calibrate';
import type { Evaluation } from '../evaluation/evaluate';
import { machine } from '../evaluation/machine';
import { sum } from '../evaluation/metrics';
import { readStored, writeJson } from '../evaluation/storedFile';
import { FINISH_RUN, type Metrics, writeMetrics } from '../evaluation/storedMetrics';
import { exportModel } from '../model/exportModel';
import { saveModel } from '../model/modelFile';
import { type About, describeRun, type Run } from '../training/run';
import type { PhaseResult } from '../training/trainPhase';
import { toBase64 } from './base64';
import { type DataSummary, summarizeData } from './dataSummary';
import { type AttentionExample, attentionExamples, confidentMistakes, type StoredReading } from './readings';

/** The results of the training steps. */
export interface Phases {
	readonly phase1: PhaseResult;
	readonly phase2: PhaseResult;
	/** The result of `calibrate`, if it was called. */
	readonly calibration?: Temperature;
}

/** The results of a finished run, with all that its figures show: the content of `results.json`. */
export interface Results extends Phases {
	readonly about: About;
	readonly data: DataSummary;
	readonly metrics: Metrics;
	readonly trueLabels: readonly number[];
	/** With test-time augmentation: `[n, classes]` as float32 in base64. */
	readonly probabilities: string;
	/** The most confident mistakes with test-time augmentation. */
	readonly mistakes: readonly StoredReading[];
	/** Correct and wrong predictions of each emotion, with attention maps. */
	readonly attention: readonly AttentionExample[];
}

/** Collects the results of a finished run. */
export function collectResults(run: Run, phases: Phases, evaluation: Evaluation): Results {
	const { scores, trueLabels, tta } = evaluation;
	return {
		about: describeRun(run),
		data: summarizeData(run),
		...phases,
		metrics: collectMetrics(run, phases, scores),
		trueLabels: [...trueLabels],
		probabilities: toBase64(tta),
		mistakes: confidentMistakes(run, tta),
		attention: attentionExamples(run, tta),
	};
}

/**
 * Collects the metrics of a run.
 * @param scores Scores of the part `part`: the test images or, for a trial, the validation images.
 */
export function collectMetrics(
	run: Run,
	phases: Phases,
	scores: Evaluation['scores'],
	part: Metrics['part'] = 'test',
): Metrics {
	const { calibration } = phases;
	return {
		name: run.name,
		part,
		...scores,
		...trainingCost(phases),
		...(calibration && { calibration }),
		machine: machine(),
		config: run.config,
	};
}

/** Counts the epochs of each phase, and sums up their training and validation time. */
export function trainingCost({ phase1, phase2 }: Phases): Pick<Metrics, 'epochs' | 'seconds'> {
	const epochs = { phase1: phase1.history.length, phase2: phase2.history.length };
	return { epochs, seconds: sum([...phase1.history, ...phase2.history].map(({ seconds }) => seconds)) };
}

/** Writes `metrics.json`, `results.json` and the model (see `writeModel`) into a run's folder. */
export async function writeResults(run: Run, results: Results): Promise<void> {
	await writeModel(run, results);
	await storeResults(run.folder, results);
	await writeMetrics(run.folder, results.metrics);
}

/** Writes `results.json` into a folder. */
export function storeResults(folder: string, results: Results): Promise<void> {
	return writeFileAtomically(join(folder, 'results.json'), JSON.stringify(results));
}

/**
 * Writes the model for use into the folder `model` of a run: raw pixels to probabilities (see `exportModel`), in 16 bits,
 * with its history and metrics.
 */
export async function writeModel(run: Run, results: Phases & Pick<Results, 'metrics'>): Promise<void> {
	const folder = join(run.folder, 'model');
	const { classifier, backbone, config, dataset } = run;
	const options = { backbone, imageSize: config.imageSize, imageShape: dataset.shape, emotions: dataset.emotions };
	const model = await exportModel(classifier.model, options);
	await saveModel(model, folder, { bits: 16 });
	model.dispose();
	const { phase1, phase2, metrics } = results;
	await writeJson(join(folder, 'history.json'), { phase1: phase1.history, phase2: phase2.history });
	await writeMetrics(folder, metrics);
}

/**
 * Reads `results.json` of a run's folder or of a published model, whose results hold no faces.
 * @throws {DataError} If the file is missing or damaged.
 * @example
 * ```ts
 * const { metrics, phase2 } = await fer.readResults(run.folder);
 * fer.formatScores(metrics);
 * ```
 */
export function readResults(folder: string): Promise<Results> {
	return readStored(join(folder, 'results.json'), FINISH_RUN);
}
