import { mkdir, readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomically } from '../atomicFile';
import { type AttentionExample, attentionExamples } from './attentionExamples';
import type { Temperature } from '../evaluation/calibrate';
import type { Config } from '../config';
import { type DataSummary, type StoredReading, storeFace, summarizeData } from './dataSummary';
import { emotionModel } from '../model/exportModel';
import { DataError } from '../errors';
import type { Evaluation } from '../evaluation/evaluate';
import { argmaxRows } from '../evaluation/metrics';
import { saveModel } from '../model/modelFile';
import { type About, describeRun, type Run } from '../training/run';
import { type TestScores, testScores } from '../evaluation/scores';
import { readProtocol, readStored } from '../storedConfig';
import { tf } from '../tensorflow/tf';
import type { PhaseResult } from '../training/trainHead';

/** What `runs/<name>/metrics.json` holds. */
export interface Metrics extends TestScores {
	/** The run's name. */
	readonly profile: string;
	/** The part of the data that its scores are of; a trial leaves the test images alone. */
	readonly part: 'test' | 'validation';
	/** Epochs done in each phase. */
	readonly epochs: Readonly<Record<'phase1' | 'phase2', number>>;
	/** How its confidence was calibrated, if it was. */
	readonly calibration?: Temperature;
	/** Training and validation time of both phases. */
	readonly seconds: number;
	readonly machine: {
		readonly cpu: string;
		readonly cores: number;
		readonly node: string;
		readonly tensorflow: string;
	};
	readonly config: Config;
}

/** What the steps of a training gave. */
export interface Phases {
	readonly phase1: PhaseResult;
	readonly phase2: PhaseResult;
	/** Of `calibrate`, where it was called. */
	readonly calibration?: Temperature;
}

/** What a finished run gave: all that its figures show. Stored in `runs/<name>/results.json`. */
export interface Results extends Phases {
	readonly about: About;
	readonly data: DataSummary;
	readonly metrics: Metrics;
	readonly trueLabels: readonly number[];
	/** With test-time augmentation; `[n, classes]` as float32 in base64. */
	readonly probabilities: string;
	/** The most confident mistakes with test-time augmentation. */
	readonly mistakes: readonly StoredReading[];
	/** Right and wrong answers of each emotion, and where the network looked. */
	readonly attention: readonly AttentionExample[];
}

const MISTAKES = 18;

/** Puts together what a finished run gave. */
export function collectResults(run: Run, phases: Phases, evaluation: Evaluation): Results {
	return {
		about: describeRun(run),
		data: summarizeData(run),
		...phases,
		metrics: collectMetrics(run, phases, evaluation),
		trueLabels: [...evaluation.trueLabels],
		probabilities: toBase64(evaluation.tta.probabilities),
		mistakes: confidentMistakes(run, evaluation),
		attention: attentionExamples(run, evaluation),
	};
}

/**
 * Puts together the figures of a run.
 * @param evaluation Of the test images or, if `part` says so, of the validation images.
 */
export function collectMetrics(
	run: Run,
	phases: Phases,
	evaluation: Evaluation,
	part: Metrics['part'] = 'test',
): Metrics {
	const [first, second] = [phases.phase1.history, phases.phase2.history];
	return {
		profile: run.name,
		part,
		...testScores(run, evaluation),
		n: evaluation.trueLabels.length,
		epochs: { phase1: first.length, phase2: second.length },
		...(phases.calibration && { calibration: phases.calibration }),
		seconds: [...first, ...second].reduce((sum, { seconds }) => sum + seconds, 0),
		machine: machine(),
		config: run.config,
	};
}

/** The machine on which this runs. */
export function machine(): Metrics['machine'] {
	const processors = cpus();
	const cpu = processors[0]?.model.trim() ?? 'unknown';
	const { 'tfjs-core': tensorflow } = tf.version;
	return { cpu, cores: processors.length, node: process.version, tensorflow: `tfjs ${tensorflow}` };
}

function confidentMistakes(run: Run, { trueLabels, tta }: Evaluation): StoredReading[] {
	const classes = run.dataset.emotions.length;
	const predicted = argmaxRows(tta.probabilities, classes);
	const confidence = (row: number) => tta.probabilities[row * classes + predicted[row]];
	const wrong = [...trueLabels.keys()].filter((row) => predicted[row] !== trueLabels[row]);
	wrong.sort((a, b) => confidence(b) - confidence(a));
	return wrong.slice(0, MISTAKES).map((row) => ({
		...storeFace(run.dataset, run.split.test[row]),
		predictedLabel: predicted[row],
		confidence: confidence(row),
	}));
}

function toBase64(values: Float32Array): string {
	return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}

/** The float32 values of a base64 text. */
export function fromBase64(text: string): Float32Array {
	return new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer);
}

/** Writes `metrics.json` and `results.json` into a run's folder, and its model (see `writeModel`). */
export async function writeResults(run: Run, results: Results): Promise<void> {
	await mkdir(run.folder, { recursive: true });
	await writeModel(run, results);
	await writeFileAtomically(join(run.folder, 'results.json'), JSON.stringify(results));
	await writeFileAtomically(join(run.folder, 'metrics.json'), toJson(results.metrics));
}

/**
 * Writes into the folder `model` of a run the model that people use: raw pixels to probabilities (see `emotionModel`), in
 * 16 bits, with its history and metrics beside it.
 */
export async function writeModel(
	run: Run,
	{ phase1, phase2, metrics }: Phases & Pick<Results, 'metrics'>,
): Promise<void> {
	const folder = join(run.folder, 'model');
	const { classifier, backbone, config, dataset } = run;
	const { shape: imageShape, emotions } = dataset;
	const options = { backbone, imageSize: config.imageSize, imageShape, emotions };
	const model = await emotionModel(classifier.model, options);
	await saveModel(model, folder, { bits: 16 });
	model.dispose();
	const histories = { phase1: phase1.history, phase2: phase2.history };
	await writeFileAtomically(join(folder, 'history.json'), toJson(histories));
	await writeFileAtomically(join(folder, 'metrics.json'), toJson(metrics));
}

const toJson = (value: object) => `${JSON.stringify(value, null, '\t')}\n`;

/**
 * Reads `results.json` of a run's folder.
 * @throws {DataError} If the run has not finished.
 */
export async function readResults(folder: string): Promise<Results> {
	const path = join(folder, 'results.json');
	const text = await readFile(path, 'utf8').catch(() => undefined);
	if (text === undefined) {
		const place = `the folder ${folder.split('/').slice(-2).join('/')}`;
		throw new DataError('results.json', place, 'no such file', 'Run the notebook or npm run train to its end first.');
	}
	const { about, metrics, ...rest } = JSON.parse(text) as Results;
	return { about: { ...about, protocol: readProtocol(about.protocol) }, metrics: readStored(metrics), ...rest };
}

/**
 * Reads `metrics.json` of a run's folder.
 * @throws {DataError} If the run has not finished.
 */
export async function readMetrics(folder: string): Promise<Metrics> {
    try {
        return readStored(JSON.parse(await readFile(join(folder, 'metrics.json'), 'utf8')) as Metrics);
    } catch (error) {
        const remedy = 'Run the notebook or npm run train to its end first.';
        throw new DataError('metrics.json', 'the folder of the run', (error as Error).message, remedy);
    }
}
