import { createWriteStream, existsSync, mkdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { Problem } from './problem';
import { shownPath } from './projectFolder';

/** Lines of a program's output that are shown if it fails. */
const TAIL_LINES = 15;

/** How a program is run. */
export interface RunOptions {
	readonly cwd: string;
	/** Receives everything that the program prints. */
	readonly logFile: string;
	/** Default: this process's own. */
	readonly env?: NodeJS.ProcessEnv;
	/** Sees each line as it comes. */
	readonly onLine?: (line: string) => void;
	/** Ends the program when it aborts. */
	readonly signal?: AbortSignal;
}

/** How a program ended. */
export interface Ended {
	/** 127 if it could not be started. */
	readonly code: number;
	readonly output: string;
	/** The last lines of `output`. */
	readonly tail: string;
}

/** Runs a program to its end; it ends together with this process. */
export async function runLogged(command: string, args: readonly string[], options: RunOptions): Promise<Ended> {
	const { cwd, logFile, env = process.env, onLine, signal } = options;
	const { execa } = await import('execa');
	mkdirSync(dirname(logFile), { recursive: true });
	const log = createWriteStream(logFile);
	const lines: string[] = [];
	const settings = { cwd, env, extendEnv: false, stdin: 'ignore', all: true, buffer: false, reject: false } as const;
	const running = execa(command, args, { ...settings, cancelSignal: signal, forceKillAfterDelay: 3000 });
	try {
		for await (const line of running.iterable({ from: 'all' })) {
			log.write(`${line}\n`);
			lines.push(line);
			if (line.trim()) onLine?.(line);
		}
	} catch {
		// What went wrong is in the result below.
	}
	const { exitCode, originalMessage } = await running;
	if (exitCode === undefined && originalMessage) lines.push(originalMessage);
	log.end();
	return { code: exitCode ?? 127, output: lines.join('\n'), tail: lines.slice(-TAIL_LINES).join('\n') };
}

/**
 * Runs a program that has to succeed.
 * @param explain Says what went wrong and what to do, from the output; undefined where it is not known.
 * @throws {Problem} If it fails: the explanation, or its last lines, and where its output is.
 */
export async function runOrFail(
	command: string,
	args: readonly string[],
	{ explain, ...options }: RunOptions & { explain?: (output: string) => string | undefined },
): Promise<string> {
	const { code, output, tail } = await runLogged(command, args, options);
	if (code === 0) return output;
	const reason = explain?.(output) ?? `${basename(command)} ${args[0]} failed. Its last lines:\n${tail}`;
	throw new Problem(`${reason}\nIts whole output: ${shownPath(options.logFile)}`);
}

/** Runs npm: the one that started this process, else the one on the PATH. */
export function runNpm(args: readonly string[], options: RunOptions): Promise<string> {
	const script = process.env.npm_execpath;
	const own = script !== undefined && basename(script) === 'npm-cli.js' && existsSync(script);
	return own ? runOrFail(process.execPath, [script, ...args], options) : runOrFail('npm', args, options);
}
