import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { globSync } from 'tinyglobby';
import { describeMachine } from '../../bench/machine';
import { writeJson } from '../../cli/markdown';
import { Problem } from '../../cli/problem';
import { type Task, withTask } from '../../cli/progressLine';
import { PROJECT_FOLDER, RUNS } from '../../cli/projectFolder';
import { formatSeconds } from '../../lib/format';
import { createRandom, type Random } from '../../lib/random';
import { earlierName } from '../../lib/runName';
import { killAtRenamings, trainInTurn } from './earlier';
import { planKills, trainWithKills, trainWithSignals } from './interruptions';
import { trainWithEveryOption } from './memory';
import { diverge, refuseChanges, refuseSecond, tearCheckpoint, trainOnFullDisk } from './refusals';
import { checkEqual, readOutcome, SETTINGS, train, trainToEnd } from './training';

const RESULT = join(PROJECT_FOLDER, 'docs', 'results', 'faults.json');
const WHOLE = 'faults-whole';
/** The runs of this test, which it removes. */
const OWN_RUNS = ['whole', 'killed', 'interrupted', 'disk', 'twice', 'astray', 'earlier', 'memory'].map(
	(name) => `faults-${name}`,
);

/** Places in which a kill must have occurred. */
const PLACES = ['phase 1', 'phase 2', "phase 1, a checkpoint's write", "phase 2, a checkpoint's write"];

/** The parts of the test: title, and the work that returns what is stored. */
const PARTS: Readonly<Record<string, readonly [string, (random: Random, task: Task) => Promise<object>]>> = {
	kills: ['Killed at random moments', testKills],
	signals: ['SIGINT and SIGTERM', testSignals],
	disk: ['Full and read-only disk', testDisk],
	earlier: ['Two trainings of one name in turn, killed while one is set aside', testEarlier],
	refusals: [
		'Changed settings and data, a second training, a loss that is not finite, a truncated checkpoint',
		testRefusals,
	],
	memory: ['1,000 steps with every option on', (_, { update }) => trainWithEveryOption('faults-memory', update)],
};

/** Runs parts of the test and, if it is the whole test, writes docs/results/faults.json; `seed` is that of the moments. */
export async function runFaults(names: readonly string[], seed: number, isWhole: boolean): Promise<void> {
	const began = Date.now();
	const removeRuns = () => {
		// With their earlier trainings and locks.
		const isOwn = (entry: string) => OWN_RUNS.includes(earlierName(entry)?.name ?? entry.replace(/\.lock$/, ''));
		const entries = existsSync(RUNS) ? readdirSync(RUNS).filter(isOwn) : [];
		for (const entry of entries) rmSync(join(RUNS, entry), { recursive: true, force: true });
	};
	console.log(`Seed ${seed}`);
	removeRuns();
	const parts: Record<string, object> = {};
	const needsWhole = names.some((name) => name !== 'memory');
	if (needsWhole) parts.whole = await runPart('Unbroken', () => trainToEnd(WHOLE));
	for (const [i, name] of names.entries()) {
		if (needsWhole && 'failed' in parts.whole) break;
		const [title, work] = PARTS[name];
		parts[name] = await runPart(title, (task) => work(createRandom(seed, i), task));
	}
	const passed = !Object.values(parts).some((part) => 'failed' in part);
	const seconds = Math.round((Date.now() - began) / 1000);
	const { load: _, ...machine } = describeMachine();
	const pattern = '.venv/lib/*/site-packages/tensorflow{,_cpu}-*.dist-info';
	const [wheel] = globSync(pattern, { cwd: PROJECT_FOLDER, onlyDirectories: true, dot: true });
	const versions = { node: process.version, tensorflow: wheel && basename(wheel, '.dist-info') };
	const about = { date: new Date().toISOString().slice(0, 10), machine, versions, seed, seconds };
	if (isWhole) await writeJson(RESULT, { ...about, passed, settings: SETTINGS, ...parts });
	if (!passed) throw new Problem(`✗ Failed, see above (${formatSeconds(seconds)}), seed ${seed}`);
	removeRuns();
	console.log(`✓ Passed (${formatSeconds(seconds)}), seed ${seed}`);
}

/** Runs a part with its progress in the terminal; returns its result, or `{failed}` with the message. */
async function runPart(title: string, work: (task: Task) => Promise<object>): Promise<object> {
	try {
		const result = await withTask(title, work);
		console.log(JSON.stringify(result, null, 2).replace(/^/gm, '  '));
		return result;
	} catch (error) {
		const failed = error instanceof Error ? error.message : String(error);
		console.log(failed);
		return { failed };
	}
}

/** Compares a run with the unbroken one. */
const compare = async (name: string) => checkEqual(await readOutcome(WHOLE), await readOutcome(name));

async function testKills(random: Random, task: Task) {
	const kills = await trainWithKills('faults-killed', planKills(random), task.update);
	const byPlace: Record<string, number> = {};
	for (const { place } of kills) byPlace[place] = (byPlace[place] ?? 0) + 1;
	if (PLACES.some((place) => !byPlace[place])) {
		throw new Error(`${kills.length} kills: ${JSON.stringify(byPlace)}. Use another seed.`);
	}
	const lost = kills.map(({ stepsLost }) => stepsLost);
	const stepsLost = { sum: lost.reduce((sum, each) => sum + each, 0), most: Math.max(...lost) };
	return { kills: kills.length, byPlace, stepsLost, ...(await compare('faults-killed')) };
}

async function testSignals(random: Random) {
	const interruptions = await trainWithSignals('faults-interrupted', random);
	return { interruptions, ...(await compare('faults-interrupted')) };
}

async function testDisk() {
	const { result, outcome } = await trainOnFullDisk('faults-disk', WHOLE);
	return { ...result, ...(outcome && checkEqual(await readOutcome(WHOLE), outcome)) };
}

async function testRefusals() {
	const refusals = [
		...(await refuseChanges(WHOLE)),
		await refuseSecond('faults-twice'),
		await diverge('faults-astray'),
	];
	const before = await readOutcome(WHOLE);
	refusals.push(await tearCheckpoint(WHOLE));
	checkEqual(before, await readOutcome(WHOLE));
	return { refusals };
}

async function testEarlier(random: Random, task: Task) {
	const name = 'faults-earlier';
	const inTurn = await trainInTurn(name);
	const kills = await killAtRenamings(name, random, task.update);
	const { code, output } = await train({ name });
	if (code !== 0) throw new Error(`It failed with exit code ${code}:\n${output}`);
	return { ...inTurn, ...kills, ...(await compare(name)) };
}
