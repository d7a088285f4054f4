import { join, resolve, sep } from 'node:path';
import { calibrate } from '../lib/evaluation/calibration';
import { evaluate, type TestScores } from '../lib/evaluation/evaluate';
import { writePng } from '../lib/figures/rendering/export';
import { formatCount } from '../lib/format';
import { backbone } from '../lib/model/backbones/registry';
import { checkPretrained } from '../lib/model/weights/pretrained';
import { createConfig } from '../lib/profiles';
import type { OnProgress } from '../lib/progress';
import { summarizeHistory } from '../lib/runs/reportText';
import { collectMetrics, type Phases, testRun, writeModel } from '../lib/runs/results';
import { drawRunFigures } from '../lib/runs/runFigures';
import { appendTrial } from '../lib/runs/trials';
import { parseAssignments } from '../lib/settings';
import { fineTune } from '../lib/training/fineTune';
import { openRun, type Run } from '../lib/training/run';
import { trainHead } from '../lib/training/trainHead';
import type { PhaseResult } from '../lib/training/trainPhase';
import { provideVotes } from './data/votes';
import { provideWeights } from './data/weights';
import { openData } from './openData';
import { Problem } from './problem';
import { note, withProgress } from './progressLine';
import { PROJECT_FOLDER, shownPath } from './projectFolder';

const RUNS = join(PROJECT_FOLDER, 'runs');
const TRIALS = join(PROJECT_FOLDER, 'docs', 'results', 'trials.csv');

/** The options of `fer train`. */
export interface TrainOptions {
	readonly profile: string;
	readonly name?: string;
	readonly set?: readonly string[];
	readonly resume?: boolean;
	readonly fresh?: boolean;
	readonly trial?: boolean;
}

/**
 * Trains both phases, evaluates, and writes metrics, figures and the model.
 * @param signal Stops after the current step, with a checkpoint; undefined is returned then.
 * @throws {DataError | RangeError | TypeError} If settings, data or a stored run do not fit, before any training.
 */
export async function trainRun(options: TrainOptions, signal: AbortSignal): Promise<TestScores | undefined> {
	const run = await prepareRun(options, signal);
	const phases = await trainPhases(run);
	if (!phases) return undefined;
	return options.trial ? finishTrial(run, phases) : finishRun(run, phases);
}

async function prepareRun(options: TrainOptions, signal: AbortSignal): Promise<Run> {
	const { profile, name = profile, fresh, resume } = options;
	if (!resolve(RUNS, name).startsWith(`${RUNS}${sep}`)) {
		throw new Problem(`Expected the name of a folder below runs/ for --name but received ${name}.`);
	}
	const config = createConfig(profile, parseAssignments(options.set ?? []));
	if (config.weights === 'imagenet') await provideWeights(config.backbone);
	else await checkPretrained(backbone(config.backbone), config.weights);
	const dataset = await openData(config);
	note(`${dataset.name}: ${formatCount(dataset.labels.length)} faces`);
	if (config.ferPlus.lossWeight > 0 && !dataset.drawn) await provideVotes();
	const stored = fresh ? 'never' : resume ? 'required' : 'if-same';
	return openRun({ name, config, dataset, projectFolder: PROJECT_FOLDER, resume: stored, signal });
}

async function trainPhases(run: Run): Promise<Phases | undefined> {
	const phase1 = await trainPhase('Phase 1', (onProgress) => trainHead(run, onProgress));
	if (run.signal?.aborted) return undefined;
	const phase2 = await trainPhase('Phase 2', (onProgress) => fineTune(run, onProgress));
	if (run.signal?.aborted) return undefined;
	const calibration = await withProgress('Calibration', (onProgress) => calibrate(run, onProgress));
	return { phase1, phase2, calibration };
}

async function trainPhase(title: string, train: (onProgress: OnProgress) => Promise<PhaseResult>) {
	const phase = await withProgress(title, train);
	note([...phase.notes, summarizeHistory(phase.history)].join('\n'));
	return phase;
}

/** Evaluates on the validation part, so that the test part plays no role in the choice of settings. */
async function finishTrial(run: Run, phases: Phases): Promise<TestScores> {
	const indices = run.split.validation;
	const { scores } = await withProgress('Validation', (onProgress) => evaluate(run, { indices, onProgress }));
	const metrics = collectMetrics(run, phases, scores, 'validation');
	await writeModel(run, { ...phases, metrics });
	await appendTrial(TRIALS, metrics);
	note('The scores are those of the validation part.');
	return scores;
}

async function finishRun(run: Run, phases: Phases): Promise<TestScores> {
	const results = await withProgress('Test', (onProgress) => testRun(run, phases, onProgress));
	for await (const [name, figure] of drawRunFigures(results)) {
		await writePng(figure, join(run.folder, 'images', `${name}.png`));
	}
	note(`Metrics, figures and model: ${shownPath(run.folder)}`);
	return results.metrics;
}
