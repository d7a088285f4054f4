// @ts-check
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { LOGS, ROOT } from './paths.mjs';
import { Problem } from './problem.mjs';

/** Lines of a program's output that are shown if it fails. */
const TAIL_LINES = 15;
const SIGNALS = /** @type {const} */ ({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 });
const names = /** @type {(keyof typeof SIGNALS)[]} */ (Object.keys(SIGNALS));

/**
 * Runs a program to its end; it ends together with this process, which handles signals only while it runs.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @param {(text: string) => void} onOutput Receives what it prints to pipes, and why it could not be started.
 * @returns {Promise<number>} Its exit code; 127 if it could not be started.
 */
export function run(command, args, options, onOutput) {
	const child = spawn(command, args, options);
	child.stdout?.setEncoding('utf8').on('data', onOutput);
	child.stderr?.setEncoding('utf8').on('data', onOutput);
	let stopCode = 0;
	/** @param {NodeJS.Signals} signal */
	const stop = (signal) => {
		// A second Ctrl-C does not wait for it.
		child.kill(stopCode ? 'SIGKILL' : 'SIGTERM');
		stopCode = SIGNALS[/** @type {keyof typeof SIGNALS} */ (signal)];
	};
	for (const name of names) process.on(name, stop);
	return new Promise((resolve) => {
		/** @param {number} code */
		const end = (code) => {
			// The failure of a program that was stopped is not reported.
			if (stopCode) process.exit(stopCode);
			for (const name of names) process.removeListener(name, stop);
			resolve(code);
		};
		child.on('close', (code) => end(code ?? 1));
		child.on('error', (error) => {
			onOutput(`${error.message}\n`);
			end(127);
		});
	});
}

/**
 * Runs a program to its end, with its output in a log file.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {object} options
 * @param {string} options.cwd
 * @param {string} options.logFile
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {(line: string) => void} [options.onLine] Sees each line as it comes.
 * @returns {Promise<{code: number, output: string, tail: string}>} `tail` is the last lines of the output.
 */
export async function runLogged(command, args, { cwd, logFile, env = process.env, onLine }) {
	fs.mkdirSync(path.dirname(logFile), { recursive: true });
	const log = fs.openSync(logFile, 'w');
	let output = '';
	let line = '';
	const code = await run(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] }, (text) => {
		fs.writeSync(log, text);
		output += text;
		const lines = (line + text).split(/[\r\n]+/);
		line = lines.pop() ?? '';
		if (onLine) for (const each of lines) if (each.trim()) onLine(each);
	});
	fs.closeSync(log);
	return { code, output, tail: output.trimEnd().split('\n').slice(-TAIL_LINES).join('\n') };
}

/**
 * Runs a program of a step in the clone, with its output in `runs/setup/<name>.log`.
 * @param {string} name
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{env?: NodeJS.ProcessEnv, onLine?: (line: string) => void, explain?: (output: string) => string | undefined}} [options]
 *   `explain` finds the reason of a failure in the output. Default its last lines.
 * @throws {Problem} If it fails.
 */
export async function runStep(name, command, args, { explain, ...options } = {}) {
	const logFile = path.join(LOGS, `${name}.log`);
	const { code, output, tail } = await runLogged(command, args, { cwd: ROOT, logFile, ...options });
	if (code === 0) return;
	const what = [path.basename(command), ...args.slice(0, 2)].join(' ');
	const reason = explain?.(output) ?? `${what} failed. Its last lines:\n${tail}`;
	throw new Problem(`${reason}\nFull output: ${path.relative(process.cwd(), logFile)}`);
}
