// @ts-check
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
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

/** Runs test files. @param {readonly string[]} files */
async function runTests(files) {
	// One more than there are cores: most of a file's work is done by one thread, and some files wait for a browser.
	const options = ['--test', `--test-concurrency=${os.availableParallelism() + 1}`, '--test-reporter=spec'];
	const { passed, output } = await runNode(['--import', 'tsx', ...options, ...files]);
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
