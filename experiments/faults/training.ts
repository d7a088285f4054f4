import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { PROJECT_FOLDER, RUNS } from '../../cli/projectFolder';
import { latestCheckpoint } from '../../lib/training/checkpoint';

/** Steps in each epoch of both phases under `SETTINGS`; each epoch ends with a checkpoint. */
export const STEPS_PER_EPOCH = 4;

/** Many short epochs, with every option on that draws random numbers or has a state. */
export const SETTINGS = [
	'sampleFaces=210',
	'phase1.epochs=60',
	'phase1.patience=60',
	'phase1.images=64',
	'phase1.batchSize=32',
	'phase2.epochs=28',
	'phase2.patience=28',
	'phase2.imagesPerEpoch=64',
	'phase2.batchSize=16',
	'phase2.imageSizes=[{"fromEpoch":1,"size":32},{"fromEpoch":13,"size":48}]',
	'phase2.averageDecay=0.9',
	'phase2.dropoutRate=0.3',
	'phase2.stochasticDepthRate=0.2',
	'phase2.augmentation.erasing.probability=0.5',
	'phase2.augmentation.mixupAlpha=0.4',
	'phase2.tensorBoard=events',
];

/** The phases of a training. */
export const PHASES = [1, 2] as const;
export type Phase = (typeof PHASES)[number];

/** The latest stage that a process reported, and its first and last step in each phase, counted over all epochs from 1. */
type Reported = { stage: string; readonly steps: Partial<Record<Phase, { first: number; last: number }>> };

/** How a process ended; `before` is the step of the newest checkpoint of each phase before it. */
export type Ended = Awaited<ReturnType<typeof train>>;

/** How a training is started. */
export interface TrainOptions {
	readonly name: string;
	readonly resume?: boolean;
	/** In addition to `SETTINGS`; later settings of the same field win. */
	readonly settings?: readonly string[];
	/** Kills the process at a renaming of a run's folder: see killAtRename.mjs. */
	readonly fault?: string;
	/** Called at each report; `send` sends a signal to the process. */
	readonly onReport?: (reported: Reported, send: (signal: NodeJS.Signals) => void) => void;
}

/** The folder of a run. */
export const runFolder = (name: string): string => join(RUNS, name);

/** Runs the real command, `fer train`, until it ends; `output` is everything that it printed. */
export async function train({ name, resume = false, settings = [], fault, onReport }: TrainOptions) {
	const { execa } = await import('execa');
	const preloads = ['tellProgress.mjs', ...(fault ? ['killAtRename.mjs'] : [])].flatMap((file) => [
		'--import',
		pathToFileURL(join(PROJECT_FOLDER, 'experiments', 'faults', file)).href,
	]);
	const sets = [...SETTINGS, ...settings].flatMap((setting) => ['--set', setting]);
	const command = [...preloads, join('scripts', 'fer.mjs'), 'train', '--profile', 'smoke', '--name', name];
	const before = newestSteps(name);
	const running = execa(process.execPath, [...command, ...(resume ? ['--resume'] : []), ...sets], {
		cwd: PROJECT_FOLDER,
		env: { TF_CPP_MIN_LOG_LEVEL: '2', ...(fault && { FER_FAULT: fault }) },
		stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
		buffer: { fd3: false },
		all: true,
		reject: false,
	});
	const reported: Reported = { stage: '', steps: {} };
	createInterface({ input: running.stdio[3] as unknown as Readable }).on('line', (line) => {
		// The last line of a killed process may be incomplete.
		if (!line.endsWith(']')) return;
		read(reported, line);
		onReport?.(reported, (signal) => running.kill(signal));
	});
	const { exitCode: code, signal, all: output } = await running;
	return { pid: running.pid ?? 0, before, reported, code, signal, output };
}

/** Reads one report of progress. */
function read(reported: Reported, line: string): void {
	const [stage, done, total] = JSON.parse(line) as [string, number, number];
	reported.stage = stage;
	const match = /^Phase ([12]), epoch (\d+) /.exec(stage);
	if (!match) return;
	const phase = Number(match[1]) as Phase;
	const last = (Number(match[2]) - 1) * STEPS_PER_EPOCH + Math.round((done / total) * STEPS_PER_EPOCH);
	reported.steps[phase] = { first: reported.steps[phase]?.first ?? last, last };
}

/** Lists the files of a run's phase. */
export function filesOf(name: string, phase: Phase): string[] {
	const folder = join(runFolder(name), `phase${phase}`);
	return existsSync(folder) ? readdirSync(folder) : [];
}

/** Returns the steps of a run's checkpoints in one phase, newest first. */
export function storedSteps(name: string, phase: Phase): number[] {
	const steps = filesOf(name, phase).flatMap((file) => /^checkpoint-(\d+)\.bin$/.exec(file)?.[1] ?? []);
	return steps.map(Number).sort((a, b) => b - a);
}

/** Returns the step of a run's newest checkpoint in each phase; 0 where there is none. */
export function newestSteps(name: string): Readonly<Record<Phase, number>> {
	return { 1: storedSteps(name, 1)[0] ?? 0, 2: storedSteps(name, 2)[0] ?? 0 };
}

/** Checks that a process continued from the newest checkpoint: its first step is the next one. */
export function checkResumed({ reported, before }: Ended): void {
	for (const phase of PHASES) {
		const first = reported.steps[phase]?.first ?? before[phase] + 1;
		if (first === before[phase] + 1) continue;
		throw new Error(`Phase ${phase} continued with step ${first}, but its checkpoint was of step ${before[phase]}.`);
	}
}

/** Trains to the end; returns the duration. Fails if the training does not continue from the stored checkpoints. */
export async function trainToEnd(name: string, resume = false) {
	const began = Date.now();
	const ended = await train({ name, resume });
	if (ended.code !== 0) throw new Error(`It failed with exit code ${ended.code}:\n${ended.output}`);
	checkResumed(ended);
	return { seconds: Math.round((Date.now() - began) / 1000) };
}

/** The results of a run by name, as texts that are equal if all bits are. */
export type Outcome = Readonly<Record<string, string>>;

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Reads the results of a finished run, without the durations, in which two equal runs may differ. */
export async function readOutcome(name: string): Promise<Outcome> {
	const folder = runFolder(name);
	const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
	const isDuration = (key: string) => key === 'seconds' || key === 'imagesPerSecond';
	const textOf = (value: unknown) => JSON.stringify(value, (key, each) => (isDuration(key) ? undefined : each));
	const results = read('results.json');
	const { name: _, ...metrics } = read('metrics.json');
	const outcome: Record<string, string> = {
		'the history of phase 1': textOf(results.phase1.history),
		'the history of phase 2': textOf(results.phase2.history),
		'the metrics': textOf(metrics),
		'the probabilities': results.probabilities,
		'the mistakes': textOf(results.mistakes),
		'the saved weights': hashOf(readFileSync(join(folder, 'model', 'weights.bin'))),
	};
	for (const phase of PHASES) {
		const checkpoint = await latestCheckpoint(join(folder, `phase${phase}`));
		if (!checkpoint) continue;
		outcome[`the header of the checkpoint of phase ${phase}`] = textOf(checkpoint.header);
		for (const [vector, { buffer, byteOffset, byteLength }] of Object.entries(checkpoint.vectors)) {
			outcome[`${vector} in the checkpoint of phase ${phase}`] = hashOf(new Uint8Array(buffer, byteOffset, byteLength));
		}
	}
	return outcome;
}

/** Checks that two runs are equal; returns how many results were compared. The error lists the differences. */
export function checkEqual(expected: Outcome, received: Outcome) {
	const names = [...new Set([...Object.keys(expected), ...Object.keys(received)])];
	const different = names.filter((name) => expected[name] !== received[name]);
	if (different.length > 0) throw new Error(`Differs from the unbroken run: ${different.join(', ')}`);
	return { equal: true, compared: Object.keys(expected).length };
}
