import { join } from 'node:path';
import type { Config, PartialConfig } from '../lib/config';
import { calibrate } from '../lib/evaluation/calibration';
import { evaluate, type TestScores } from '../lib/evaluation/evaluate';
import { writePng } from '../lib/figures/rendering/export';
import { formatCount } from '../lib/format';
import { backbone } from '../lib/model/backbones/registry';
import { checkPretrained } from '../lib/model/weights/pretrained';
import { createConfig, mergeSettings } from '../lib/profiles';
import type { OnProgress } from '../lib/progress';
import { summarizeHistory } from '../lib/runs/reportText';
import { collectMetrics, type Phases, testRun, writeModel } from '../lib/runs/results';
import { drawRunFigures } from '../lib/runs/runFigures';
import { appendTrial } from '../lib/runs/trials';
import { parseAssignments } from '../lib/settings';
import { useBackend } from '../lib/tensorflow/backend';
import { usesVotes } from '../lib/training/ferPlusVotes';
import { fineTune } from '../lib/training/fineTune';
import { openRun, type Run } from '../lib/training/run';
import { checkWritable, lockRun, runFolder } from '../lib/training/runFolder';
import { checkStored } from '../lib/training/storedRun';
import { trainHead } from '../lib/training/trainHead';
import type { PhaseResult } from '../lib/training/trainPhase';
import { provideVotes } from './data/votes';
import { provideWeights } from './data/weights';
import { openData } from './openData';
import { note, withProgress } from './progressLine';
import { checkUserPath, PROJECT_FOLDER, resolveUserPath, shownPath } from './projectFolder';

const TRIALS = join(PROJECT_FOLDER, 'docs', 'results', 'trials.csv');

/** The options of `fer train`. */
export interface TrainOptions {
	readonly profile: string;
	readonly name?: string;
	/** The setting `data`. */
	readonly data?: string;
	/** The setting `classes`, separated by commas. */
	readonly classes?: string;
	readonly set?: readonly string[];
	/** The setting `backend`. */
	readonly backend?: string;
	readonly resume?: boolean;
	readonly fresh?: boolean;
	readonly trial?: boolean;
}

/** Thrown to end work that leaves nothing behind. */
class Interruption extends Error {}

/** Stages that a signal ends at once; a training's own steps end with a checkpoint. */
const WITHOUT_CHECKPOINT = /^(?!Phase \d)|^Phase 1, features/;

/**
 * Trains both phases, evaluates, and writes metrics, figures and the model.
 * @param signal Stops after the current step, with a checkpoint; undefined is returned then. Once the results are being
 *   written, they are written to their end.
 * @throws {DataError | RangeError | TypeError} If settings, data or a stored run do not fit, before any training.
 */
export async function trainRun(options: TrainOptions, signal: AbortSignal): Promise<TestScores | undefined> {
	try {
		const run = await prepareRun(options, signal);
		const phases = await trainPhases(run, signal);
		return await (options.trial ? finishTrial(run, phases, signal) : finishRun(run, phases, signal));
	} catch (error) {
		if (error instanceof Interruption) return undefined;
		throw error;
	}
}

async function prepareRun(options: TrainOptions, signal: AbortSignal): Promise<Run> {
	const { profile, name = profile, fresh, resume } = options;
	const config = configOf(options);
	backbone(config.backbone);
	await useBackend(config.backend);
	const folder = runFolder(PROJECT_FOLDER, name, '--name');
	checkWritable(folder);
	if (resume) await checkStored(folder);
	lockRun(folder);
	if (config.weights === 'imagenet') await provideWeights(config.backbone);
	else await checkPretrained(backbone(config.backbone), config.weights);
	const dataset = await openData(config);
	if (!config.data) note(`${dataset.name}: ${formatCount(dataset.labels.length)} faces`);
	if (usesVotes(config, dataset)) await provideVotes();
	const stored = fresh ? 'never' : resume ? 'required' : 'if-same';
	const run = await openRun({ name, config, dataset, projectFolder: PROJECT_FOLDER, resume: stored, signal });
	for (const each of run.notes ?? []) note(each);
	return run;
}

function configOf({ profile, set = [], data, classes, backend }: TrainOptions): Config {
	if (data !== undefined) checkUserPath(data, '--data');
	const own = { data, classes: classes?.split(','), backend };
	const config = createConfig(profile, mergeSettings(parseAssignments(set), own) as PartialConfig);
	return config.data ? { ...config, data: resolveUserPath(config.data) } : config;
}

async function trainPhases(run: Run, signal: AbortSignal): Promise<Phases> {
	const phase1 = await trainPhase('Phase 1', signal, (onProgress) => trainHead({ ...run, notes: [] }, onProgress));
	const phase2 = await trainPhase('Phase 2', signal, (onProgress) => fineTune(run, onProgress));
	const calibration = await withStop('Calibration', signal, (onProgress) => calibrate(run, onProgress));
	return { phase1, phase2, calibration };
}

async function trainPhase(title: string, signal: AbortSignal, train: (onProgress: OnProgress) => Promise<PhaseResult>) {
	const phase = await withStop(title, signal, train);
	note([...phase.notes, summarizeHistory(phase.history)].join('\n'));
	if (signal.aborted) throw new Interruption();
	return phase;
}

/** Runs a stage of work with its progress in the terminal; a signal ends it where that loses nothing. */
function withStop<T>(title: string, signal: AbortSignal, work: (onProgress: OnProgress) => Promise<T>): Promise<T> {
	return withProgress(title, (onProgress) =>
		work((progress) => {
			if (signal.aborted && WITHOUT_CHECKPOINT.test(progress.stage)) throw new Interruption();
			onProgress(progress);
		}),
	);
}

/** Evaluates on the validation part, so that the test part plays no role in the choice of settings. */
async function finishTrial(run: Run, phases: Phases, signal: AbortSignal): Promise<TestScores> {
	const indices = run.split.validation;
	const { scores } = await withStop('Validation', signal, (onProgress) => evaluate(run, { indices, onProgress }));
	const metrics = collectMetrics(run, phases, scores, 'validation');
	await writeModel(run, { ...phases, metrics });
	await appendTrial(TRIALS, metrics);
	note('The scores are those of the validation part.');
	return scores;
}

async function finishRun(run: Run, phases: Phases, signal: AbortSignal): Promise<TestScores> {
	const results = await withStop('Test', signal, (onProgress) => testRun(run, phases, onProgress));
	for await (const [name, figure] of drawRunFigures(results)) {
		await writePng(figure, join(run.folder, 'images', `${name}.png`));
	}
	note(`Metrics, figures and model: ${shownPath(run.folder)}`);
	return results.metrics;
}
