// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { packingOf, visitArchive } from '../dist/lib/data/readers/archive.js';
import { findFer2013 } from '../dist/lib/data/readers/findFer2013.js';

const DRAWN_ROWS = 10_000;
const QUICK_ROWS = 500;

/**
 * Finds fer2013.csv for the readers, or draws a table in its form where FER2013 is not at hand as a table.
 * @param {object} options
 * @param {string} options.temporary A folder for what is unpacked or drawn.
 * @param {string} options.dataFolder
 * @param {string} [options.givenPath] FER2013_PATH.
 * @param {boolean} options.quick Whether a small drawn one does.
 * @returns {Promise<import('./plan.mjs').Csv>}
 */
export async function csvFile({ temporary, dataFolder, givenPath, quick }) {
	const file = path.join(temporary, 'fer2013.csv');
	if (!quick) {
		const found = await unpacked(findFer2013({ environmentPath: givenPath, dataFolder }), file);
		if (found) return { file: found, rows: countLines(found) - 1, drawn: false };
	}
	const rows = quick ? QUICK_ROWS : DRAWN_ROWS;
	draw(file, rows);
	return { file, rows, drawn: true };
}

/**
 * @param {string | undefined} source
 * @param {string} file Where a packed table goes.
 * @returns {Promise<string | undefined>} The table.
 */
async function unpacked(source, file) {
	if (!source || fs.statSync(source).isDirectory()) return undefined;
	const packing = await packingOf(source);
	if (packing.kind === 'text') return packing.gzipped ? undefined : source;
	const visit = async (/** @type {import('../dist/lib/data/readers/archive.js').ArchiveEntry} */ { name, content }) => {
		if (path.posix.basename(name).toLowerCase() === 'fer2013.csv') await pipeline(content, fs.createWriteStream(file));
	};
	await visitArchive(source, packing, visit, () => {});
	return fs.existsSync(file) ? file : undefined;
}

/** @param {string} file */
function countLines(file) {
	// Read whole here, it also lies in the system's cache for every repetition alike.
	const bytes = fs.readFileSync(file);
	let lines = 0;
	for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines++;
	return lines;
}

/**
 * Draws noise in the form of fer2013.csv.
 * @param {string} file
 * @param {number} rows
 */
function draw(file, rows) {
	const handle = fs.openSync(file, 'w');
	fs.writeSync(handle, 'emotion,pixels,Usage\n');
	let state = 1;
	for (let row = 0; row < rows; row++) {
		const pixels = Array.from({ length: 48 * 48 }, () => {
			state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // Numerical Recipes' generator
			return state >>> 24;
		});
		fs.writeSync(handle, `${row % 7},${pixels.join(' ')},Training\n`);
	}
	fs.closeSync(handle);
}
