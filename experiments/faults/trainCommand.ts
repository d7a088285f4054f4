// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { ROOT } from '../../scripts/setup/paths.mjs';
import { startProcess } from '../../scripts/setup/processes.mjs';

/** Steps in each epoch of both phases, by `SETTINGS`; each epoch ends with a checkpoint. */
export const STEPS_PER_EPOCH = 4;

/** Many short epochs, and all on that draws random numbers or has a state of its own. */
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

/**
 * @typedef {1 | 2} Phase
 *
 * @typedef {object} Told What a process has told of itself.
 * @property {string} stage The latest: `Phase 2, epoch 3 of 28`; empty before the first.
 * @property {Partial<Record<Phase, {first: number, last: number}>>} steps The first and the last training step that it
 *   took in each phase, counted over all epochs from 1.
 *
 * @typedef {object} Ended
 * @property {number | null} code
 * @property {NodeJS.Signals | null} signal
 * @property {string} output All that it printed.
 *
 * @typedef {object} Training A running `npm run train`.
 * @property {number} pid
 * @property {Told} told
 * @property {(signal: NodeJS.Signals) => void} send
 * @property {Promise<Ended>} ended
 */

/** @param {string} name The run's. */
export const runFolder = (name) => path.join(ROOT, 'runs', name);

/**
 * Takes in one report of progress.
 * @param {Told} told
 * @param {string} line
 */
function hear(told, line) {
	const [stage, done, total] = JSON.parse(line);
	told.stage = stage;
	const match = /^Phase ([12]), epoch (\d+) /.exec(stage);
	if (!match) return;
	const phase = /** @type {Phase} */ (Number(match[1]));
	const last = (Number(match[2]) - 1) * STEPS_PER_EPOCH + Math.round((done / total) * STEPS_PER_EPOCH);
	told.steps[phase] = { first: told.steps[phase]?.first ?? last, last };
}

/**
 * Starts the real command.
 * @param {object} options
 * @param {string} options.name The run's folder.
 * @param {readonly string[]} [options.flags] `--resume`.
 * @param {readonly string[]} [options.settings] Beyond `SETTINGS`; of two of one field the later holds.
 * @param {(told: Told) => void} [options.onTold] Called at each report.
 * @returns {Training}
 */
export function startTraining({ name, flags = [], settings = [], onTold }) {
	const preload = new URL('./tellProgress.mjs', import.meta.url).href;
	const sets = [...SETTINGS, ...settings].flatMap((setting) => ['--set', setting]);
	const program = ['--import', preload, path.join('cli', 'train.mjs'), '--profile', 'smoke', '--name', name];
	const child = startProcess(process.execPath, [...program, ...flags, ...sets], {
		cwd: ROOT,
		env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
		stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
	});
	/** @type {Told} */
	const told = { stage: '', steps: {} };
	const channel = /** @type {import('node:stream').Readable} */ (child.stdio[3]);
	readline.createInterface({ input: channel }).on('line', (line) => {
		// The last line of a killed process may be torn.
		if (!line.endsWith(']')) return;
		hear(told, line);
		onTold?.(told);
	});
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream?.setEncoding('utf8').on('data', (text) => {
			output += text;
		});
	}
	return {
		pid: child.pid ?? 0,
		told,
		send: (signal) => child.kill(signal),
		ended: new Promise((resolve, reject) => {
			child.on('close', (code, signal) => resolve({ code, signal, output }));
			child.on('error', reject);
		}),
	};
}

/**
 * Returns the steps of a run's checkpoints in one phase, the newest first.
 * @param {string} name
 * @param {Phase} phase
 */
export function storedSteps(name, phase) {
	return filesOf(name, phase)
		.flatMap((file) => /^checkpoint-(\d+)\.bin$/.exec(file)?.[1] ?? [])
		.map(Number)
		.sort((a, b) => b - a);
}

/**
 * Tells whether a process has left half a checkpoint.
 * @param {string} name
 * @param {Phase} phase
 * @param {number} pid
 */
export function leftHalf(name, phase, pid) {
	return filesOf(name, phase).some((file) => file.endsWith(`.${pid}.part`));
}

/** @param {string} name @param {Phase} phase */
function filesOf(name, phase) {
	const folder = path.join(runFolder(name), `phase${phase}`);
	return fs.existsSync(folder) ? fs.readdirSync(folder) : [];
}

/**
 * Calls back each time the training begins to write a checkpoint.
 * @param {string} name
 * @param {Phase} phase Its folder must be there.
 * @param {() => void} onWrite
 * @returns {fs.FSWatcher} To be closed.
 */
export function watchWrites(name, phase, onWrite) {
	/** @type {Set<string>} */
	const seen = new Set();
	return fs.watch(path.join(runFolder(name), `phase${phase}`), (_event, file) => {
		// The name that lib/atomicFile.ts gives to what it has not renamed yet.
		if (!file?.endsWith('.part') || seen.has(file)) return;
		seen.add(file);
		onWrite();
	});
}
