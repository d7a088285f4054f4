import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { silenceProgress } from '../../../cli/progressLine';
import { PROJECT_FOLDER, RUNS } from '../../../cli/projectFolder';
import { RAY_PYTHON } from '../../../cli/ray/environment';
import type { TuneOptions } from '../../../cli/tune/plan';
import { runTune } from '../../../cli/tune/runTune';
import { isAlive } from '../../../lib/fileLock';
import { withoutClock } from '../../fixtures/training/toy';

const isSlow = !!process.env.FER_SLOW_TESTS && existsSync(RAY_PYTHON);
const skip = isSlow ? false : 'takes minutes, and Ray in .venv-ray: FER_SLOW_TESTS=1 runs it';
const FIXTURES = join(__dirname, '..', '..', 'fixtures', 'tune');
const TRAINER = [process.execPath, join(FIXTURES, 'trainer.mjs')];
const TRIALS_TABLE = join(PROJECT_FOLDER, 'docs', 'results', 'trials.csv');
const PORT = 45_731;
const MINUTES = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'fer-tune-'));
const names: string[] = [];
after(() => {
	rmSync(folder, { recursive: true });
	for (const name of names)
		for (const end of ['', '.lock']) rmSync(runOf(name) + end, { recursive: true, force: true });
});
silenceProgress();
process.env.RAY_AUTH_TOKEN = 'a-token-of-this-test-alone-9876543210';
// Ray's own commands do not take it without.
process.env.RAY_AUTH_MODE = 'token';

const runOf = (name: string) => join(RUNS, `tune-${name}`);

/** Writes a space, and the options of a sweep of its own. */
function sweepOf(kind: string, space: object, options: Partial<TuneOptions>) {
	const name = `test-${kind}-${process.pid}`;
	names.push(name);
	const file = join(folder, `${name}.json`);
	writeFileSync(file, JSON.stringify(space));
	return { name, file, options: { name, trials: '1', profile: 'smoke', cores: '1', gpus: '0', ...options } };
}

const run = (file: string, options: TuneOptions, trainer?: readonly string[]) =>
	runTune(file, options, new AbortController().signal, trainer);

const read = (path: string) => {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return '';
	}
};
const parentOf = (id: number) => Number(/^PPid:\s+(\d+)/m.exec(read(`/proc/${id}/status`))?.[1]);
const residentMegabytes = (id: number) => Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${id}/status`))?.[1]) / 1024;

/** The processes whose command matches. */
function processes(pattern: RegExp): number[] {
	const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
	return ids.filter((id) => pattern.test(read(`/proc/${id}/cmdline`).replaceAll('\0', ' '))).map(Number);
}

/** Waits until something is found. */
async function until<T>(what: string, find: () => T | undefined | false, minutes = 8): Promise<T> {
	for (const end = Date.now() + minutes * MINUTES; Date.now() < end; await sleep(50)) {
		const found = find();
		if (found) return found;
	}
	throw new Error(`${what} did not happen`);
}

const events = (name: string) =>
	read(join(runOf(name), 'events.jsonl'))
		.split('\n')
		.slice(0, -1)
		.map((line) => JSON.parse(line));
const epochsDone = (name: string, trial: string) =>
	events(name).filter((each) => each.trial === trial && each.event === 'epoch');

describe('fer tune on two nodes with a core each', { skip, timeout: 20 * MINUTES }, () => {
	const nodes: ChildProcess[] = [];
	const table = read(TRIALS_TABLE);
	const ray = join(dirname(RAY_PYTHON), 'ray');
	const startNode = (...args: string[]) => {
		const options = ['--node-ip-address=127.0.0.1', '--num-cpus=1', '--block'];
		nodes.push(spawn(ray, ['start', ...args, ...options], { stdio: 'ignore' }));
	};
	before(async () => {
		startNode('--head', `--port=${PORT}`, '--include-dashboard=false');
		const address = `--address=127.0.0.1:${PORT}`;
		await until('the head', () => spawnSync(ray, ['health-check', ...address.split(' ')]).status === 0);
		startNode(address);
		await until('the second node', () => {
			const { stdout } = spawnSync(ray, ['status', address], { encoding: 'utf8' });
			return /\/2\.0 CPU/.test(stdout);
		});
	});
	after(async () => {
		for (const node of nodes) node.kill();
		await Promise.all(nodes.map((node) => node.exitCode ?? once(node, 'close')));
		// The trials have added rows.
		writeFileSync(TRIALS_TABLE, table);
	});

	it('goes on with a trial whose worker is killed, which then ends as the one that was left alone', async () => {
		// Two trials of the same settings: only one is disturbed.
		const set = ['phase2.epochs=4'];
		const { name, file, options } = sweepOf('killed', { seed: [7] }, { trials: '2', set, on: `127.0.0.1:${PORT}` });
		const whole = run(file, options);
		await until('the second epoch', () => epochsDone(name, 'trial-001').length >= 2);
		const [trainer] = processes(new RegExp(`--study tune-${name} .*--name trial-001`));
		const before = epochsDone(name, 'trial-001').map(({ record }) => record);
		process.kill(parentOf(trainer), 'SIGKILL');
		await until('the end of the trainer', () => !isAlive(trainer), 1);
		const { trials } = await whole;
		const [disturbed, other] = trials;
		assert.deepEqual([disturbed.status, other.status], ['finished', 'finished']);
		assert.ok(events(name).some(({ event, trial }) => event === 'recovered' && trial === 'trial-001'));
		assert.deepEqual(withoutClock(disturbed.history), withoutClock(other.history));
		// With the same times: these epochs were not trained again.
		assert.deepEqual(disturbed.history.slice(0, before.length), before);
		assert.equal(disturbed.history.length, 4);
		const scores = trials.map((each) => JSON.parse(read(join(runOf(name), each.name, 'model', 'metrics.json'))));
		assert.equal(scores[0].part, 'validation');
		assert.deepEqual(scores[0].tta, scores[1].tta);
	});

	it('goes on after trials whose loss is not finite', async () => {
		const space = { 'phase2.learningRate': [0.001, 0.002, 0.06] };
		const options = { trials: '8', set: ['phase2.epochs=1'], on: `127.0.0.1:${PORT}` };
		const sweep = sweepOf('failing', space, options);
		const { trials } = await run(sweep.file, sweep.options, TRAINER);
		assert.equal(trials.length, 8);
		for (const { status, reason, settings } of trials) {
			const hasFailed = settings['phase2.learningRate'] === 0.06;
			assert.equal(status, hasFailed ? 'failed' : 'finished');
			if (hasFailed) assert.match(reason ?? '', /^Expected a finite loss but received NaN/);
		}
	});
});

describe('fer tune on this machine', { skip, timeout: 20 * MINUTES }, () => {
	const RATES = { 'phase2.learningRate': { min: 1e-4, max: 1e-1, log: true } };

	it('stops 200 trials early, in memory that does not grow', async () => {
		const epochs = 27;
		const set = [`phase2.epochs=${epochs}`];
		const { name, file, options } = sweepOf('many', RATES, { trials: '200', set });
		const whole = run(file, options, TRAINER);
		const memory = async (trials: number) => {
			const ended = ({ event }: { event: string }) => ['finished', 'stopped', 'failed'].includes(event);
			await until(`${trials} trials`, () => events(name).filter(ended).length >= trials, 15);
			const [loop] = processes(/^ray::sweep/);
			return residentMegabytes(loop);
		};
		const [early, late] = [await memory(50), await memory(195)];
		const { trials } = await whole;
		const count = (status: string) => trials.filter((trial) => trial.status === status).length;
		const trained = trials.reduce((sum, { history }) => sum + history.length, 0);
		const summary = {
			...{ finished: count('finished'), stopped: count('stopped'), failed: count('failed'), trained },
			...{ ofEpochs: 200 * epochs, early: Math.round(early), late: Math.round(late) },
		};
		console.log(JSON.stringify(summary));
		assert.equal(trials.length, 200);
		assert.equal(count('finished') + count('stopped') + count('failed'), 200);
		for (const { status, settings } of trials) {
			assert.equal(status === 'failed', Number(settings['phase2.learningRate']) > 0.05);
		}
		assert.ok(trained < 0.6 * 200 * epochs, `${trained} epochs`);
		assert.ok(late < early + 40, `${early} to ${late} MB`);
	});

	it('goes on after its processes were killed, and trains no epoch twice', async () => {
		const set = ['phase2.epochs=10'];
		const { name, file, options } = sweepOf('resumed', RATES, { trials: '12', set });
		const script = join(FIXTURES, 'tuneProcess.ts');
		const env = { ...process.env, FER_TEST_EPOCH: '300' };
		const args = ['--import', 'tsx', script, file, JSON.stringify(options)];
		const first = spawn(process.execPath, args, { cwd: PROJECT_FOLDER, env, stdio: 'ignore' });
		await until('the sixth trial', () => epochsDone(name, 'trial-006').length >= 1);
		const [driver] = processes(/python \S*tune\.py/).filter((id) => parentOf(id) === first.pid);
		for (const id of [driver, first.pid as number]) process.kill(id, 'SIGKILL');
		const before = events(name).filter(({ event }) => event === 'start');
		await until('the end of all trainers', () => processes(new RegExp(`--study tune-${name} `)).length === 0, 1);
		const { trials } = await run(file, { ...options, resume: true }, TRAINER);
		assert.equal(trials.length, 12);
		assert.ok(trials.every(({ status }) => status !== 'running'));
		for (const { trial, settings } of before) {
			const rate = trials.find((each) => each.name === trial)?.settings['phase2.learningRate'];
			assert.equal(settings[0], `phase2.learningRate=${rate}`);
		}
		for (const trial of trials) {
			// A trial that is stopped may have begun the next epochs.
			const done = read(join(runOf(name), `${trial.name}.epochs`)).length;
			assert.ok(done <= 10 && done >= trial.history.length, `${trial.name}: ${done} epochs`);
			assert.deepEqual(
				trial.history.map(({ epoch }) => epoch),
				trial.history.map((_, i) => i + 1),
			);
		}
	});
});
