// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { executeNotebook, NOTEBOOKS } from './executeNotebook.mjs';
import { DATA_VARIABLES, dataPath } from './setup/environment.mjs';
import { ROOT } from './setup/paths.mjs';
import { Problem, parseOptions, runCommandLine } from './setup/problem.mjs';
import { exitCodeOf, startProcess } from './setup/processes.mjs';
import { formatSeconds } from './setup/terminal.mjs';
import { setUp } from './setup.mjs';

const HELP = `npm test [-- words]: sets up what is missing, then checks the format, lints, type-checks, runs the unit tests, executes the
notebooks with the smoke profile and checks what they wrote.
  words   only the test files whose path holds one of them, and neither the checks nor the notebooks
  --help  this text
Environment: FER2013_PATH adds the tests on the real data.`;

/** Each looks at what an executed notebook has written, so it runs after it. */
const NOTEBOOK_TESTS = {
	'transfer-learning': path.join('test', 'executedNotebook.test.ts'),
	'cross-dataset': path.join('test', 'executedCrossDataset.test.ts'),
};

/**
 * @typedef {{pass: number, fail: number, skipped: number}} Counts
 *
 * @typedef {{name: string, passed: boolean, counts?: Counts, seconds: number}} Outcome
 */

/**
 * Lists the test files below a folder, sorted. Node 20's own runner takes no patterns.
 * @param {string} folder
 * @returns {string[]}
 */
function listTests(folder) {
	return fs
		.readdirSync(path.join(ROOT, folder), { recursive: true })
		.map((name) => path.join(folder, String(name)))
		.filter((name) => /\.test\.(ts|mjs)$/.test(name))
		.sort();
}

/**
 * Runs a program, shows all that it prints, and returns it too.
 * @param {readonly string[]} args Node's.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{code: number, output: string}>}
 */
async function runNode(args, env) {
	const child = startProcess(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] });
	let output = '';
	child.stdout?.setEncoding('utf8').on('data', (text) => {
		output += text;
		process.stdout.write(text);
	});
	return { code: await exitCodeOf(child), output };
}

/**
 * Times one part of the test and notes how it ended; a part that throws has failed.
 * @param {string} name
 * @param {() => Promise<{passed: boolean, counts?: Counts}>} work
 * @returns {Promise<Outcome>}
 */
async function runPart(name, work) {
	const began = Date.now();
	const seconds = () => (Date.now() - began) / 1000;
	console.log(`\n== ${name}`);
	try {
		return { name, ...(await work()), seconds: seconds() };
	} catch (error) {
		if (!(error instanceof Problem)) throw error;
		console.log(error.message);
		return { name, passed: false, seconds: seconds() };
	}
}

/** @param {readonly string[]} args @param {NodeJS.ProcessEnv} env */
async function runTool(args, env) {
	return { passed: (await runNode(args, env)).code === 0 };
}

/** @param {readonly string[]} files @param {NodeJS.ProcessEnv} env */
async function runTests(files, env) {
	if (files.length === 0) throw new Problem('No test file has that in its path.');
	const { code, output } = await runNode(['--import', 'tsx', '--test', '--test-reporter=spec', ...files], env);
	const count = (/** @type {string} */ word) => Number(new RegExp(`^ℹ ${word} (\\d+)$`, 'm').exec(output)?.[1] ?? 0);
	const counts = { pass: count('pass'), fail: count('fail') + count('cancelled'), skipped: count('skipped') };
	return { passed: code === 0 && counts.pass > 0, counts };
}

/**
 * Runs every check and test, the slow ones last.
 * @param {NodeJS.ProcessEnv} env
 */
async function runEverything(env) {
	const bin = path.join(ROOT, 'node_modules');
	const tests = listTests('test');
	const outcomes = [
		await runPart('format and lint', () =>
			runTool([path.join(bin, '@biomejs', 'biome', 'bin', 'biome'), 'check'], env),
		),
		await runPart('types', () =>
			runTool([path.join(bin, 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.test.json'], env),
		),
		await runPart('unit tests', () =>
			runTests(
				tests.filter((name) => !Object.values(NOTEBOOK_TESTS).includes(name)),
				env,
			),
		),
	];
	for (const name of /** @type {(keyof typeof NOTEBOOK_TESTS)[]} */ (Object.keys(NOTEBOOKS))) {
		const executed = await runPart(`notebook ${name}, smoke profile`, async () => {
			await executeNotebook({ profile: 'smoke', name, env });
			return { passed: true };
		});
		outcomes.push(executed);
		// What an older run left there would be checked instead.
		if (executed.passed) outcomes.push(await runPart('what it wrote', () => runTests([NOTEBOOK_TESTS[name]], env)));
	}
	return outcomes;
}

/** @param {Counts} counts */
const countText = ({ pass, fail, skipped }) => `${pass} passed, ${fail} failed, ${skipped} skipped`;

/** @param {readonly Outcome[]} outcomes */
function summarize(outcomes) {
	console.log('\n== Summary');
	const total = { pass: 0, fail: 0, skipped: 0 };
	for (const { name, passed, counts, seconds } of outcomes) {
		console.log(`${passed ? '✓' : '✗'} ${name}${counts ? `: ${countText(counts)}` : ''} (${formatSeconds(seconds)})`);
		total.pass += counts?.pass ?? 0;
		total.fail += counts?.fail ?? 0;
		total.skipped += counts?.skipped ?? 0;
	}
	console.log(`Tests: ${countText(total)}`);
}

await runCommandLine(async () => {
	const { values, positionals } = parseOptions({ options: { help: { type: 'boolean' } }, allowPositionals: true });
	if (values.help) return console.log(HELP);
	await setUp();
	/** @type {NodeJS.ProcessEnv} */
	const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' };
	for (const name of DATA_VARIABLES) if (env[name]) env[name] = dataPath(env, name);
	const chosen = listTests('test').filter((name) => positionals.some((word) => name.includes(word)));
	const outcomes =
		positionals.length > 0 ? [await runPart('unit tests', () => runTests(chosen, env))] : await runEverything(env);
	summarize(outcomes);
	if (!env.FER2013_PATH) console.log('The tests on the real data were left out: FER2013_PATH is not set.');
	return outcomes.every(({ passed }) => passed) ? 0 : 1;
});
