// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonEnvironment } from '../../scripts/setup/environment.mjs';
import { Problem } from '../../scripts/setup/problem.mjs';
import { endTree, runLogged } from '../../scripts/setup/processes.mjs';
import { formatSeconds } from '../../scripts/setup/terminal.mjs';

/** Kaggle's public copy of fer2013.csv: official order and Usage, which the copies as image folders have lost. */
export const HANDLE = 'deadskull7/fer2013';

/** Until Kaggle's first answer, the start of Python included. */
const CONNECT_SECONDS = 15;

const PROGRAM = fileURLToPath(new URL('./fetch_fer2013.py', import.meta.url));

/** @typedef {{event: 'connected' | 'done' | 'failed', path?: string, kind?: string, message?: string}} Event */

/**
 * Writes why Kaggle's copy could not be had, and what to do.
 * @param {string} handle
 * @param {Event} event
 */
function failure(handle, { kind, message }) {
	const byHand = 'or download it with a browser into data/: see data/README.md';
	if (kind === 'unreachable') return `Kaggle cannot be reached (${message}). Check the network, ${byHand}`;
	if (kind === 'refused')
		return `Kaggle does not give out ${handle} (${message}). Name another copy (npm run data -- --handle owner/name), ${byHand}`;
	if (kind === 'brokenOff')
		return `Kaggle's answer broke off (${message}). What has come is kept; go on with: npm run data`;
	return `kagglehub cannot fetch ${handle} (${message}). Try again (npm run data), ${byHand}`;
}

/**
 * Fetches a public Kaggle data set with kagglehub.
 * @param {object} options
 * @param {string} options.handle owner/name
 * @param {string} options.python The interpreter that has kagglehub.
 * @param {string} options.folder kagglehub's cache, unless KAGGLEHUB_CACHE names another.
 * @param {string} options.logFile
 * @param {number} [options.connectSeconds]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {(status: string) => void} options.onStatus
 * @returns {Promise<string>} Where its files lie.
 * @throws {Problem}
 */
export async function fetchFromKaggle({ handle, python, folder, logFile, onStatus, ...rest }) {
	const { connectSeconds = CONNECT_SECONDS, env = process.env } = rest;
	/** @type {Event | undefined} */
	let last;
	/** @type {number | undefined} */
	let pid;
	let silent = false;
	const timer = setTimeout(() => {
		silent = true;
		endTree(pid);
	}, connectSeconds * 1000);
	/** @param {string} line */
	const onLine = (line) => {
		const event = readEvent(line);
		if (event) {
			last = event;
			clearTimeout(timer);
		} else if (/\d%\|/.test(line)) {
			// kagglehub's bar: «12%|█▏        | 7.0M/56.5M [00:03<00:20, 2.5MB/s]»
			onStatus(line.replace(/\|.*\|/, '').trim());
		}
	};
	const environment = { ...pythonEnvironment(env), KAGGLEHUB_CACHE: env.KAGGLEHUB_CACHE || folder };
	const options = { cwd: path.dirname(PROGRAM), env: environment, logFile, onLine };
	await runLogged(python, [PROGRAM, handle], { ...options, onStart: (id) => (pid = id) });
	clearTimeout(timer);
	if (last?.event === 'done' && last.path) return last.path;
	if (silent) {
		const message = `no answer in ${formatSeconds(connectSeconds)}`;
		throw new Problem(failure(handle, { event: 'failed', kind: 'unreachable', message }));
	}
	if (last?.event === 'failed') {
		// A whole archive that does not unpack would be found «complete» and fail again.
		if (last.kind === 'failed') fs.rmSync(folder, { recursive: true, force: true });
		throw new Problem(failure(handle, last));
	}
	throw new Problem(failure(handle, { event: 'failed', message: `see ${path.relative(process.cwd(), logFile)}` }));
}

/**
 * @param {string} line
 * @returns {Event | undefined}
 */
function readEvent(line) {
	try {
		const value = JSON.parse(line);
		return typeof value?.event === 'string' ? value : undefined;
	} catch {
		return undefined;
	}
}
