// @ts-check
/**
 * Workers and how they take turns. A worker is a process that loads, warms up and says that it is ready; then, for each
 * line on its standard input, it runs one repetition and answers with what it measured. Only one works at a time.
 */
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { endTree, exitCodeOf, startProcess } from '../scripts/setup/processes.mjs';
import { quantile } from './statistics.mjs';

/** Marks a worker's answers among what its libraries print. */
const MARK = 'bench ';
const LIMIT_MINUTES = 10;
const LAST_LINES = 4;

/**
 * @typedef {object} Answer What one repetition gave.
 * @property {Record<string, number>} figures
 * @property {Record<string, number[]>} [samples] Many values of one figure, of which p50 and p99 become figures.
 * @property {unknown} [profile]
 *
 * @typedef {object} Info What a worker says when it is ready.
 * @property {Record<string, string>} versions
 * @property {number} [parameters] Weights of its network: peers must have as many as ours.
 *
 * @typedef {object} WorkerSpec
 * @property {string} command
 * @property {readonly string[]} args
 * @property {NodeJS.ProcessEnv} env
 * @property {string} logFile Takes what it prints to stderr.
 *
 * @typedef {object} Measured What a worker gave over all repetitions, or why it gave nothing.
 * @property {Answer[]} answers
 * @property {Info} [info]
 * @property {string} [fault]
 */

/**
 * Reads the largest memory that a process has held so far, or nothing where the system does not tell (not Linux).
 * @param {number | undefined} pid
 * @returns {number | undefined} bytes
 */
function peakBytes(pid) {
	try {
		const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
		return kilobytes ? Number(kilobytes) * 1024 : undefined;
	} catch {
		return undefined;
	}
}

/**
 * Starts a worker and waits until it is ready.
 * @param {WorkerSpec} spec
 * @returns {Promise<{info: Info, repeat: () => Promise<Answer[]>, stop: () => Promise<void>}>}
 * @throws {Error} If it ends or hangs before; says its last words.
 */
export async function startWorker({ command, args, env, logFile }) {
	fs.mkdirSync(path.dirname(logFile), { recursive: true });
	const log = fs.openSync(logFile, 'w');
	const child = startProcess(command, args, { env, stdio: ['pipe', 'pipe', log] });
	fs.closeSync(log);
	const { stdin, stdout } = child;
	if (!stdin || !stdout) throw new Error('A worker was started without pipes.');
	// A worker that has died shows by its end, not by the pipe that breaks.
	stdin.on('error', () => {});
	const lines = createInterface({ input: stdout });
	let startFault = '';
	// Silent after Ctrl-C: then its end is no result, and nothing new is started.
	const ended = exitCodeOf(child, ({ message }) => {
		startFault = message;
	});
	const nextAnswer = () =>
		new Promise((/** @type {(answer: unknown) => void} */ resolve, reject) => {
			/** @param {string} reason */
			const fail = (reason) => {
				clearTimeout(timer);
				reject(new Error(`${reason}${lastWords(logFile)}`));
			};
			const timer = setTimeout(() => fail(`no answer in ${LIMIT_MINUTES} minutes`), LIMIT_MINUTES * 60_000);
			lines.on('line', function take(line) {
				if (!line.startsWith(MARK)) return;
				clearTimeout(timer);
				lines.off('line', take);
				resolve(JSON.parse(line.slice(MARK.length)));
			});
			ended.then((code) => fail(startFault || `it ended with ${child.signalCode ?? `exit code ${code}`}`));
		});
	const stop = () => endTree(child.pid);
	try {
		const info = /** @type {Info} */ (await nextAnswer());
		const repeat = async () => {
			const answered = nextAnswer();
			stdin.write('repeat\n');
			const answers = /** @type {Answer[]} */ ([await answered].flat());
			return answers.map((answer) => withDerived(answer, peakBytes(child.pid)));
		};
		return { info, repeat, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

/**
 * Adds the figures that the harness itself finds.
 * @param {Answer} answer
 * @param {number | undefined} peak
 * @returns {Answer}
 */
function withDerived({ figures, samples = {}, profile }, peak) {
	const derived = { ...figures };
	if (peak !== undefined) derived.peakBytes = peak;
	for (const [name, values] of Object.entries(samples)) {
		derived[`${name}P50`] = quantile(values, 0.5);
		derived[`${name}P99`] = quantile(values, 0.99);
	}
	return { figures: derived, profile };
}

/** @param {string} logFile */
function lastWords(logFile) {
	const lines = fs.readFileSync(logFile, 'utf8').trim().split('\n').slice(-LAST_LINES);
	return lines[0] ? `: ${lines.join(' ').replace(/\s+/g, ' ').slice(-300)}` : '';
}

/**
 * Measures a group of workers in alternating repetitions, each second round in reverse order, so that neither side is
 * always the first. A peer that fails is left out from there on, with its fault; if `ours` fails, all ends.
 * @param {object} options
 * @param {Readonly<Record<string, WorkerSpec>>} options.workers By name; `ours` is one of them.
 * @param {number} options.repetitions
 * @param {boolean} options.fresh Whether each repetition has processes of its own (for peaks of memory).
 * @param {(status: string) => void} options.onProgress
 * @returns {Promise<Record<string, Measured>>}
 */
export async function alternate({ workers, repetitions, fresh, onProgress }) {
	/** @type {Record<string, Measured>} */
	const measured = {};
	/** @type {Record<string, Awaited<ReturnType<typeof startWorker>>>} */
	const running = {};
	for (const name of Object.keys(workers)) measured[name] = { answers: [] };
	const isOut = () => measured.ours.fault !== undefined;
	/** @param {string} name @param {() => Promise<void>} work */
	const attempt = async (name, work) => {
		if (measured[name].fault !== undefined || isOut()) return;
		try {
			await work();
		} catch (error) {
			measured[name] = { answers: [], fault: error instanceof Error ? error.message : String(error) };
			await stop(name);
		}
	};
	/** @param {string} name */
	const start = async (name) => {
		running[name] = await startWorker(workers[name]);
		measured[name].info = running[name].info;
		const [own, theirs] = [measured.ours.info?.parameters, running[name].info.parameters];
		if (own !== theirs) throw new Error(`its network has ${theirs} weights, ours ${own}`);
	};
	/** @param {string} name */
	const stop = async (name) => {
		await running[name]?.stop();
		delete running[name];
	};
	try {
		// Ours starts first, so that the others' weights can be compared with it.
		const names = ['ours', ...Object.keys(workers).filter((name) => name !== 'ours')];
		if (!fresh) {
			for (const name of names) {
				onProgress(`${name} warms up`);
				await attempt(name, () => start(name));
			}
		}
		for (let round = 0; round < repetitions; round++) {
			for (const name of round % 2 === 0 ? names : names.toReversed()) {
				onProgress(`repetition ${round + 1} of ${repetitions}, ${name}`);
				await attempt(name, async () => {
					if (fresh) await start(name);
					measured[name].answers.push(...(await running[name].repeat()));
				});
				if (fresh) await stop(name);
			}
		}
	} finally {
		for (const name of Object.keys(running)) await stop(name);
	}
	return measured;
}
