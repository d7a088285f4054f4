// @ts-check
/** The peers that are written in Python, in a virtual environment of their own beside the project's. */
import fs from 'node:fs';
import path from 'node:path';
import { pythonEnvironment } from '../scripts/setup/environment.mjs';
import { LOGS, ROOT } from '../scripts/setup/paths.mjs';
import { followPip } from '../scripts/setup/pipProgress.mjs';
import { diskFault, freeBytes, thisMachine } from '../scripts/setup/preflight.mjs';
import { Problem, stepFailed } from '../scripts/setup/problem.mjs';
import { runLogged } from '../scripts/setup/processes.mjs';
import { findPython } from '../scripts/setup/python.mjs';
import { checkPythonIndex, explainPip } from '../scripts/setup/registry.mjs';
import { hashInputs, isStamped, writeStamp } from '../scripts/setup/stamp.mjs';
import { sitePackages, tensorflowPackage } from '../scripts/setup/tensorflowWheel.mjs';
import { startTask } from '../scripts/setup/terminal.mjs';

const VENV = path.join(ROOT, '.venv-bench');
const PYTHON = path.join(VENV, 'bin', 'python');
const TEMPORARY = path.join(VENV, '.fer', 'tmp');
const CONSTRAINTS = path.join(ROOT, 'constraints.txt');

const NO_TORCH =
	"PyTorch's build for CPUs is not on the package index. Name PyTorch's own index to pip (its address: " +
	'https://pytorch.org/get-started/locally/): PIP_EXTRA_INDEX_URL=<address> npm run bench';

/** What is installed together, and which peers need it. */
const PARTS = /** @type {const} */ ([
	{
		name: 'keras',
		title: 'Keras and pandas',
		peers: ['keras', 'pandas', 'pandasSplit'],
		requirements: 'requirements.txt',
	},
	{ name: 'torch', title: 'PyTorch', peers: ['torch'], requirements: 'requirements-torch.txt' },
]);

/**
 * @typedef {object} Peers
 * @property {string} python The interpreter that has them.
 * @property {Readonly<Record<string, string>>} faults By peer: why it is not there.
 */

/**
 * Installs the peers that are not there yet. One that cannot be installed stops nothing: it is among the faults.
 * @returns {Promise<Peers>}
 */
export async function installPeers() {
	/** @type {Record<string, string>} */
	const faults = {};
	let preparation = '';
	for (const { name, title, peers, requirements } of PARTS) {
		const file = path.join(ROOT, 'bench', requirements);
		const hash = hashInputs({ root: ROOT, files: [file, CONSTRAINTS], values: [process.platform, process.arch] });
		const stamp = path.join(VENV, '.fer', `${name}.json`);
		if (isStamped(stamp, hash, [PYTHON])) continue;
		const task = startTask(`Peers: ${title}`);
		try {
			// A second try would fail alike, after the same wait.
			if (preparation) throw new Problem(preparation);
			await prepare().catch((error) => {
				preparation = error.message;
				throw error;
			});
			await install(name, file, task);
			writeStamp(stamp, { hash });
			task.done();
		} catch (error) {
			if (!(error instanceof Problem)) throw error;
			task.failed();
			console.error(`${error.message}\nThe rows that need ${title} are left empty.`);
			for (const peer of peers) faults[peer] = `${title}: not installed`;
		}
	}
	return { python: PYTHON, faults };
}

async function makeEnvironment() {
	if (fs.existsSync(PYTHON)) return;
	const found = findPython(thisMachine());
	const fault = 'fault' in found ? found.fault : diskFault(freeBytes(ROOT));
	if (fault || 'fault' in found) throw new Problem(fault ?? '');
	const logFile = path.join(LOGS, 'venv-bench.log');
	const args = ['-m', 'venv', '--clear', VENV];
	const result = await runLogged(found.command, args, { cwd: ROOT, env: pythonEnvironment(), logFile });
	if (result.code !== 0) stepFailed(`${found.command} -m venv`, result, logFile);
}

/** Makes the environment if it is not there, and sees that packages can be had. */
async function prepare() {
	await makeEnvironment();
	const { platform, arch } = process;
	const name = tensorflowPackage({ platform, arch, gpu: false });
	const description = `${platform} ${arch}`;
	checkPythonIndex({ python: PYTHON, name, description, env: pythonEnvironment() });
}

/**
 * @param {string} name
 * @param {string} requirements
 * @param {import('../scripts/setup/terminal.mjs').Task} task
 */
async function install(name, requirements, task) {
	fs.mkdirSync(TEMPORARY, { recursive: true });
	const logFile = path.join(LOGS, `pip-bench-${name}.log`);
	const follower = followPip({ temporary: TEMPORARY, sitePackages: () => sitePackages(VENV) });
	// Its count of what is installed takes an empty folder for granted, and the second part comes to a full one.
	const timer = setInterval(() => task.update(follower.status().replace(/^installing.*/, 'installing')), 500);
	const options = ['--disable-pip-version-check', '--no-input', '--progress-bar', 'off'];
	const files = ['--requirement', requirements, '--constraint', CONSTRAINTS];
	const result = await runLogged(PYTHON, ['-m', 'pip', 'install', ...options, ...files], {
		cwd: ROOT,
		env: { ...pythonEnvironment(), TMPDIR: TEMPORARY },
		logFile,
		onLine: follower.onLine,
	});
	clearInterval(timer);
	fs.rmSync(TEMPORARY, { recursive: true, force: true });
	if (result.code === 0) return;
	const noTorch = /No matching distribution found for torch/.test(result.output) ? NO_TORCH : undefined;
	const { platform, arch } = process;
	stepFailed('pip install', result, logFile, noTorch ?? explainPip(result.output, `${platform} ${arch}`));
}
