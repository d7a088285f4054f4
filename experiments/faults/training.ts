import { existsSync, type FSWatcher, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { PROJECT_FOLDER } from '../../cli/projectFolder';

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

/** A phase of the training. */
export type Phase = 1 | 2;

/** What a process has reported. */
export interface Reported {
	/** The latest stage, for example `Phase 2, epoch 3 of 28`; empty before the first report. */
	stage: string;
	/** The first and the last training step of each phase in this process, counted over all epochs from 1. */
	readonly steps: Partial<Record<Phase, { first: number; last: number }>>;
}

/** How a process ended. */
export type Ended = Awaited<ReturnType<typeof train>>;

/** How a training is started. */
export interface TrainOptions {
	/** The run's folder in runs/. */
	readonly name: string;
	/** Default false. */
	readonly resume?: boolean;
	/** In addition to `SETTINGS`; later settings of the same field win. */
	readonly settings?: readonly string[];
	/** Called at each report; `send` sends a signal to the process. */
	readonly onReport?: (reported: Reported, send: (signal: NodeJS.Signals) => void) => void;
}

/** The folder of a run. */
export const runFolder = (name: string): string => join(PROJECT_FOLDER, 'runs', name);

/** Runs the real command, `fer train`, until it ends; `output` is everything that it printed. */
export async function train({ name, resume = false, settings = [], onReport }: TrainOptions) {
	const { execa } = await import('execa');
	const preload = pathToFileURL(join(PROJECT_FOLDER, 'experiments', 'faults', 'tellProgress.mjs')).href;
	const sets = [...SETTINGS, ...settings].flatMap((setting) => ['--set', setting]);
	const command = ['--import', preload, join('scripts', 'fer.mjs'), 'train', '--profile', 'smoke', '--name', name];
	const running = execa(process.execPath, [...command, ...(resume ? ['--resume'] : []), ...sets], {
		cwd: PROJECT_FOLDER,
		env: { TF_CPP_MIN_LOG_LEVEL: '2' },
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
	return { pid: running.pid ?? 0, reported, code, signal, output };
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

type Steps = Readonly<Record<Phase, number>>;

/** Returns the step of a run's newest checkpoint in each phase; 0 where there is none. */
export function newestSteps(name: string): Steps {
	return { 1: storedSteps(name, 1)[0] ?? 0, 2: storedSteps(name, 2)[0] ?? 0 };
}

/**
 * Trains to the end; returns the duration.
 * @throws {Error} If the training fails or does not continue from the checkpoints that were stored before.
 */
export async function trainToEnd(name: string, resume = false) {
	const began = Date.now();
	const stored = newestSteps(name);
	const { code, output, reported } = await train({ name, resume });
	if (code !== 0) throw new Error(`It failed with exit code ${code}:\n${output}`);
	checkResumed(reported, stored);
	return { seconds: Math.round((Date.now() - began) / 1000) };
}

/**
 * Checks that a process continued from the newest checkpoint: its first step is the next one.
 * @throws {Error} If it did not.
 */
export function checkResumed({ steps }: Reported, stored: Steps): void {
	for (const phase of [1, 2] as const) {
		const first = steps[phase]?.first;
		if (first !== undefined && first !== stored[phase] + 1) {
			throw new Error(`Phase ${phase} continued with step ${first}, but its checkpoint was of step ${stored[phase]}.`);
		}
	}
}

/** Counts the steps that a process took and did not store. */
export function stepsLost({ steps }: Reported, stored: Steps): number {
	const lost = (phase: Phase) => Math.max(0, (steps[phase]?.last ?? 0) - stored[phase]);
	return lost(1) + lost(2);
}

/** Returns the steps of a run's checkpoints in one phase, newest first. */
export function storedSteps(name: string, phase: Phase): number[] {
	return filesOf(name, phase)
		.flatMap((file) => /^checkpoint-(\d+)\.bin$/.exec(file)?.[1] ?? [])
		.map(Number)
		.sort((a, b) => b - a);
}

/** Whether a process has left an incomplete checkpoint. */
export function leftHalf(name: string, phase: Phase, pid: number): boolean {
	return filesOf(name, phase).some((file) => file.endsWith(`.${pid}.part`));
}

function filesOf(name: string, phase: Phase): string[] {
	const folder = join(runFolder(name), `phase${phase}`);
	return existsSync(folder) ? readdirSync(folder) : [];
}

/** Calls back each time a training begins to write a checkpoint; the phase's folder must exist. */
export function watchWrites(name: string, phase: Phase, onWrite: () => void): FSWatcher {
	const seen = new Set<string>();
	return watch(join(runFolder(name), `phase${phase}`), (_event, file) => {
		// The name that lib/atomicFile.ts gives to a file before it renames it.
		if (!file?.endsWith('.part') || seen.has(file)) return;
		seen.add(file);
		onWrite();
	});
}
