// @ts-check
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { dataPath, pythonEnvironment } from '../scripts/setup/environment.mjs';
import { ROOT, VENV } from '../scripts/setup/paths.mjs';
import { Problem, parseOptions, runCommandLine } from '../scripts/setup/problem.mjs';
import { findWheel } from '../scripts/setup/tensorflowWheel.mjs';
import { formatSeconds, startTask } from '../scripts/setup/terminal.mjs';
import { setUp } from '../scripts/setup.mjs';
import { alternate } from './harness.mjs';
import { describeMachine, workerEnvironment } from './machine.mjs';
import { summarizeLimits, summarizeProfiles } from './opProfile.mjs';
import { installPeers } from './peers.mjs';
import { planGroups } from './plan.mjs';
import { fillPage, rowTables } from './report.mjs';
import { makeRows } from './rows.mjs';

const HELP = `npm run bench [-- options]: measures this project beside Keras, stock tfjs-node, PyTorch and pandas on this machine, and
writes docs/results/bench.json and the tables of docs/benchmarks.md. Takes about 25 minutes on two cores: leave the
machine alone meanwhile. The first run makes a second virtual environment for the peers, .venv-bench (about 2.5 GB).
  --rows PATTERN     only the groups whose name holds a match of the regular expression; --rows list tells the names
  --repetitions N    how often each side is measured, in turns; default 5
  --quick            proves in some minutes that all of it runs; its figures say nothing
  --help             this text
Only a whole run of at least 5 repetitions writes into docs/; all others write into runs/bench/.
Environment: FER2013_PATH where FER2013 lies; without it a drawn table of the same form is read.`;

const OPTIONS = /** @type {const} */ ({
	rows: { type: 'string' },
	repetitions: { type: 'string', default: '5' },
	quick: { type: 'boolean', default: false },
	help: { type: 'boolean' },
});

/** Repetitions below which a spread says too little to be published. */
const LEAST_REPETITIONS = 5;
/** Load for each core above which the machine is not at rest. */
const BUSY = 0.5;
const FOLDER = path.join(ROOT, 'runs', 'bench');
const PAGE = path.join(ROOT, 'docs', 'benchmarks.md');

/**
 * @typedef {import('./plan.mjs').Group} Group
 * @typedef {import('./plan.mjs').Task} Task
 * @typedef {import('./harness.mjs').Measured} Measured
 *
 * @typedef {object} Setting What all groups share.
 * @property {number} repetitions
 * @property {import('./peers.mjs').Peers} peers
 * @property {string} temporary A folder that is removed at the end.
 */

/**
 * Chooses the groups whose name matches.
 * @param {readonly Group[]} groups
 * @param {string | undefined} pattern
 */
function chooseGroups(groups, pattern) {
	if (pattern === undefined) return groups;
	const names = groups.map(({ name }) => name).join(', ');
	let chosen = groups;
	try {
		chosen = groups.filter(({ name }) => new RegExp(pattern).test(name));
	} catch {
		throw new Problem(`Expected a regular expression for --rows but received ${pattern}.`);
	}
	if (chosen.length === 0) throw new Problem(`No group's name matches ${pattern}. There are: ${names}`);
	return chosen;
}

/**
 * Says how a task's process is started.
 * @param {Task} task
 * @param {string} logName
 * @param {Setting} setting
 * @returns {import('./harness.mjs').WorkerSpec}
 */
function workerOf({ file, options }, logName, { peers, temporary }) {
	const isPython = file.endsWith('.py');
	const script = path.join(ROOT, 'bench', isPython ? 'python' : 'workers', file);
	return {
		command: isPython ? peers.python : process.execPath,
		args: [script, JSON.stringify(options)],
		env: workerEnvironment(isPython ? pythonEnvironment() : process.env, temporary),
		logFile: path.join(FOLDER, 'logs', `${logName}.log`),
	};
}

/**
 * Measures one group, shown in the terminal.
 * @param {Group} group
 * @param {Setting} setting
 * @returns {Promise<Record<string, Measured>>}
 */
async function measure(group, setting) {
	const { repetitions, peers } = setting;
	const task = startTask(group.name);
	const present = Object.entries(group.workers).filter(([name]) => !(name in peers.faults));
	const workers = Object.fromEntries(
		present.map(([name, each]) => [name, workerOf(each, `${group.name}-${name}`, setting)]),
	);
	const measured = await alternate({
		workers,
		repetitions: Math.min(repetitions, group.repetitions ?? repetitions),
		fresh: group.fresh ?? false,
		onProgress: task.update,
	});
	if (measured.ours.fault) task.failed();
	else task.done();
	for (const [name, { fault }] of Object.entries(measured)) if (fault) console.error(`  ${name}: ${fault}`);
	return measured;
}

/**
 * Measures all groups, one after the other.
 * @param {readonly Group[]} groups
 * @param {Setting} setting
 * @returns {Promise<{results: import('./report.mjs').Results, failed: string[]}>}
 */
async function measureAll(groups, setting) {
	const machine = describeMachine();
	if (machine.load > BUSY * machine.cores) {
		console.log(
			`Other programs use the machine (load ${machine.load}): the figures will be low and their spread wide.`,
		);
	}
	const tensorflow = /-([\d.]+)\.dist-info$/.exec(findWheel(VENV)?.version ?? '')?.[1] ?? 'unknown';
	/** @type {import('./report.mjs').Results} */
	const results = {
		date: new Date().toISOString().slice(0, 10),
		machine,
		versions: { tensorflow },
		repetitions: setting.repetitions,
		rows: [],
		limits: {},
		profile: [],
	};
	const failed = [];
	for (const group of groups) {
		const measured = await measure(group, setting);
		for (const { info } of Object.values(measured)) Object.assign(results.versions, info?.versions);
		results.rows.push(...makeRows(group, measured, setting.peers.faults));
		if (measured.ours.fault) failed.push(group.name);
		else if (group.name === 'limits') {
			results.limits = summarizeLimits(measured.ours.answers);
			results.profile = summarizeProfiles(measured.ours.answers, results.limits);
		}
	}
	return { results, failed };
}

/**
 * @param {import('./report.mjs').Results} results
 * @param {boolean} publish Whether into docs/.
 * @returns {string[]} The files.
 */
function write(results, publish) {
	const page = fillPage(fs.readFileSync(PAGE, 'utf8'), results);
	const json = publish ? path.join(ROOT, 'docs', 'results', 'bench.json') : path.join(FOLDER, 'bench.json');
	const markdown = publish ? PAGE : path.join(FOLDER, 'benchmarks.md');
	for (const [file, text] of [
		[json, `${JSON.stringify(results, undefined, '\t')}\n`],
		[markdown, page],
	]) {
		fs.mkdirSync(path.dirname(file), { recursive: true });
		fs.writeFileSync(file, text);
	}
	return [json, markdown];
}

await runCommandLine(async () => {
	const { values } = parseOptions({ options: OPTIONS });
	if (values.help) return console.log(HELP);
	const repetitions = Number(values.repetitions);
	if (!Number.isInteger(repetitions) || repetitions < 1) {
		throw new Problem(`Expected a whole number above 0 for --repetitions but received ${values.repetitions}.`);
	}
	if (values.rows === 'list') {
		const all = planGroups({ quick: true, csv: { file: '', rows: 0, drawn: true } });
		return console.log(all.map(({ name }) => name).join('\n'));
	}
	const began = Date.now();
	await setUp();
	const peers = await installPeers();
	const { csvFile } = await import('./csvFile.mjs');
	const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'fer-bench-'));
	// Also after Ctrl-C, which ends the process at once.
	process.once('exit', () => fs.rmSync(temporary, { recursive: true, force: true }));
	const places = { temporary, dataFolder: path.join(ROOT, 'data'), givenPath: dataPath(), quick: values.quick };
	const csv = await csvFile(places).catch((error) => {
		// What is wrong with FER2013_PATH or the file behind it is said in a sentence.
		throw error instanceof Error ? new Problem(error.message) : error;
	});
	const groups = chooseGroups(planGroups({ quick: values.quick, csv }), values.rows);
	const { results, failed } = await measureAll(groups, { repetitions, peers, temporary });
	const isWhole = values.rows === undefined && !values.quick && failed.length === 0;
	const files = write(results, isWhole && repetitions >= LEAST_REPETITIONS);
	console.log(`\n${rowTables(results.rows)}\n`);
	console.log(`Written in ${formatSeconds((Date.now() - began) / 1000)}:`);
	for (const file of files) console.log(`  ${path.relative(process.cwd(), file)}`);
	if (failed.length > 0) console.error(`Not measured: ${failed.join(', ')}. The logs lie in runs/bench/logs.`);
	return failed.length > 0 ? 1 : 0;
});
