// @ts-check
import path from 'node:path';

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
	if (env.FER2013_PATH) own.FER2013_PATH = dataPath(env);
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
 * Returns FER2013_PATH as an absolute path.
 * @param {NodeJS.ProcessEnv} [env]
 */
export function dataPath(env = process.env) {
	return env.FER2013_PATH ? path.resolve(personFolder(env), env.FER2013_PATH) : undefined;
}
