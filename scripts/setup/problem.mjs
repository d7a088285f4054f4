// @ts-check
import path from 'node:path';
import { parseArgs } from 'node:util';

/** Something that the person at the terminal can mend: its message is printed as it is, without a stack. */
export class Problem extends Error {
	/** @override */
	name = 'Problem';

	/**
	 * @param {string} message
	 * @param {number} [exitCode]
	 */
	constructor(message, exitCode = 1) {
		super(message);
		this.exitCode = exitCode;
	}
}

/**
 * Runs a command line's main function, prints what it throws and sets the exit code.
 * @param {() => Promise<number | void>} main Returns the exit code; nothing means 0.
 */
export async function runCommandLine(main) {
	try {
		process.exitCode = (await main()) ?? 0;
	} catch (error) {
		console.error(error instanceof Problem ? `\n${error.message}` : error);
		process.exitCode = error instanceof Problem ? error.exitCode : 1;
	}
}

/**
 * Reads a command line's options; an unknown one is told in a sentence.
 * @template {import('node:util').ParseArgsConfig} T
 * @param {T} config
 */
export function parseOptions(config) {
	try {
		return parseArgs(config);
	} catch (error) {
		throw new Problem(`${error instanceof Error ? error.message : error}\nWhat there is: --help`);
	}
}

/**
 * Ends a step that failed: says why and what to do where that is known, else shows the program's last words.
 * @param {string} what
 * @param {{tail: string}} result
 * @param {string} logFile
 * @param {string} [sentence]
 * @returns {never}
 */
export function stepFailed(what, { tail }, logFile, sentence) {
	const log = path.relative(process.cwd(), logFile);
	throw new Problem(`${sentence ?? `${what} failed. Its last lines:\n${tail}`}\nAll that it said: ${log}`);
}
