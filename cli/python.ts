import { join } from 'node:path';
import { DATA_VARIABLES, dataPath, PROJECT_FOLDER } from './projectFolder';
import { type RunOptions, runOrFail } from './runProgram';

/** The Python of the virtual environment that the set-up makes. */
export const PYTHON = join(PROJECT_FOLDER, '.venv', 'bin', 'python');

/** Variables of the user's shell that would lead Python and pip out of the virtual environment. */
const FOREIGN = ['PYTHONHOME', 'PYTHONPATH', 'PIP_USER', 'PIP_TARGET', 'PIP_PREFIX', '__PYVENV_LAUNCHER__'];

const UNREACHABLE =
	/NewConnectionError|ConnectTimeout|ReadTimeout|NameResolutionError|Name or service not known|Temporary failure in name resolution|Connection refused|ProxyError|SSLError|Max retries exceeded|connection broken/i;

/**
 * Makes the environment for Python programs: the virtual environment alone, with absolute data paths, since Jupyter starts
 * its kernels in the notebook's folder.
 */
export function pythonEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
	const own = Object.entries({ ...env, PYTHONNOUSERSITE: '1', JUPYTER_PREFER_ENV_PATH: '1' });
	const paths = DATA_VARIABLES.filter((name) => env[name]).map((name) => [name, dataPath(name, env)]);
	return Object.fromEntries([...own.filter(([name]) => !FOREIGN.includes(name)), ...paths]);
}

/**
 * Installs Python packages with pip, without questions or progress bars.
 * @param args pip's options and packages.
 * @throws {Problem} If pip fails: why, where that is known, and where its output is.
 */
export async function pipInstall(python: string, args: readonly string[], options: RunOptions): Promise<void> {
	const quiet = ['--disable-pip-version-check', '--no-input', '--progress-bar', 'off'];
	const env = pythonEnvironment(options.env);
	await runOrFail(python, ['-m', 'pip', 'install', ...quiet, ...args], { ...options, env, explain: explainPip });
}

/** Explains pip's failure in a sentence with a remedy; undefined where none is known. */
function explainPip(output: string): string | undefined {
	if (UNREACHABLE.test(output)) {
		const remedy = 'Check the network, or set a mirror: pip config set global.index-url ADDRESS';
		return `The Python package index cannot be reached. ${remedy}`;
	}
	const missing = /No matching distribution found for (\S+)/.exec(output)?.[1];
	if (missing) return `${missing} has no wheel for this Python.`;
	if (/No space left on device/.test(output)) return 'The disk is full. Free some space: python3 -m pip cache purge';
	return undefined;
}
