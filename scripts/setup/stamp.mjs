// @ts-check
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/**
 * Lists the files under a folder, sorted; a file is its own list, a missing path an empty one.
 * @param {string} start
 * @returns {string[]}
 */
function listFiles(start) {
	const stat = fs.statSync(start, { throwIfNoEntry: false });
	if (!stat) return [];
	if (!stat.isDirectory()) return [start];
	return fs
		.readdirSync(start)
		.sort()
		.flatMap((name) => listFiles(path.join(start, name)));
}

/**
 * Hashes what a step depends on: names and contents of files and folders, and plain values.
 * @param {object} inputs
 * @param {string} inputs.root Names are taken relative to it, so that a moved clone keeps its hashes.
 * @param {readonly string[]} [inputs.files] Files and folders.
 * @param {readonly unknown[]} [inputs.values]
 */
export function hashInputs({ root, files = [], values = [] }) {
	const hash = createHash('sha256').update(JSON.stringify(values));
	for (const file of files.flatMap(listFiles)) {
		const content = fs.readFileSync(file);
		hash.update(`\0${path.relative(root, file)}\0${content.length}\0`).update(content);
	}
	return hash.digest('hex');
}

/**
 * Tells whether a step ended with these inputs and what it made is still there.
 * @param {string} stampFile
 * @param {string} hash
 * @param {readonly string[]} outputs
 */
export function isStamped(stampFile, hash, outputs) {
	return readStamp(stampFile)?.hash === hash && outputs.every((output) => fs.existsSync(output));
}

/**
 * Reads what a step wrote when it ended; nothing if it did not.
 * @param {string} stampFile
 * @returns {{hash: string, [note: string]: unknown} | undefined}
 */
export function readStamp(stampFile) {
	try {
		return JSON.parse(fs.readFileSync(stampFile, 'utf8'));
	} catch {
		return undefined;
	}
}

/**
 * Records that a step has ended.
 * @param {string} stampFile
 * @param {{hash: string, [note: string]: unknown}} stamp
 */
export function writeStamp(stampFile, stamp) {
	fs.mkdirSync(path.dirname(stampFile), { recursive: true });
	fs.writeFileSync(stampFile, `${JSON.stringify(stamp)}\n`);
}
