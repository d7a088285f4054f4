import { join } from 'node:path';
import type { Config, PartialConfig } from '../lib/config';
import { calibrate } from '../lib/evaluation/calibration';
import { evaluate, type TestScores } from '../lib/evaluation/evaluate';
import { writePng } from '../lib/figures/rendering/export';
import { formatCount } from '../lib/format';
import { backbone } from '../lib/model/backbones/registry';
import { checkPretrained } from '../lib/model/weights/pretrained';
import { createConfig, mergeSettings } from '../lib/profiles';
import type { OnProgress, Progress } from '../lib/progress';
import { checkRunName } from '../lib/runName';
import { summarizeHistory } from '../lib/runs/reportText';
import { collectMetrics, type Phases, testRun, writeModel } from '../lib/runs/results';
import { drawRunFigures } from '../lib/runs/runFigures';
import { appendTrial } from '../lib/runs/trials';
import { parseAssignments } from '../lib/settings';
import type { EpochRecord } from '../lib/training/epochRecord';
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
	readonly resume?: boolean;
	readonly fresh?: boolean;
	readonly trial?: boolean;
	/** The folder in runs/ that holds this run with others. */
	readonly study?: string;
}

/** A line of `fer train --json-lines`. */
export type TrainMessage =
	| Readonly<{ event: 'progress' } & Progress>
	| Readonly<{ event: 'epoch'; phase: 1 | 2 } & EpochRecord>
	| Readonly<{ event: 'scores' } & TestScores>;

/** Milliseconds between two messages about progress. */
const PROGRESS_PERIOD = 1000;

/** Thrown to end work that leaves nothing behind. */
class Interruption extends Error {}

/** Who ends a training, and receives its progress. */
interface Caller {
	readonly signal: AbortSignal;
	readonly onProgress?: OnProgress;
}

/** Stages that a signal ends at once; a training's own steps end with a checkpoint. */
const WITHOUT_CHECKPOINT = /^(?!Phase \d)|^Phase 1, features/;

/**
 * Trains both phases, evaluates, and writes metrics, figures and the model.
 * @param signal Stops after the current step, with a checkpoint; undefined is returned then. Once the results are being
 *   written, they are written to their end.
 * @param onMessage Receives progress, about once a second, and each epoch, those of an earlier run too.
 * @throws {DataError | RangeError | TypeError} If settings, data or a stored run do not fit, before any training.
 */
export async function trainRun(
	options: TrainOptions,
	signal: AbortSignal,
	onMessage?: (message: TrainMessage) => void,
): Promise<TestScores | undefined> {
	const caller = { signal, onProgress: onMessage && nowAndThen(onMessage) };
	try {
		const run = await prepareRun(options, signal, onMessage);
		const phases = await trainPhases(run, caller);
		const scores = await (options.trial ? finishTrial(run, phases, caller) : finishRun(run, phases, caller));
		onMessage?.({ event: 'scores', ...scores });
		return scores;
	} catch (error) {
		if (error instanceof Interruption) return undefined;
		throw error;
	}
}

/** Passes on progress about once a second. */
function nowAndThen(onMessage: (message: TrainMessage) => void): OnProgress {
	let last = -PROGRESS_PERIOD;
	return (progress) => {
		if (performance.now() - last < PROGRESS_PERIOD) return;
		last = performance.now();
		onMessage({ event: 'progress', ...progress });
	};
}

async function prepareRun(
	options: TrainOptions,
	signal: AbortSignal,
	onMessage?: (message: TrainMessage) => void,
): Promise<Run> {
	const { profile, name = profile, study, fresh, resume } = options;
	const config = configOf(options);
	backbone(config.backbone);
	if (study !== undefined) checkRunName(study, '--study');
	const folder = runFolder(PROJECT_FOLDER, name, '--name', study);
	checkWritable(folder, study !== undefined);
	if (resume) await checkStored(folder);
	lockRun(folder);
	if (config.weights === 'imagenet') await provideWeights(config.backbone);
	else await checkPretrained(backbone(config.backbone), config.weights);
	const dataset = await openData(config);
	if (!config.data) note(`${dataset.name}: ${formatCount(dataset.labels.length)} faces`);
	if (usesVotes(config, dataset)) await provideVotes();
	const stored = fresh ? 'never' : resume ? 'required' : 'if-same';
	const onEpoch: Run['onEpoch'] = (phase, record) => onMessage?.({ event: 'epoch', phase, ...record });
	const watched = { resume: stored, signal, onEpoch } as const;
	const run = await openRun({ name, study, config, dataset, projectFolder: PROJECT_FOLDER, ...watched });
	for (const each of run.notes ?? []) note(each);
	return run;
}

function configOf({ profile, set = [], data, classes }: TrainOptions): Config {
	if (data !== undefined) checkUserPath(data, '--data');
	const own = { ...(data !== undefined && { data }), ...(classes !== undefined && { classes: classes.split(',') }) };
	const config = createConfig(profile, mergeSettings(parseAssignments(set), own) as PartialConfig);
	return config.data ? { ...config, data: resolveUserPath(config.data) } : config;
}

async function trainPhases(run: Run, caller: Caller): Promise<Phases> {
	const phase1 = await trainPhase('Phase 1', caller, (onProgress) => trainHead({ ...run, notes: [] }, onProgress));
	const phase2 = await trainPhase('Phase 2', caller, (onProgress) => fineTune(run, onProgress));
	const calibration = await withStop('Calibration', caller, (onProgress) => calibrate(run, onProgress));
	return { phase1, phase2, calibration };
}

async function trainPhase(title: string, caller: Caller, train: (onProgress: OnProgress) => Promise<PhaseResult>) {
	const phase = await withStop(title, caller, train);
	note([...phase.notes, summarizeHistory(phase.history)].join('\n'));
	if (caller.signal.aborted) throw new Interruption();
	return phase;
}

/** Runs a stage of work with its progress in the terminal; a signal ends it where that loses nothing. */
function withStop<T>(
	title: string,
	{ signal, onProgress: onCaller }: Caller,
	work: (onProgress: OnProgress) => Promise<T>,
): Promise<T> {
	return withProgress(title, (onProgress) =>
		work((progress) => {
			if (signal.aborted && WITHOUT_CHECKPOINT.test(progress.stage)) throw new Interruption();
			onProgress(progress);
			onCaller?.(progress);
		}),
	);
}

/** Evaluates on the validation part, so that the test part plays no role in the choice of settings. */
async function finishTrial(run: Run, phases: Phases, caller: Caller): Promise<TestScores> {
	const indices = run.split.validation;
	const { scores } = await withStop('Validation', caller, (onProgress) => evaluate(run, { indices, onProgress }));
	const metrics = collectMetrics(run, phases, scores, 'validation');
	await writeModel(run, { ...phases, metrics });
	await appendTrial(TRIALS, metrics);
	note('The scores are those of the validation part.');
	return scores;
}

async function finishRun(run: Run, phases: Phases, caller: Caller): Promise<TestScores> {
	const results = await withStop('Test', caller, (onProgress) => testRun(run, phases, onProgress));
	for await (const [name, figure] of drawRunFigures(results)) {
		await writePng(figure, join(run.folder, 'images', `${name}.png`));
	}
	note(`Metrics, figures and model: ${shownPath(run.folder)}`);
	return results.metrics;
}
