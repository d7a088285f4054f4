#!/usr/bin/env node
// @ts-check
import { createRequire } from 'node:module';
import path from 'node:path';
import { libraryStep } from './setup/library.mjs';
import { ROOT } from './setup/paths.mjs';
import { runMain } from './setup/problem.mjs';
import { setUp } from './setup.mjs';

/** Options and commands that need the compiled program alone; `doctor` says itself what is missing. */
const QUICK_OPTIONS = ['--help', '-h', '--version', '-V'];
const QUICK_COMMANDS = [undefined, 'help', 'completion', 'complete', 'doctor'];

// The program `fer`: brings the set-up up to date, with its progress on standard error, and runs the compiled commands.
await runMain(async () => {
	const args = process.argv.slice(2);
	const isQuick = QUICK_COMMANDS.includes(args[0]) || args.some((arg) => QUICK_OPTIONS.includes(arg));
	if (!isQuick || !libraryStep().isCurrent()) await setUp({ stream: process.stderr });
	const program = path.join(ROOT, 'dist', 'cli', 'commands', 'program.js');
	await createRequire(import.meta.url)(program).main(args);
	return Number(process.exitCode ?? 0);
});
