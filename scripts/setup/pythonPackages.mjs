// @ts-check
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ANSWER_SECONDS } from './npmPackages.mjs';
import { pythonEnvironment, ROOT, VENV, VENV_PYTHON } from './paths.mjs';
import { Problem } from './problem.mjs';
import { runStep } from './processes.mjs';
import { hashInputs, readStamp, stampedStep } from './stamp.mjs';
import { findWheel, gpuRequirements, libraryNames, tensorflowPackage } from './tensorflowWheel.mjs';

const LOCK = path.join(ROOT, 'requirements.lock');
const GPU_LOCK = path.join(ROOT, 'requirements-gpu.lock');
const OWN = path.join(VENV, '.fer');
const [VENV_STAMP, STAMP, TEMPORARY] = ['venv.json', 'packages.json', 'tmp'].map((name) => path.join(OWN, name));
const QUIET = ['--disable-pip-version-check', '--no-input'];

const UNREACHABLE =
	/NewConnectionError|ConnectTimeout|ReadTimeout|NameResolutionError|Name or service not known|Temporary failure in name resolution|Connection refused|ProxyError|SSLError|Max retries exceeded|connection broken/i;

/**
 * Explains pip's failure in a sentence with a remedy; undefined where none is known.
 * @param {string} output
 * @param {string} [python] Default the virtual environment's: `Python 3.11.7 on linux x64`.
 */
export function explainPip(output, python) {
	if (UNREACHABLE.test(output)) {
		const remedy = 'Check the network, or set a mirror: pip config set global.index-url ADDRESS';
		return `The Python package index cannot be reached. ${remedy}`;
	}
	const own = python ?? `Python ${readStamp(VENV_STAMP)?.python ?? ''} on ${process.platform} ${process.arch}`;
	const missing = /No matching distribution found for (\S+)/.exec(output)?.[1];
	if (missing) return `${missing} has no wheel for ${own}. Use another Python: PYTHON=python3.12 npm run setup`;
	const changed = /DO NOT MATCH THE HASHES.*?\n\s*(\S+) from /s.exec(output)?.[1];
	if (changed) {
		const remedy =
			'Empty the cache (python3 -m pip cache purge) and repeat; if it happens again, do not trust the package index.';
		return `${changed} was changed on its way: it has another SHA-256 than requirements.lock says. ${remedy}`;
	}
	if (/No space left on device/.test(output)) return 'The disk is full. Free some space: python3 -m pip cache purge';
	return undefined;
}

/** Checks that the Python package index answers, as pip is configured, and has TensorFlow. @param {boolean} gpu */
export function checkPythonIndex(gpu) {
	const limits = ['--retries', '0', '--timeout', String(ANSWER_SECONDS), ...QUIET];
	const args = ['-m', 'pip', 'index', 'versions', tensorflowPackage({ gpu }), ...limits];
	const options = { env: pythonEnvironment(), timeout: (ANSWER_SECONDS + 5) * 1000 };
	const { status, stderr, error } = spawnSync(VENV_PYTHON, args, { cwd: ROOT, encoding: 'utf8', ...options });
	// An old pip has no `index`: the installation itself shows the failure then.
	if (status === 0 || /unknown command/.test(stderr)) return;
	const explained = explainPip(error ? 'ConnectTimeout' : stderr);
	if (explained) throw new Problem(explained);
}

/**
 * Makes the step that creates the virtual environment of the Python packages.
 * @param {() => {command: string, version: string} | undefined} python The one that the preflight found.
 */
export function venvStep(python) {
	return stampedStep({
		name: 'venv',
		title: 'Python virtual environment',
		needs: ['python', 'disk'],
		stamp: VENV_STAMP,
		hash: () => hashInputs([], [process.platform, process.arch]),
		// existsSync follows links, so an interpreter that was removed from the system counts as missing.
		outputs: () => [VENV_PYTHON, path.join(VENV, 'pyvenv.cfg')],
		async run() {
			const { command, version } = python() ?? { command: 'python3', version: '' };
			await runStep('venv', command, ['-m', 'venv', '--clear', VENV], { env: pythonEnvironment() });
			return { python: version };
		},
	});
}

/** Decides whether TensorFlow has CUDA: as requested, else as in the last set-up. @param {boolean | undefined} requested */
export function wantsGpu(requested) {
	return requested ?? readStamp(STAMP)?.gpu === true;
}

/** Makes the step that installs the Python packages, in the versions and with the hashes of requirements.lock. @param {boolean} gpu */
export function pipStep(gpu) {
	return stampedStep({
		name: 'pip',
		title: gpu ? 'Python packages, with CUDA' : 'Python packages',
		after: ['venv'],
		needs: ['disk', 'pythonIndex'],
		stamp: STAMP,
		hash: () => hashInputs(gpu ? [LOCK, GPU_LOCK] : [LOCK], [gpu]),
		outputs() {
			const wheel = findWheel(VENV)?.folder ?? path.join(VENV, 'no wheel');
			return libraryNames(process.platform).map((name) => path.join(wheel, name));
		},
		async run(task) {
			fs.mkdirSync(TEMPORARY, { recursive: true });
			removeOtherTensorflow(gpu);
			await install(gpu, task);
			fs.rmSync(TEMPORARY, { recursive: true, force: true });
			return { gpu };
		},
	});
}

/** Uninstalls TensorFlow's other package: both contain the folder `tensorflow`. @param {boolean} gpu */
function removeOtherTensorflow(gpu) {
	const installed = findWheel(VENV)?.version;
	if (!installed || installed.startsWith(`${tensorflowPackage({ gpu }).replace('-', '_')}-`)) return;
	const args = ['-m', 'pip', 'uninstall', '--yes', 'tensorflow', 'tensorflow-cpu'];
	spawnSync(VENV_PYTHON, args, { env: pythonEnvironment() });
}

/** Runs pip, and shows its latest line. @param {boolean} gpu @param {import('./terminal.mjs').Task} task */
async function install(gpu, task) {
	const lock = gpu ? path.join(TEMPORARY, 'requirements.lock') : LOCK;
	if (gpu) fs.writeFileSync(lock, gpuRequirements(fs.readFileSync(LOCK, 'utf8'), fs.readFileSync(GPU_LOCK, 'utf8')));
	const files = ['--require-hashes', '--requirement', lock];
	// Python compiles what it imports, which is a small part of TensorFlow and JupyterLab: all of it takes half a minute.
	const args = ['-m', 'pip', 'install', ...QUIET, '--no-compile', '--progress-bar', 'off', ...files];
	// Wheels are unpacked beside their target: /tmp is small on some machines.
	const env = { ...pythonEnvironment(), TMPDIR: TEMPORARY };
	const onLine = (/** @type {string} */ line) => task.update(line.trim());
	await runStep('pip', VENV_PYTHON, args, { env, onLine, explain: explainPip });
}
