// @ts-check
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from './paths.mjs';

/**
 * @typedef {'python' | 'compiler' | 'disk' | 'npmRegistry' | 'pythonIndex'} Need
 *
 * @typedef {object} Step One step of the set-up. It may be interrupted anywhere: what is not current is done again.
 * @property {string} name
 * @property {string} title What the terminal shows.
 * @property {readonly string[]} [after] The steps that it builds on: when one of them runs, this one may have to.
 * @property {readonly Need[]} [needs] What must be available before it starts.
 * @property {() => boolean} isCurrent Checks, without starting a program, whether it was done with the present inputs.
 * @property {(task: import('./terminal.mjs').Task) => Promise<object | void>} run
 */

/**
 * Makes a step that writes a stamp when it has ended.
 * @param {Omit<Step, 'isCurrent'> & {stamp: string, hash: () => string, outputs: () => readonly string[]}} step `stamp` is
 *   its file, `hash` that of its inputs, `outputs` must exist; an object that `run` returns goes into the stamp too.
 * @returns {Step}
 */
export function stampedStep({ stamp, hash, outputs, ...step }) {
	return {
		...step,
		isCurrent: () => readStamp(stamp)?.hash === hash() && outputs().every((output) => fs.existsSync(output)),
		async run(task) {
			const began = hash();
			const content = { hash: began, ...(await step.run(task)) };
			fs.mkdirSync(path.dirname(stamp), { recursive: true });
			fs.writeFileSync(stamp, `${JSON.stringify(content)}\n`);
		},
	};
}

/**
 * Reads a stamp; undefined where there is none.
 * @param {string} file
 * @returns {{hash: string, [note: string]: unknown} | undefined}
 */
export function readStamp(file) {
	try {
		return JSON.parse(fs.readFileSync(file, 'utf8'));
	} catch {
		return undefined;
	}
}

/**
 * Hashes what a step depends on: names and contents of files and folders, and plain values.
 * @param {readonly string[]} files Missing ones count as empty.
 * @param {readonly unknown[]} [values]
 * @param {string} [root] Names are relative to it, so that a moved clone keeps its hashes.
 */
export function hashInputs(files, values = [], root = ROOT) {
	const hash = createHash('sha256').update(JSON.stringify(values));
	for (const file of files.flatMap(listFiles)) {
		const content = fs.readFileSync(file);
		hash.update(`\0${path.relative(root, file)}\0${content.length}\0`).update(content);
	}
	return hash.digest('hex');
}

/** Lists the files under a path, sorted. @param {string} start @returns {string[]} */
function listFiles(start) {
	const stat = fs.statSync(start, { throwIfNoEntry: false });
	if (!stat?.isDirectory()) return stat ? [start] : [];
	const names = fs.readdirSync(start).sort();
	return names.flatMap((name) => listFiles(path.join(start, name)));
}
