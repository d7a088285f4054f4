// @ts-check
import { dataPath } from '../scripts/setup/environment.mjs';
import { ROOT } from '../scripts/setup/paths.mjs';
import { Problem } from '../scripts/setup/problem.mjs';
import { startTask } from '../scripts/setup/terminal.mjs';

/**
 * Runs one stage of work with a line of progress in the terminal.
 * @template T
 * @param {typeof import('../dist/lib/index.js')} fer
 * @param {string} title
 * @param {(onProgress: import('../dist/lib/index.js').OnProgress) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withProgress(fer, title, work) {
	const task = startTask(title);
	try {
		const result = await work((progress) => task.update(fer.formatProgress(progress, 20)));
		task.done();
		return result;
	} catch (error) {
		task.failed();
		throw error;
	}
}

/**
 * Runs work with the library, and tells what its user got wrong in one sentence instead of a stack.
 * @template T
 * @param {typeof import('../dist/lib/index.js')} fer
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withProblems(fer, work) {
	try {
		return await work();
	} catch (error) {
		const isOurs = error instanceof fer.DataError || error instanceof RangeError || error instanceof TypeError;
		throw isOurs && error instanceof Error ? new Problem(error.message) : error;
	}
}

/**
 * Opens the data that a config asks for, where FER2013_PATH says or in data/, with a line of progress.
 * @param {typeof import('../dist/lib/index.js')} fer
 * @param {import('../dist/lib/index.js').Config} config
 */
export function openData(fer, config) {
	const { alwaysDraw, sampleFaces, seed } = config;
	const options = { path: dataPath(), projectFolder: ROOT, alwaysDraw, sampleFaces, seed };
	return withProgress(fer, 'Data', (onProgress) => fer.openDataset({ ...options, onProgress }));
}
