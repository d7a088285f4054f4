import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../atomicFile';
import { labelsAt } from '../data/dataset';
import { DataError } from '../errors';
import type { Temperature } from '../evaluation/calibration';
import { type Evaluation, evaluate, type TestScores } from '../evaluation/evaluate';
import { sum } from '../evaluation/metrics';
import {
	FINISH_RUN,
	type Metrics,
	machine,
	type NeededFields,
	readMetrics,
	readStored,
	withoutFolders,
	writeJson,
	writeMetrics,
} from '../evaluation/storedMetrics';
import { exportModel } from '../model/exportModel';
import { saveModel } from '../model/modelFile';
import type { OnProgress } from '../progress';
import { type About, describeRun, type Run } from '../training/run';
import type { PhaseResult } from '../training/trainPhase';
import {
	type AttentionExample,
	type DataSummary,
	fromBase64,
	pickReadings,
	type StoredReading,
	summarizeData,
	toBase64,
} from './storedFaces';

/** The results of the training steps; `calibration` if `calibrate` was called. */
export interface Phases extends Readonly<Record<'phase1' | 'phase2', PhaseResult>> {
	readonly calibration?: Temperature;
}

/** The results of a finished run, with everything that its figures show: the content of `results.json`. */
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

/**
 * Tests a trained run and writes its metrics, its results and the model for use into its folder. A run of a
 * published training is not tested again: its results are the published ones.
 * @param phases The results of `trainHead`, `fineTune` and `calibrate`.
 * @throws {DataError} If the published results are missing, or belong to other test images.
 * @example
 * ```ts
 * const { phase1, phase2 } = results; // in a notebook: of trainHead(run) and fineTune(run)
 * const { metrics } = await fer.testRun(run, { phase1, phase2 });
 * fer.formatScores(metrics);
 * ```
 */
export async function testRun(run: Run, phases: Phases, onProgress?: OnProgress): Promise<Results> {
	if (run.published) return takePublished(run, run.published.folder);
	const results = await collectResults(run, phases, await evaluate(run, { onProgress }));
	await writeResults(run, results);
	return results;
}

/** Takes over published results, and adds faces from the data, which may not be published. */
async function takePublished(run: Run, folder: string): Promise<Results> {
	const published = await readResults(folder);
	if (published.trueLabels.join() !== labelsAt(run.dataset, run.split.test).join()) {
		const remedy = 'Train a network of your own instead of taking over the published one.';
		throw new DataError('the labels of these test images', `${folder}/results.json`, 'other labels', remedy);
	}
	const { samples, augmented } = summarizeData(run);
	const data = { ...published.data, samples, augmented };
	const readings = await pickReadings(run, fromBase64(published.probabilities));
	const results = { ...published, data, ...readings };
	await copyModel(folder, join(run.folder, 'model'));
	await storeResults(run.folder, results);
	await writeMetrics(run.folder, results.metrics);
	return results;
}

/** Collects the results of a finished run. */
export async function collectResults(
	run: Run,
	phases: Phases,
	{ scores, trueLabels, tta }: Evaluation,
): Promise<Results> {
	return {
		about: describeRun(run),
		data: summarizeData(run),
		...phases,
		metrics: collectMetrics(run, phases, scores),
		trueLabels: [...trueLabels],
		probabilities: toBase64(tta),
		...(await pickReadings(run, tta)),
	};
}

/** Collects the metrics of a run from the scores of its test images or, for a trial, of its validation images. */
export function collectMetrics(run: Run, phases: Phases, scores: TestScores, part: Metrics['part'] = 'test'): Metrics {
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

function storeResults(folder: string, results: Results): Promise<void> {
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
 * Reads `results.json` of a run's folder or of a published model, whose results contain no faces.
 * @throws {DataError} If the file is missing or damaged.
 * @example
 * ```ts
 * const { metrics, phase2 } = await fer.readResults(run.folder);
 * fer.formatScores(metrics);
 * ```
 */
export function readResults(folder: string): Promise<Results> {
	return readStored(join(folder, 'results.json'), FINISH_RUN, RESULTS_FIELDS);
}

const RESULTS_FIELDS: NeededFields = {
	about: 'object',
	data: 'object',
	'phase1.history': 'object',
	'phase2.history': 'object',
	'metrics.config': 'object',
	trueLabels: 'object',
	probabilities: 'string',
	mistakes: 'object',
	attention: 'object',
};

/**
 * Publishes the model of a finished run: copies it with its results, but without any face of its data set.
 * @throws {DataError} If the run has not finished, is a trial, or was trained on drawn faces.
 */
export async function publishRun(runFolder: string, modelFolder: string): Promise<Metrics> {
	const results = await readResults(runFolder);
	const { part, dataset } = await readMetrics(join(runFolder, 'model'));
	if (part !== 'test') {
		const remedy = 'Run npx fer train without --trial: it takes over the trained network and tests it.';
		throw new DataError('a model that was tested', 'the run', 'one of a trial', remedy);
	}
	if (dataset.drawn) {
		throw new DataError('a model of real faces', 'the run', 'one of drawn faces', 'Train on real faces.');
	}
	const metrics = withoutFolders(await copyModel(join(runFolder, 'model'), modelFolder));
	await writeMetrics(modelFolder, metrics);
	const data = { ...results.data, samples: results.data.samples.map(() => []), augmented: [] };
	await storeResults(modelFolder, { ...results, metrics, data, mistakes: [], attention: [] });
	return metrics;
}

/** Copies a model for use with its history; its metrics are written anew, with the current names of their fields. */
async function copyModel(from: string, to: string): Promise<Metrics> {
	const metrics = await readMetrics(from);
	await mkdir(to, { recursive: true });
	for (const file of ['model.json', 'weights.bin', 'history.json']) await copyFile(join(from, file), join(to, file));
	await writeMetrics(to, metrics);
	return metrics;
}
