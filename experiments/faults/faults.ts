// @ts-check
import { randomInt } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { describeMachine } from '../../bench/machine.mjs';
import { ROOT, VENV } from '../../scripts/setup/paths.mjs';
import { Problem, parseOptions, runCommandLine } from '../../scripts/setup/problem.mjs';
import { findWheel } from '../../scripts/setup/tensorflowWheel.mjs';
import { formatSeconds, startTask } from '../../scripts/setup/terminal.mjs';
import { setUp } from '../../scripts/setup.mjs';
import { trainOnFullDisk } from './fullDisk.mjs';
import { planKills, trainToEnd, trainWithKills } from './kills.mjs';
import { trainWithEveryOption } from './memory.mjs';
import { differences, readOutcome } from './outcome.mjs';
import { diverge, refuseChanges, tearCheckpoint } from './refusals.mjs';
import { trainWithInterruptions } from './signals.mjs';
import { runFolder, SETTINGS } from './trainCommand.mjs';

const HELP = `npm run test:faults [-- options]: proves on the real command that a training survives. It is killed at random moments
and restarted, interrupted, run out of disk and led astray, and must end with the same history, weights and metrics as
an unbroken one; 1,000 steps with every option on must leave tensors and memory as they were.
Takes about a quarter of an hour and writes docs/results/faults.json.
  --seed N       draws the moments; without it a new one each time, which is printed
  --only PARTS   some of kills, signals, disk, refusals, memory (with commas); writes nothing into docs/
  --help         this text`;

const OPTIONS = /** @type {const} */ ({
	seed: { type: 'string' },
	only: { type: 'string' },
	help: { type: 'boolean' },
});

const RESULT = path.join(ROOT, 'docs', 'results', 'faults.json');
const WHOLE = 'faults-whole';
const RUNS = [WHOLE, ...['killed', 'interrupted', 'disk', 'astray', 'memory'].map((name) => `faults-${name}`)];

/** Places that must have been hit, and how often in all. */
const PLACES = ['phase 1', 'phase 2', "phase 1, a checkpoint's write", "phase 2, a checkpoint's write"];
const LEAST_KILLS = 20;

/**
 * @typedef {import('../../scripts/setup/terminal.mjs').Task} Task
 * @typedef {import('../../dist/lib/random.js').Random} Random
 * @typedef {{random: Random, task: Task}} Tools
 */

/**
 * Compares a run with the unbroken one.
 * @param {import('./outcome.mjs').Outcome} outcome
 * @throws {Error} If they differ; the message says in what.
 */
async function checkEqual(outcome) {
	const expected = await readOutcome(WHOLE);
	const different = differences(expected, outcome);
	if (different.length > 0) throw new Error(`Differs from the unbroken run: ${different.join(', ')}`);
	return { equal: true, compared: Object.keys(expected).length };
}

async function trainWhole() {
	const began = Date.now();
	await trainToEnd(WHOLE);
	return { seconds: Math.round((Date.now() - began) / 1000) };
}

/** @param {Tools} tools */
async function testKills({ random, task }) {
	const plan = planKills(random);
	const began = Date.now();
	let count = 0;
	const kills = await trainWithKills('faults-killed', plan, ({ place, stepsLost }) => {
		task.update(`${++count} of ${plan.length}, the last in ${place}, ${stepsLost} steps lost`);
	});
	/** @type {Record<string, number>} */
	const byPlace = {};
	for (const { place } of kills) byPlace[place] = (byPlace[place] ?? 0) + 1;
	const missed = PLACES.filter((place) => !byPlace[place]);
	if (missed.length > 0 || kills.length < LEAST_KILLS) {
		throw new Error(`${kills.length} kills: ${JSON.stringify(byPlace)}. Take another seed.`);
	}
	const lost = kills.map(({ stepsLost }) => stepsLost);
	const stepsLost = { sum: lost.reduce((sum, each) => sum + each, 0), most: Math.max(...lost) };
	const seconds = Math.round((Date.now() - began) / 1000);
	return {
		kills: kills.length,
		byPlace,
		stepsLost,
		seconds,
		...(await checkEqual(await readOutcome('faults-killed'))),
	};
}

/** @param {Tools} tools */
async function testSignals({ random }) {
	const interruptions = await trainWithInterruptions('faults-interrupted', random);
	return { interruptions, ...(await checkEqual(await readOutcome('faults-interrupted'))) };
}

async function testDisk() {
	const disk = await trainOnFullDisk('faults-disk', WHOLE);
	return 'skipped' in disk ? disk : { ...disk.result, ...(await checkEqual(disk.outcome)) };
}

async function testRefusals() {
	const refusals = [...(await refuseChanges(WHOLE)), await diverge('faults-astray')];
	const before = await readOutcome(WHOLE);
	refusals.push(await tearCheckpoint(WHOLE));
	const different = differences(before, await readOutcome(WHOLE));
	if (different.length > 0) throw new Error(`After a torn checkpoint these differ: ${different.join(', ')}`);
	return { refusals };
}

/** @param {Tools} tools */
function testMemory({ task }) {
	return trainWithEveryOption('faults-memory', ({ step, megabytes }) => task.update(`step ${step}, ${megabytes} MB`));
}

/** @type {Record<string, {title: string, work: (tools: Tools) => Promise<object>}>} */
const PARTS = {
	kills: { title: 'Killed at random moments', work: testKills },
	signals: { title: 'SIGINT and SIGTERM', work: testSignals },
	disk: { title: 'Full disk', work: testDisk },
	refusals: { title: 'Changed settings and data, a loss that is not finite, a torn checkpoint', work: testRefusals },
	memory: { title: '1,000 steps with every option on', work: testMemory },
};

/**
 * Runs a part with a line in the terminal.
 * @param {string} title
 * @param {(task: Task) => Promise<object>} work
 * @returns {Promise<object>} What it gave, or `{failed}` with what went wrong.
 */
async function runPart(title, work) {
	const task = startTask(title);
	try {
		const result = await work(task);
		task.done();
		console.log(JSON.stringify(result, null, 2).replace(/^/gm, '  '));
		return result;
	} catch (error) {
		task.failed();
		const failed = error instanceof Error ? error.message : String(error);
		console.log(failed);
		return { failed };
	}
}

function versions() {
	return { node: process.version, tensorflow: findWheel(VENV)?.version.replace('.dist-info', '') };
}

/** @param {string | undefined} given @returns {number} */
function seedOf(given) {
	if (given === undefined) return randomInt(2 ** 31);
	if (!/^\d+$/.test(given)) throw new Problem(`Expected a whole number for --seed but received ${given}.`);
	return Number(given);
}

/** @param {string | undefined} given @returns {string[]} */
function partsOf(given) {
	const names = given?.split(',') ?? Object.keys(PARTS);
	const unknown = names.filter((name) => !Object.hasOwn(PARTS, name));
	if (unknown.length > 0)
		throw new Problem(`Expected some of ${Object.keys(PARTS)} for --only but received ${unknown}.`);
	return names;
}

function removeRuns() {
	for (const name of RUNS) fs.rmSync(runFolder(name), { recursive: true, force: true });
}

await runCommandLine(async () => {
	const { values } = parseOptions({ options: OPTIONS });
	if (values.help) return console.log(HELP);
	const [names, seed] = [partsOf(values.only), seedOf(values.seed)];
	await setUp();
	const { createRandom } = await import('../../dist/lib/random.js');
	const began = Date.now();
	console.log(`Seed ${seed}`);
	removeRuns();
	/** @type {Record<string, object>} */
	const parts = {};
	const needsWhole = names.some((name) => name !== 'memory');
	if (needsWhole) parts.whole = await runPart('Unbroken', trainWhole);
	for (const [i, name] of names.entries()) {
		if (needsWhole && 'failed' in parts.whole) break;
		parts[name] = await runPart(PARTS[name].title, (task) => PARTS[name].work({ random: createRandom(seed, i), task }));
	}
	const passed = !Object.values(parts).some((part) => 'failed' in part);
	const seconds = Math.round((Date.now() - began) / 1000);
	const { load: _, ...machine } = describeMachine();
	const about = { date: new Date().toISOString().slice(0, 10), machine, versions: versions(), seed, seconds };
	if (!values.only) {
		fs.mkdirSync(path.dirname(RESULT), { recursive: true });
		fs.writeFileSync(RESULT, `${JSON.stringify({ ...about, passed, settings: SETTINGS, ...parts }, null, '\t')}\n`);
	}
	if (passed) removeRuns();
	console.log(`${passed ? '✓ All of it holds' : '✗ See above'} (${formatSeconds(seconds)}), seed ${seed}`);
	return passed ? 0 : 1;
});
