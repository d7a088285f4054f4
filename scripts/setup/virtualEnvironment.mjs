// @ts-check
import path from 'node:path';
import { pythonEnvironment } from './environment.mjs';
import { LOGS, ROOT, VENV, VENV_PYTHON } from './paths.mjs';
import { stepFailed } from './problem.mjs';
import { runLogged } from './processes.mjs';
import { hashInputs, isStamped, readStamp, writeStamp } from './stamp.mjs';

const STAMP = path.join(VENV, '.fer', 'venv.json');

/**
 * Makes the folder for Python packages.
 * @param {() => {command: string, version: string} | undefined} python The one that the preflight has found.
 * @returns {import('./steps.mjs').Step}
 */
export function venvStep(python) {
	const hash = hashInputs({ root: ROOT, values: [process.platform, process.arch] });
	return {
		name: 'venv',
		title: 'Python virtual environment',
		after: [],
		needs: ['python', 'disk'],
		// existsSync follows links, so that an interpreter which the system has removed is seen.
		isCurrent: () => isStamped(STAMP, hash, [VENV_PYTHON, path.join(VENV, 'pyvenv.cfg')]),
		async run() {
			const found = python();
			if (!found) throw new Error('The preflight has found no Python.');
			const logFile = path.join(LOGS, 'venv.log');
			const args = ['-m', 'venv', '--clear', VENV];
			const result = await runLogged(found.command, args, { cwd: ROOT, env: pythonEnvironment(), logFile });
			if (result.code !== 0) stepFailed(`${found.command} -m venv`, result, logFile);
			writeStamp(STAMP, { hash, python: found.version });
		},
	};
}

/** Tells the virtual environment's Python in words, for messages. */
export function describePython() {
	return `Python ${readStamp(STAMP)?.python ?? ''} on ${process.platform} ${process.arch}`;
}
