// @ts-check
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bindingStep } from './setup/binding.mjs';
import { pythonEnvironment } from './setup/environment.mjs';
import { kernelStep } from './setup/kernel.mjs';
import { libraryStep } from './setup/library.mjs';
import { withLock } from './setup/lock.mjs';
import { npmStep } from './setup/npmPackages.mjs';
import { ROOT, VENV_PYTHON } from './setup/paths.mjs';
import { diskFault, findCompiler, freeBytes, nodeFault, platformFault, thisMachine } from './setup/preflight.mjs';
import { Problem, parseOptions, runCommandLine } from './setup/problem.mjs';
import { findPython } from './setup/python.mjs';
import { pipStep, takesGpu } from './setup/pythonPackages.mjs';
import { checkNpmRegistry, checkPythonIndex } from './setup/registry.mjs';
import { tensorflowPackage } from './setup/tensorflowWheel.mjs';
import { formatSeconds, startTask } from './setup/terminal.mjs';
import { describePython, venvStep } from './setup/virtualEnvironment.mjs';

const HELP = `npm run setup [-- options]: installs and compiles all that the notebook needs, inside this folder.
  --gpu   TensorFlow's CUDA wheel (Linux x64; written to its documentation, not tried); remembered by later runs
  --cpu   back to the wheel without CUDA
  --help  this text
Environment: PYTHON and CXX name another Python 3 and another C++ compiler.`;

/** @typedef {import('./setup/steps.mjs').Step} Step */
/** @typedef {import('./setup/steps.mjs').Need} Need */

/**
 * Looks for all that the coming steps need, and tells everything that is missing at once.
 * @param {ReadonlySet<Need>} needs
 * @returns {{python?: {command: string, version: string}, compiler?: string}}
 * @throws {Problem}
 */
function preflight(needs) {
	const machine = thisMachine();
	const always = nodeFault(machine) ?? platformFault(machine);
	if (always) throw new Problem(always);
	const python = needs.has('python') ? findPython(machine) : undefined;
	const compiler = needs.has('compiler') ? findCompiler(machine) : undefined;
	const faults = [
		python && 'fault' in python ? python.fault : undefined,
		compiler && 'fault' in compiler ? compiler.fault : undefined,
		needs.has('disk') ? diskFault(freeBytes(ROOT)) : undefined,
	].filter((fault) => fault !== undefined);
	if (faults.length > 0) throw new Problem(faults.join('\n'));
	if (needs.has('npmRegistry')) checkNpmRegistry({ cwd: ROOT, env: process.env });
	return {
		python: python && 'command' in python ? python : undefined,
		compiler: compiler && 'command' in compiler ? compiler.command : undefined,
	};
}

/**
 * Tells which steps will run: those that are not current, and those that build on one of them.
 * @param {readonly Step[]} steps in order
 */
function pendingSteps(steps) {
	/** @type {Step[]} */
	const pending = [];
	for (const step of steps) {
		const rebuilt = pending.some(({ name }) => step.after.includes(name));
		if (rebuilt || !step.isCurrent()) pending.push(step);
	}
	return pending;
}

/**
 * Runs the steps that are not current.
 * @param {boolean} gpu
 * @returns {Promise<boolean>} Whether there was anything to do.
 */
async function bringUp(gpu) {
	/** @type {ReturnType<typeof preflight>} */
	const tools = {};
	const steps = [
		venvStep(() => tools.python),
		npmStep(),
		pipStep(gpu),
		bindingStep(gpu, () => tools.compiler),
		libraryStep(),
		kernelStep(),
	];
	const pending = pendingSteps(steps);
	const needs = new Set(pending.flatMap((step) => step.needs));
	const name = tensorflowPackage({ ...thisMachine(), gpu }).replace(/\[.*/, '');
	if (needs.size > 0) await show('Looking for what the set-up needs', () => Object.assign(tools, preflight(needs)));
	for (const step of steps) {
		// Asked anew: a step that was redone may have left the next one as it was.
		if (!step.isCurrent()) await show(step.title, step.run);
		if (step.name === 'venv' && needs.has('pythonIndex')) {
			checkPythonIndex({ python: VENV_PYTHON, name, description: describePython(), env: pythonEnvironment() });
		}
	}
	return pending.length > 0;
}

/**
 * Shows a piece of work in the terminal while it runs.
 * @param {string} title
 * @param {(task: import('./setup/terminal.mjs').Task) => unknown} work
 */
async function show(title, work) {
	const task = startTask(title);
	try {
		await work(task);
		task.done();
	} catch (error) {
		task.failed();
		throw error;
	}
}

/**
 * Brings the folder to the state that the notebook needs; what is done already is left alone.
 * @param {{gpu?: boolean}} [options] `gpu`: with CUDA or without; as the last time if left out.
 * @throws {Problem} If something is missing that the person has to mend.
 */
export async function setUp({ gpu } = {}) {
	const began = Date.now();
	preflight(new Set());
	const worked = await withLock(
		ROOT,
		() => bringUp(takesGpu(gpu)),
		(pid, file) =>
			console.log(`Waiting for another set-up of this folder (process ${pid}; if there is none: rm "${file}").`),
	);
	const seconds = (Date.now() - began) / 1000;
	console.log(
		worked ? `The set-up is done (${formatSeconds(seconds)}).` : `The set-up is current (${seconds.toFixed(1)} s).`,
	);
}

if (process.argv[1] && fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
	await runCommandLine(async () => {
		const options = /** @type {const} */ ({
			gpu: { type: 'boolean' },
			cpu: { type: 'boolean' },
			help: { type: 'boolean' },
		});
		const { values } = parseOptions({ options });
		if (values.help) return console.log(HELP);
		if (values.gpu && values.cpu)
			throw new Problem('--gpu and --cpu exclude each other. Take one: npm run setup -- --gpu');
		await setUp({ gpu: values.gpu ?? (values.cpu ? false : undefined) });
	});
}
