// @ts-check
import path from 'node:path';
import { LOGS, pythonEnvironment, ROOT, VENV, VENV_PYTHON } from './paths.mjs';
import { stepFailed } from './problem.mjs';
import { runLogged } from './processes.mjs';
import { hashInputs, readStamp, stampedStep } from './stamp.mjs';

const STAMP = path.join(VENV, '.fer', 'venv.json');

/**
 * Makes the step that creates the virtual environment of the Python packages.
 * @param {() => {command: string, version: string} | undefined} python The one that the preflight found.
 */
export function venvStep(python) {
	return stampedStep({
		name: 'venv',
		title: 'Python virtual environment',
		needs: ['python', 'disk'],
		stamp: STAMP,
		hash: () => hashInputs([], [process.platform, process.arch]),
		// existsSync follows links, so an interpreter that was removed from the system counts as missing.
		outputs: () => [VENV_PYTHON, path.join(VENV, 'pyvenv.cfg')],
		async run() {
			const { command, version } = python() ?? { command: 'python3', version: '' };
			const logFile = path.join(LOGS, 'venv.log');
			const options = { cwd: ROOT, env: pythonEnvironment(), logFile };
			const result = await runLogged(command, ['-m', 'venv', '--clear', VENV], options);
			if (result.code !== 0) throw stepFailed(`${command} -m venv`, result, logFile);
			return { python: version };
		},
	});
}

/** Describes the virtual environment's Python for messages: `Python 3.11.7 on linux x64`. */
export function describePython() {
	return `Python ${readStamp(STAMP)?.python ?? ''} on ${process.platform} ${process.arch}`;
}
