// @ts-check
import path from 'node:path';

/** Where data lie that the notebooks read. */
export const DATA_VARIABLES = /** @type {const} */ (['FER2013_PATH', 'RAFDB_PATH', 'CKPLUS_PATH']);

/**
 * Makes the environment for Python programs: the virtual environment alone, whatever the person's shell has set.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {NodeJS.ProcessEnv}
 */
export function pythonEnvironment(env = process.env) {
	/** @type {NodeJS.ProcessEnv} */
	const own = { ...env, PYTHONNOUSERSITE: '1', JUPYTER_PREFER_ENV_PATH: '1' };
	for (const name of ['PYTHONHOME', 'PYTHONPATH', 'PIP_USER', 'PIP_TARGET', 'PIP_PREFIX', '__PYVENV_LAUNCHER__']) {
		delete own[name];
	}
	// Jupyter starts the kernel in the notebook's folder, where a relative path would lead elsewhere.
	for (const name of DATA_VARIABLES) if (env[name]) own[name] = dataPath(env, name);
	return own;
}

/**
 * Returns the folder in which the person stands; npm starts scripts in the clone.
 * @param {NodeJS.ProcessEnv} [env]
 */
export function personFolder(env = process.env) {
	return env.INIT_CWD ?? process.cwd();
}

/**
 * Returns FER2013_PATH, or another variable that names data, as an absolute path.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {typeof DATA_VARIABLES[number]} [name]
 */
export function dataPath(env = process.env, name = 'FER2013_PATH') {
	const value = env[name];
	return value ? path.resolve(personFolder(env), value) : undefined;
}
