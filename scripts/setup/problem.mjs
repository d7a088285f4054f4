// @ts-check
import { parseArgs } from 'node:util';

/** Something that the user can fix: its message is printed as it is, without a stack. */
export class Problem extends Error {
	/** @override */
	name = 'Problem';
}

/**
 * Runs a program's main function; a problem becomes a sentence on standard error and the exit code 1.
 * @param {() => Promise<number | void>} main Returns the exit code. Default 0.
 */
export async function runMain(main) {
	try {
		process.exitCode = (await main()) ?? 0;
	} catch (error) {
		console.error(error instanceof Problem ? error.message : error);
		process.exitCode = 1;
	}
}

/**
 * Reads command-line options.
 * @template {import('node:util').ParseArgsConfig} T
 * @param {T} config
 * @throws {Problem} If one is unknown.
 */
export function parseOptions(config) {
	try {
		return parseArgs(config);
	} catch (error) {
		throw new Problem(`${error instanceof Error ? error.message : error}\nSee --help.`);
	}
}
