import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { Problem } from '../problem';
import { PROJECT_FOLDER, shownPath } from '../projectFolder';
import { pythonEnvironment } from '../python';
import { RAY_PROGRAMS, RAY_PYTHON } from './environment';

/** Lines of a program's standard error that are shown if it fails. */
const TAIL_LINES = 8;

/** How a Python program on Ray is run. */
export interface RayProgram {
	/** Its file in cli/ray/python. */
	readonly file: string;
	/** What it shall do: JSON on its standard input. The address is empty for Ray on this machine. */
	readonly job: { readonly address: string };
	/** Receives everything that it and Ray print on standard error. */
	readonly logFile: string;
	/** Receives each line of JSON that it writes; the next one waits for the promise. */
	readonly onMessage: (message: RayMessage) => void | Promise<void>;
	/** Further lines of JSON for its input; what the pipe does not take yet is kept in memory. */
	readonly input?: AsyncIterable<unknown>;
	/** Ends it. */
	readonly signal?: AbortSignal;
}

/** A message of a program on Ray; `event` names its kind. */
export type RayMessage = Readonly<{ event: string } & Record<string, unknown>>;

/**
 * Runs a Python program on Ray to its end; `installRay` must have been called. The program ends by itself when this
 * process ends, however that happens: its standard input is then closed.
 * @returns Whether it ran to its end, instead of being ended by `signal`.
 * @throws {Problem} If it fails: the sentence of its message `problem`, else the last lines of its log.
 */
export async function runRay({ file, job, input, logFile, onMessage, signal }: RayProgram): Promise<boolean> {
	const { execa } = await import('execa');
	mkdirSync(dirname(logFile), { recursive: true });
	// Ray on this machine gets a secret of its own: otherwise Ray keeps one in the home folder.
	const token = { RAY_AUTH_MODE: 'token', RAY_AUTH_TOKEN: randomBytes(32).toString('hex') };
	// Ray reports its use to its makers unless asked not to.
	const quiet = { PYTHONDONTWRITEBYTECODE: '1', RAY_USAGE_STATS_ENABLED: '0' };
	const env = { ...pythonEnvironment(), ...quiet, ...(job.address === '' && token) };
	const streams = { stdin: 'pipe', stdout: 'pipe', stderr: { file: logFile }, buffer: false } as const;
	const ended = { reject: false, cancelSignal: signal, forceKillAfterDelay: 20_000 } as const;
	const settings = { cwd: PROJECT_FOLDER, env, extendEnv: false, ...streams, ...ended } as const;
	const child = execa(RAY_PYTHON, [join(RAY_PROGRAMS, file)], settings);
	// A broken pipe shows as the end of the program.
	child.stdin.on('error', () => {});
	child.stdin.write(`${JSON.stringify(job)}\n`);
	let problem: string | undefined;
	let failure: Error | undefined;
	const fed = feed(child.stdin, input).catch((error: Error) => {
		failure = error;
		child.kill();
	});
	try {
		for await (const line of createInterface({ input: child.stdout })) {
			const message = parse(line);
			if (message?.event === 'problem') problem = String(message.message);
			else if (message) await onMessage(message);
		}
	} catch (error) {
		child.kill();
		await child;
		throw error;
	}
	await fed;
	const { exitCode, originalMessage } = await child;
	if (failure) throw failure;
	if (signal?.aborted) return false;
	if (exitCode === 0) return true;
	const tail = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
	const reason = problem ?? `${file} failed. Its last lines:\n${tail || originalMessage}`;
	throw new Problem(`${reason}\nFull output: ${shownPath(logFile)}`);
}

async function feed(stdin: Writable, input?: AsyncIterable<unknown>): Promise<void> {
	for await (const message of input ?? []) {
		if (!stdin.writable) return;
		stdin.write(`${JSON.stringify(message)}\n`);
	}
}

/** Reads a message; undefined for a part of one, as a program leaves it that is killed while it writes. */
function parse(line: string): RayMessage | undefined {
	try {
		return JSON.parse(line);
	} catch {
		return undefined;
	}
}
