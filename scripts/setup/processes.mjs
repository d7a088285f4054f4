// @ts-check
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Lines of a program's output that are kept to be shown if it fails. */
const TAIL_LINES = 15;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

const SIGNALS = /** @type {const} */ ({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 });

/** Once it is set, a program's end is no result: nobody is told of failures that a Ctrl-C has made. */
let isStopping = false;

/**
 * Ends every child and its descendants, then this process.
 * @param {keyof typeof SIGNALS} signal
 */
async function stop(signal) {
	if (isStopping) process.exit(SIGNALS[signal]); // asked twice
	isStopping = true;
	process.stderr.write('\nStopping.\n');
	await Promise.all([...running].map((child) => endTree(child.pid)));
	process.exit(SIGNALS[signal]);
}

/**
 * Takes the signals while a child runs, and only then: the caller may have its own use for Ctrl-C.
 * @param {import('node:child_process').ChildProcess} child
 */
function keepWatch(child) {
	const signals = /** @type {(keyof typeof SIGNALS)[]} */ (Object.keys(SIGNALS));
	if (running.size === 0) for (const signal of signals) process.on(signal, stop);
	running.add(child);
	const leave = () => {
		running.delete(child);
		if (running.size === 0 && !isStopping) for (const signal of signals) process.removeListener(signal, stop);
	};
	child.on('close', leave);
	child.on('error', leave);
}

/**
 * Reads every process's parent.
 * @returns {[pid: number, parent: number][]}
 */
function parents() {
	if (process.platform === 'linux') {
		return fs
			.readdirSync('/proc')
			.filter((name) => /^\d+$/.test(name))
			.flatMap((name) => {
				try {
					// The command's name stands in parentheses and may itself hold spaces and parentheses.
					const stat = fs.readFileSync(`/proc/${name}/stat`, 'utf8');
					return [[Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])]];
				} catch {
					return [];
				}
			});
	}
	const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
	return (stdout ?? '')
		.trim()
		.split('\n')
		.map((line) => /** @type {[number, number]} */ (line.trim().split(/\s+/).map(Number)));
}

/**
 * Lists a process and all that it started, which may lie in other process groups (Jupyter's kernels do).
 * @param {number} pid
 */
function tree(pid) {
	const pairs = parents();
	const found = [pid];
	for (let index = 0; index < found.length; index++) {
		found.push(...pairs.filter(([, parent]) => parent === found[index]).map(([child]) => child));
	}
	return found;
}

/**
 * Sends a signal; a process that is gone already is no error.
 * @param {number} pid
 * @param {NodeJS.Signals | 0} signal
 */
function send(pid, signal) {
	try {
		return process.kill(pid, signal);
	} catch {
		return false;
	}
}

/**
 * Ends a process and its descendants: politely, and after three seconds by force.
 * @param {number | undefined} pid
 */
export async function endTree(pid) {
	if (pid === undefined) return;
	const pids = tree(pid);
	for (const each of pids) send(each, 'SIGTERM');
	for (let waited = 0; waited < 3000 && pids.some((each) => send(each, 0)); waited += 100) await sleep(100);
	for (const each of pids) send(each, 'SIGKILL');
}

/**
 * Starts a program that ends together with this one.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 */
export function startProcess(command, args, options) {
	const child = spawn(command, args, options);
	keepWatch(child);
	return child;
}

/**
 * Waits for a program's end.
 * @param {import('node:child_process').ChildProcess} child
 * @param {(error: Error) => void} [onError] Learns why it could not be started.
 * @returns {Promise<number>} Its exit code; 127 if it could not be started.
 */
export function exitCodeOf(child, onError) {
	return new Promise((resolve) => {
		child.on('close', (status) => {
			if (!isStopping) resolve(status ?? 1);
		});
		child.on('error', (error) => {
			onError?.(error);
			resolve(127);
		});
	});
}

/**
 * Runs a program in this terminal and leaves Ctrl-C to it.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{cwd: string, env: NodeJS.ProcessEnv}} options
 * @returns {Promise<number>} Its exit code.
 */
export function runToEnd(command, args, options) {
	const child = spawn(command, args, { ...options, stdio: 'inherit' });
	process.on('SIGINT', () => {});
	for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => endTree(child.pid));
	return new Promise((resolve, reject) => {
		child.on('close', (code) => resolve(code ?? 1));
		child.on('error', reject);
	});
}

/**
 * Runs a program to its end; what it prints goes into a log file.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {object} options
 * @param {string} options.cwd
 * @param {string} options.logFile
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {(line: string) => void} [options.onLine] Sees each line as it comes.
 * @param {(pid: number | undefined) => void} [options.onStart] Learns the program's process id.
 * @returns {Promise<{code: number, output: string, tail: string}>} `output` is all of it, `tail` its last lines.
 */
export async function runLogged(command, args, { cwd, logFile, env = process.env, onLine, onStart }) {
	fs.mkdirSync(path.dirname(logFile), { recursive: true });
	const log = fs.openSync(logFile, 'w');
	let output = '';
	let line = '';
	const child = startProcess(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
	onStart?.(child.pid);
	/** @param {string} text */
	const take = (text) => {
		fs.writeSync(log, text);
		output += text;
		const lines = (line + text).split(/\r\n|\n|\r/);
		line = lines.pop() ?? '';
		if (onLine) for (const each of lines) if (each.trim()) onLine(each);
	};
	child.stdout?.setEncoding('utf8').on('data', take);
	child.stderr?.setEncoding('utf8').on('data', take);
	const code = await exitCodeOf(child, (error) => take(`${error.message}\n`));
	fs.closeSync(log);
	const lines = output.trimEnd().split('\n');
	return { code, output, tail: lines.slice(-TAIL_LINES).join('\n') };
}
