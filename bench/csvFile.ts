import { createWriteStream, existsSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { dataPath, PROJECT_FOLDER } from '../cli/projectFolder';
import { visitArchive } from '../lib/data/readers/archive';
import { findFer2013 } from '../lib/data/readers/fer2013Place';
import { packingOf } from '../lib/data/readers/packing';

/** The table to read; `drawn` if its pixels are random. */
export type Csv = Awaited<ReturnType<typeof csvFile>>;

/** Finds fer2013.csv, or unpacks it or writes random pixels in its format into the folder `temporary`. */
export async function csvFile(temporary: string, quick: boolean) {
	const file = join(temporary, 'fer2013.csv');
	const found = quick ? undefined : await unpacked(file);
	if (found) {
		// This also puts the file into the system's cache, so that every repetition finds it there.
		const lines = readFileSync(found, 'latin1').split('\n');
		return { file: found, rows: lines.length - 2, drawn: false };
	}
	const rows = quick ? 500 : 10_000;
	await pipeline(noiseTable(rows), createWriteStream(file));
	return { file, rows, drawn: true };
}

/** Returns the path of the table, after unpacking it to `file` if necessary. */
async function unpacked(file: string): Promise<string | undefined> {
	const source = await findFer2013({ environmentPath: dataPath(), dataFolder: join(PROJECT_FOLDER, 'data') });
	if (!source || statSync(source).isDirectory()) return undefined;
	const packing = await packingOf(source);
	if (packing.kind === 'text') return packing.gzipped ? undefined : source;
	await visitArchive(source, packing, async ({ name, content }) => {
		if (posix.basename(name).toLowerCase() === 'fer2013.csv') await pipeline(content, createWriteStream(file));
	});
	return existsSync(file) ? file : undefined;
}

function* noiseTable(rows: number): Generator<string> {
	yield 'emotion,pixels,Usage\n';
	let state = 1;
	for (let row = 0; row < rows; row++) {
		const pixels = Array.from({ length: 48 * 48 }, () => {
			// The linear congruential generator of Numerical Recipes.
			state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
			return state >>> 24;
		});
		yield `${row % 7},${pixels.join(' ')},Training\n`;
	}
}
