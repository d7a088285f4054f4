import { dataPath } from './projectFolder';

/** Variables of the user's shell that would lead Python and pip out of the virtual environment. */
const FOREIGN = ['PYTHONHOME', 'PYTHONPATH', 'PIP_USER', 'PIP_TARGET', 'PIP_PREFIX', '__PYVENV_LAUNCHER__'];
const DATA_VARIABLES = ['FER2013_PATH', 'RAFDB_PATH', 'CKPLUS_PATH'] as const;

/**
 * Makes the environment for Python programs: the virtual environment alone, with absolute data paths, since Jupyter starts
 * its kernels in the notebook's folder.
 */
export function pythonEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
	const own = Object.entries({ ...env, PYTHONNOUSERSITE: '1', JUPYTER_PREFER_ENV_PATH: '1' });
	const paths = DATA_VARIABLES.filter((name) => env[name]).map((name) => [name, dataPath(name, env)]);
	return Object.fromEntries([...own.filter(([name]) => !FOREIGN.includes(name)), ...paths]);
}
