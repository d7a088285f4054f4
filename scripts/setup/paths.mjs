// @ts-check
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone's folder. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The virtual environment of the Python packages. */
export const VENV = path.join(ROOT, '.venv');

/** Its interpreter. Its `jupyter` scripts contain their path, so that a moved clone has to run `-m` modules. */
export const VENV_PYTHON = path.join(VENV, 'bin', 'python');

/** The npm package whose binding the set-up compiles. */
export const TFJS_NODE = path.join(ROOT, 'node_modules', '@tensorflow', 'tfjs-node-gpu');

/** Where that package expects its binding. */
export const BINDING = path.join(TFJS_NODE, 'lib', 'napi-v8', 'tfjs_binding.node');

/** Stamps and temporary files of the steps that write into node_modules. */
export const CACHE = path.join(ROOT, 'node_modules', '.cache', 'fer');

/** The output of the programs that the set-up runs, one file a step. */
export const LOGS = path.join(ROOT, 'runs', 'setup');

/** The environment for Python programs: the virtual environment alone, whatever the user's shell has set. */
export function pythonEnvironment(env = process.env) {
	/** @type {NodeJS.ProcessEnv} */
	const own = { ...env, PYTHONNOUSERSITE: '1' };
	for (const name of ['PYTHONHOME', 'PYTHONPATH', 'PIP_USER', 'PIP_TARGET', 'PIP_PREFIX', '__PYVENV_LAUNCHER__']) {
		delete own[name];
	}
	return own;
}
