// @ts-check
/** The worker's end of what harness.mjs speaks. */
import fs from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * @typedef {import('../harness.mjs').Answer} Answer
 * @typedef {import('../harness.mjs').Info} Info
 */

/** @param {unknown} value */
function tell(value) {
	// Not console.log: the answer must be out before the next repetition begins.
	fs.writeSync(1, `bench ${JSON.stringify(value)}\n`);
}

/**
 * Runs a worker: prepares it, then one repetition for each line on standard input.
 * @template T
 * @param {(options: T) => Promise<{info: Info, repeat: () => Promise<Answer | Answer[]>}>} prepare Loads and warms up.
 */
export async function serve(prepare) {
	const { info, repeat } = await prepare(JSON.parse(process.argv[2]));
	tell(info);
	for await (const _ of createInterface({ input: process.stdin })) tell(await repeat());
	process.exit(0);
}

/**
 * Measures seconds of work.
 * @param {() => unknown} work
 */
export async function secondsOf(work) {
	const start = performance.now();
	await work();
	return (performance.now() - start) / 1000;
}
