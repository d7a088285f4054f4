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
	/** Receives each line as it comes; a redrawn progress bar is a line each time. */
	readonly onLine?: (line: string) => void;
}

/**
 * Runs a program to its end; it ends together with this process.
 * @returns Its exit code, 127 if it could not be started, and its output.
 */
export async function runLogged(
	command: string,
	args: readonly string[],
	{ cwd, logFile, env = process.env, onLine }: RunOptions,
): Promise<{ code: number; output: string }> {
	const { execa } = await import('execa');
	mkdirSync(dirname(logFile), { recursive: true });
	const log = createWriteStream(logFile);
	// nbconvert ends its kernel at SIGINT, but not at SIGTERM, which execa would send.
	const ended = { killSignal: 'SIGINT', reject: false } as const;
	const settings = { cwd, env, extendEnv: false, stdin: 'ignore', all: true, buffer: false, ...ended } as const;
	const running = execa(command, args, settings);
	let output = '';
	let line = '';
	running.all.setEncoding('utf8').on('data', (text: string) => {
		log.write(text);
		output += text;
		const lines = (line + text).split(/[\r\n]+/);
		line = lines.pop() ?? '';
		for (const each of lines) if (each.trim()) onLine?.(each);
	});
	const { exitCode, originalMessage } = await running;
	if (exitCode === undefined && originalMessage) output += `${originalMessage}\n`;
	log.end();
	return { code: exitCode ?? 127, output };
}

/**
 * Runs a program that has to succeed.
 * @param explain Explains a failure from the output; undefined where the reason is not known.
 * @throws {Problem} If it fails: the explanation, or its last lines, and where its output is.
 */
export async function runOrFail(
	command: string,
	args: readonly string[],
	{ explain, ...options }: RunOptions & { explain?: (output: string) => string | undefined },
): Promise<void> {
	const { code, output } = await runLogged(command, args, options);
	if (code === 0) return;
	const tail = output.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
	const reason = explain?.(output) ?? `${basename(command)} ${args[0]} failed. Its last lines:\n${tail}`;
	throw new Problem(`${reason}\nFull output: ${shownPath(options.logFile)}`);
}

/** Runs npm: the one that started this process, else the one on the PATH. */
export function runNpm(args: readonly string[], options: RunOptions): Promise<void> {
	const script = process.env.npm_execpath;
	const own = script !== undefined && basename(script) === 'npm-cli.js' && existsSync(script);
	return own ? runOrFail(process.execPath, [script, ...args], options) : runOrFail('npm', args, options);
}

/** Runs a program in this terminal, leaves Ctrl-C to it, and returns its exit code. */
export async function runInTerminal(
	command: string,
	args: readonly string[],
	options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<number> {
	const { execa } = await import('execa');
	process.removeAllListeners('SIGINT').on('SIGINT', () => {});
	const { exitCode, originalMessage } = await execa(command, args, { ...options, stdio: 'inherit', reject: false });
	if (exitCode === undefined && originalMessage) throw new Problem(originalMessage);
	return exitCode ?? 1;
}
