// @ts-check
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bindingStep } from './setup/binding.mjs';
import { libraryStep } from './setup/library.mjs';
import { kernelStep, launcherStep } from './setup/links.mjs';
import { withLock } from './setup/lock.mjs';
import { npmStep } from './setup/npmPackages.mjs';
import { ROOT } from './setup/paths.mjs';
import { preflight } from './setup/preflight.mjs';
import { Problem, parseOptions, runMain } from './setup/problem.mjs';
import { checkPythonIndex, pipStep, venvStep, wantsGpu } from './setup/pythonPackages.mjs';
import { tensorflowPackage } from './setup/tensorflowWheel.mjs';
import { formatSeconds, showTask } from './setup/terminal.mjs';

const HELP = `npm run setup [-- options]: installs and compiles everything that the project needs, inside this folder.
  --gpu   use TensorFlow's CUDA wheel (Linux x64; not tested); later set-ups keep it
  --cpu   use the wheel without CUDA again
  --help  print this text
Environment: PYTHON and CXX name another Python 3 and another C++ compiler.`;

/** @typedef {import('./setup/stamp.mjs').Step} Step */

/** Lists the steps that are not current, and those that build on them. @param {readonly Step[][]} rows */
function pendingSteps(rows) {
	/** @type {Step[]} */
	const pending = [];
	for (const step of rows.flat()) {
		const mayChange = pending.some(({ name }) => step.after?.includes(name));
		if (mayChange || !step.isCurrent()) pending.push(step);
	}
	return pending;
}

/**
 * Lists the steps of a set-up; those of one row do not need each other.
 * @param {boolean} gpu
 * @param {ReturnType<typeof preflight>} tools Filled in by the preflight before the steps run.
 */
function listSteps(gpu, tools) {
	return [
		[venvStep(() => tools.python)],
		[npmStep(), pipStep(gpu)],
		[bindingStep(gpu, () => tools.compiler), libraryStep()],
		[kernelStep()],
		[launcherStep()],
	];
}

/**
 * Runs the steps that are not current.
 * @param {boolean} gpu
 * @param {NodeJS.WriteStream} stream
 * @returns {Promise<boolean>} Whether any step ran.
 */
async function runSteps(gpu, stream) {
	/** @type {ReturnType<typeof preflight>} */
	const tools = {};
	const rows = listSteps(gpu, tools);
	const pending = pendingSteps(rows);
	const needs = new Set(pending.flatMap((step) => step.needs ?? []));
	// Throws where there is no package with CUDA.
	tensorflowPackage({ gpu });
	const check = async () => void Object.assign(tools, preflight(needs));
	if (needs.size > 0) await showTask(stream, 'Checking the requirements', check);
	for (const row of rows) {
		// Checked again: a step that ran may have left the next one current.
		await runTogether(
			row.filter((step) => !step.isCurrent()),
			stream,
		);
		if (row[0].name === 'venv' && needs.has('pythonIndex')) checkPythonIndex(gpu);
	}
	return pending.length > 0;
}

/**
 * Runs steps at the same time; waits for all, and then throws the error of the first that failed.
 * @param {readonly Step[]} steps
 * @param {NodeJS.WriteStream} stream
 */
async function runTogether(steps, stream) {
	if (steps.length === 0) return;
	await showTask(stream, steps.map(({ title }) => title).join(' and '), async (task) => {
		const outcomes = await Promise.allSettled(steps.map(({ run }) => run(task)));
		for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
	});
}

/**
 * Installs and compiles what is missing or out of date.
 * @param {{gpu?: boolean, stream?: NodeJS.WriteStream}} [options] `gpu`: with CUDA or without. Default as in the last set-up.
 *   `stream` shows the progress. Default standard output.
 * @returns {Promise<boolean>} Whether anything was done.
 * @throws {Problem} If something is missing that the user has to install.
 */
export async function setUp({ gpu, stream = process.stdout } = {}) {
	preflight(new Set());
	const onWait = (/** @type {string} */ holder) =>
		stream.write(`Waiting for another set-up of this folder (${holder}).\n`);
	const useGpu = wantsGpu(gpu);
	// A set-up that is current needs no lock, which a read-only disk does not take.
	if (pendingSteps(listSteps(useGpu, {})).length === 0) return false;
	return withLock(ROOT, () => runSteps(useGpu, stream), onWait);
}

if (process.argv[1] && fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
	await runMain(async () => {
		const flag = /** @type {const} */ ({ type: 'boolean' });
		const { values } = parseOptions({ options: { gpu: flag, cpu: flag, help: flag } });
		if (values.help) return console.log(HELP);
		if (values.gpu && values.cpu) throw new Problem('--gpu and --cpu exclude each other.');
		const began = Date.now();
		const worked = await setUp({ gpu: values.gpu ?? (values.cpu ? false : undefined) });
		const seconds = (Date.now() - began) / 1000;
		console.log(worked ? `The set-up is done (${formatSeconds(seconds)}).` : 'The set-up is current.');
	});
}
