// @ts-check
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './setup/paths.mjs';
import { Problem, parseOptions, runMain } from './setup/problem.mjs';
import { run } from './setup/processes.mjs';
import { formatSeconds } from './setup/terminal.mjs';
import { setUp } from './setup.mjs';

const HELP = `npm test [-- words]: checks the format, lints, type-checks, runs the unit tests, executes the notebooks with the smoke
profile and checks what they wrote; the set-up is brought up to date first.
  words   run only the test files with one of them in their path, and neither checks nor notebooks
  --help  print this text
Environment: FER2013_PATH adds the tests on the real data.`;

/** The notebooks, and the tests of what each has written. */
const NOTEBOOK_TESTS = {
	'transfer-learning': path.join('test', 'executedNotebook.test.ts'),
	'cross-dataset': path.join('test', 'executedCrossDataset.test.ts'),
};

/** Tests that change what TensorFlow computes with, or that a crash would take others with: each file has its own process. */
const OWN_PROCESS = ['tensorflow/native.missing', 'tensorflow/kernels.hostile', 'upstream/'].map(inTests);
/** Kernels are tested with all threads; for other tests one is enough, since the other cores run other tests. */
const ALL_THREADS = ['tensorflow/', 'upstream/'].map(inTests);
/** The files that take longest, by how their paths begin; started first, so that none is left alone at the end. */
const LONGEST = [
	'realData/',
	'demo/page',
	'model/backbones/',
	'training/',
	'cli/data/fer2013',
	'examples',
	'cli/commands/',
	'cli/executeNotebook',
	'demo/',
	'experiments/',
].map(inTests);
/** Test files that share a process at most: an even share of the work for each core. */
const PER_PROCESS = 10;

/** @param {string} name The start of a path in test/. */
function inTests(name) {
	return path.join('test', name);
}

/** @param {readonly string[]} names @param {string} file */
const isIn = (names, file) => names.some((name) => file.startsWith(name));

/** @typedef {{pass: number, fail: number, skipped: number}} Counts */

/** Lists the test files, sorted. Node 20's own runner takes no patterns. */
function listTests() {
	const files = fs.readdirSync(path.join(ROOT, 'test'), { recursive: true });
	const tests = files.map((name) => path.join('test', String(name))).filter((name) => /\.test\.(ts|mjs)$/.test(name));
	return tests.sort();
}

/**
 * Runs a program of Node, and shows and returns its output.
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [changes] of the environment
 */
async function runNode(args, changes) {
	/** @type {NodeJS.ProcessEnv} */
	const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2', ...changes };
	let output = '';
	const code = await run(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] }, (text) => {
		output += text;
		process.stdout.write(text);
	});
	return { passed: code === 0, output };
}

/**
 * Groups test files for processes: a process takes two seconds to load TensorFlow, more than most files take to run.
 * @param {readonly string[]} files
 */
function groupTests(files) {
	/** @type {Map<string, string[]>} */
	const rooms = new Map();
	for (const file of files) {
		const [, room] = path.dirname(file).split(path.sep);
		// ES modules cannot be loaded into a suite: their tests would leave it.
		const isShared = file.endsWith('.ts') && !isIn(OWN_PROCESS, file);
		const key = isShared ? `${room}` : file;
		rooms.set(key, [...(rooms.get(key) ?? []), file]);
	}
	const groups = [...rooms.values()].flatMap((group) => {
		const count = Math.ceil(group.length / PER_PROCESS);
		return Array.from({ length: count }, (_, i) => group.filter((_, at) => at % count === i));
	});
	const rank = (/** @type {string[]} */ group) => {
		const ranks = group.map((file) => LONGEST.findIndex((name) => file.startsWith(name)));
		return Math.min(...ranks.map((place) => (place < 0 ? LONGEST.length : place)));
	};
	return groups.sort((a, b) => rank(a) - rank(b));
}

/**
 * Writes the text of a program that runs a group of test files, each as a suite.
 * @param {readonly string[]} group
 */
function programOf(group) {
	const suites = group.map((file) => {
		const [name, whole] = [file, path.join(ROOT, file)].map((text) => JSON.stringify(text));
		return file.endsWith('.ts')
			? `describe(${name}, () => void require(${whole}));`
			: `await import(${JSON.stringify(pathToFileURL(path.join(ROOT, file)).href)});`;
	});
	const imports = `import { createRequire } from 'node:module';\nimport { describe } from 'node:test';\n`;
	const threads = isIn(ALL_THREADS, group[0]) ? '' : `process.env.TF_NUM_INTRAOP_THREADS ??= '1';\n`;
	return `${imports}${threads}const require = createRequire(import.meta.url);\n${suites.join('\n')}\n`;
}

/** Runs test files. @param {readonly string[]} files */
async function runTests(files) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fer-tests-'));
	const programs = groupTests(files).map((group, i) => {
		// Node starts them in alphabetical order.
		const program = path.join(folder, `${String(i).padStart(3, '0')}.mjs`);
		fs.writeFileSync(program, programOf(group));
		return program;
	});
	// One more than there are cores: most of a file's work is done by one thread, and some files wait for a browser.
	const options = ['--test', `--test-concurrency=${os.availableParallelism() + 1}`, '--test-reporter=spec'];
	const { passed, output } = await runNode(['--import', 'tsx', ...options, ...programs]);
	fs.rmSync(folder, { recursive: true });
	const count = (/** @type {string} */ word) => Number(new RegExp(`^ℹ ${word} (\\d+)$`, 'm').exec(output)?.[1] ?? 0);
	const counts = { pass: count('pass'), fail: count('fail') + count('cancelled'), skipped: count('skipped') };
	return { passed: passed && counts.pass > 0, counts };
}

/**
 * Runs and times one part of the test.
 * @param {string} name
 * @param {() => Promise<{passed: boolean, counts?: Counts}>} work
 */
async function runPart(name, work) {
	const began = Date.now();
	console.log(`\n== ${name}`);
	const { passed, counts } = await work();
	return { name, passed, counts, seconds: (Date.now() - began) / 1000 };
}

/** Runs every check and test, the slow ones last. */
async function runEverything() {
	const modules = path.join(ROOT, 'node_modules');
	const biome = path.join(modules, '@biomejs', 'biome', 'bin', 'biome');
	const tsc = path.join(modules, 'typescript', 'bin', 'tsc');
	const units = listTests().filter((name) => !Object.values(NOTEBOOK_TESTS).includes(name));
	const outcomes = [
		await runPart('format and lint', () => runNode([biome, 'check'])),
		await runPart('types', () => runNode([tsc, '-p', 'tsconfig.test.json'])),
		await runPart('unit tests', () => runTests(units)),
	];
	const fer = path.join(ROOT, 'scripts', 'fer.mjs');
	const execute = (/** @type {string} */ name) =>
		runNode([fer, 'notebook', '--execute', name], { FER_PROFILE: 'smoke' });
	const names = Object.keys(NOTEBOOK_TESTS);
	const executed = await Promise.all(
		names.map((name) => runPart(`notebook ${name}, smoke profile`, () => execute(name))),
	);
	outcomes.push(...executed);
	// After a failure the output of an earlier run would be checked.
	const tests = Object.values(NOTEBOOK_TESTS).filter((_, i) => executed[i].passed);
	if (tests.length > 0) outcomes.push(await runPart('what the notebooks wrote', () => runTests(tests)));
	return outcomes;
}

/** @param {readonly Awaited<ReturnType<typeof runPart>>[]} outcomes */
function summarize(outcomes) {
	const text = (/** @type {Counts} */ { pass, fail, skipped }) => `${pass} passed, ${fail} failed, ${skipped} skipped`;
	console.log('\n== Summary');
	const total = { pass: 0, fail: 0, skipped: 0 };
	for (const { name, passed, counts, seconds } of outcomes) {
		console.log(`${passed ? '✓' : '✗'} ${name}${counts ? `: ${text(counts)}` : ''} (${formatSeconds(seconds)})`);
		total.pass += counts?.pass ?? 0;
		total.fail += counts?.fail ?? 0;
		total.skipped += counts?.skipped ?? 0;
	}
	console.log(`Tests: ${text(total)}`);
	if (!process.env.FER2013_PATH) console.log('FER2013_PATH is not set: the tests on the real data were skipped.');
}

await runMain(async () => {
	const { values, positionals } = parseOptions({ options: { help: { type: 'boolean' } }, allowPositionals: true });
	if (values.help) return console.log(HELP);
	await setUp();
	for (const name of ['FER2013_PATH', 'RAFDB_PATH', 'CKPLUS_PATH']) {
		const value = process.env[name];
		if (value) process.env[name] = path.resolve(process.env.INIT_CWD ?? '', value);
	}
	const chosen = listTests().filter((name) => positionals.some((word) => name.includes(word)));
	if (positionals.length > 0 && chosen.length === 0)
		throw new Problem('No test file has one of these words in its path.');
	const outcomes = chosen.length > 0 ? [await runPart('unit tests', () => runTests(chosen))] : await runEverything();
	summarize(outcomes);
	return outcomes.every(({ passed }) => passed) ? 0 : 1;
});
