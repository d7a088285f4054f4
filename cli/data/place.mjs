// @ts-check
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ROOT } from '../../scripts/setup/paths.mjs';
import { Problem } from '../../scripts/setup/problem.mjs';

export const DATA = path.join(ROOT, 'data');
/** What is on its way; in data/, so that a rename puts it in place. */
export const INCOMING = path.join(DATA, '.incoming');
/** Where read data sets are kept in binary. */
const CACHE = path.join(DATA, '.cache');

/** The compiled library's readers; asked for late, since the set-up compiles them. */
function readers() {
	const require = createRequire(import.meta.url);
	return {
		...require(path.join(ROOT, 'dist', 'lib', 'data', 'readers', 'findFer2013.js')),
		...require(path.join(ROOT, 'dist', 'lib', 'data', 'readers', 'readFer2013.js')),
		...require(path.join(ROOT, 'dist', 'lib', 'data', 'readers', 'checkFer2013.js')),
	};
}

/**
 * Runs the library's readers, and shows their complaints as sentences instead of stacks.
 * @template T
 * @param {() => T | Promise<T>} work
 */
export async function asProblem(work) {
	try {
		return await work();
	} catch (error) {
		const known = error instanceof Error && ['DataError', 'RangeError', 'TypeError'].includes(error.name);
		throw known ? new Problem(error.message) : error;
	}
}

/**
 * Finds FER2013 where FER2013_PATH says, else in data/.
 * @param {string | undefined} environmentPath
 * @returns {Promise<string | undefined>}
 */
export function findData(environmentPath) {
	return asProblem(() => readers().findFer2013({ environmentPath, dataFolder: DATA }));
}

/**
 * Finds FER2013 in what has been fetched.
 * @param {string} place
 * @returns {Promise<string | undefined>}
 */
export function findArrived(place) {
	return asProblem(() => readers().locateFer2013(place));
}

/**
 * Reads FER2013 and checks that it is complete: every image's size, the classes and their counts.
 * @param {string} source
 * @param {(status: string) => void} onStatus
 * @returns {Promise<number>} Its number of images.
 */
export function checkData(source, onStatus) {
	return asProblem(async () => {
		const { readFer2013, checkFer2013 } = readers();
		const onProgress = (/** @type {import('../../dist/lib/index.js').Progress} */ { stage, done }) =>
			onStatus(`${stage}, ${Math.round(100 * done)} %`);
		const dataset = await readFer2013(source, { cacheFolder: CACHE, onProgress });
		checkFer2013(dataset, path.basename(source));
		return dataset.labels.length;
	});
}

/**
 * Puts what was fetched and checked into data/, by a rename: it is there whole, or not at all.
 * @param {string} arrived A file, or the folder of train/ and test/.
 * @returns {string} Where it lies now.
 */
export function placeData(arrived) {
	const isFolder = fs.statSync(arrived).isDirectory();
	const target = path.join(DATA, isFolder ? 'fer2013' : path.basename(arrived));
	let source = arrived;
	// kagglehub's cache may lie elsewhere, and its owner keeps it.
	if (path.relative(INCOMING, arrived).startsWith('..')) {
		source = path.join(INCOMING, path.basename(target));
		fs.rmSync(source, { recursive: true, force: true });
		fs.cpSync(arrived, source, { recursive: true });
	}
	fs.rmSync(target, { recursive: true, force: true });
	fs.renameSync(source, target);
	fs.rmSync(INCOMING, { recursive: true, force: true });
	return target;
}

/**
 * Names a downloaded file as the readers look for it: by the address if that says it, else by its first bytes.
 * @param {string} file
 * @param {string} url
 */
export function nameDownload(file, url) {
	const name = path.posix.basename(new URL(url).pathname).toLowerCase();
	if (/^(fer2013|icml_face_data)\.(csv|csv\.gz|csv\.zip|tar|tar\.gz|tgz|zip)$/.test(name)) return name;
	const start = Buffer.alloc(2);
	const handle = fs.openSync(file, 'r');
	fs.readSync(handle, start);
	fs.closeSync(handle);
	if (start.toString('latin1') === 'PK') return 'fer2013.zip';
	return start[0] === 0x1f && start[1] === 0x8b ? 'fer2013.tar.gz' : 'fer2013.csv';
}
