// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { formatMegabytes, startTask } from '../../scripts/setup/terminal.mjs';
import { download } from './download.mjs';
import { asProblem, DATA, INCOMING } from './place.mjs';

const FILE = 'fer2013new.csv';
const URL = `https://raw.githubusercontent.com/microsoft/FERPlus/master/${FILE}`;

/**
 * Puts FER+'s votes into data/, unless they are there already.
 * @param {string} [url] Another address than the publisher's.
 * @returns {Promise<string>} Where they lie.
 * @throws {import('../../scripts/setup/problem.mjs').Problem} If they cannot be fetched, or are not as published.
 */
export async function provideVotes(url = URL) {
	const place = path.join(DATA, FILE);
	if (fs.existsSync(place)) return place;
	const { readFerPlusVotes } = await import('../../dist/lib/data/readers/ferPlus.js');
	const file = path.join(INCOMING, FILE);
	fs.mkdirSync(INCOMING, { recursive: true });
	const task = startTask(`Fetching ${FILE}`);
	try {
		await download(url, file, { onProgress: (received) => task.update(formatMegabytes(received)) });
		const { usage } = await asProblem(() => readFerPlusVotes(file));
		fs.renameSync(file, place);
		task.done(`votes on ${usage.length.toLocaleString('en')} images`);
		return place;
	} catch (error) {
		// To resume a damaged file would never mend it.
		fs.rmSync(file, { force: true });
		task.failed();
		throw error;
	}
}
