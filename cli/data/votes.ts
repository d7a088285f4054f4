import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readFerPlusVotes } from '../../lib/data/readers/ferPlus';
import { formatCount } from '../../lib/format';
import { type Task, withTask } from '../progressLine';
import { DATA, INCOMING } from '../projectFolder';
import { download, showBytes } from './download';

const FILE = 'fer2013new.csv';
const ADDRESS = `https://raw.githubusercontent.com/microsoft/FERPlus/master/${FILE}`;

/**
 * Downloads FER+'s votes into data/, unless they are there already.
 * @param url Default the publisher's address.
 * @returns Their path.
 * @throws {Problem | DataError} If they cannot be downloaded, or are not as published.
 */
export async function provideVotes(url: string = ADDRESS): Promise<string> {
	const place = join(DATA, FILE);
	if (existsSync(place)) return place;
	const file = join(INCOMING, FILE);
	mkdirSync(INCOMING, { recursive: true });
	const fetchVotes = async (task: Task) => {
		await download(url, file, { onProgress: showBytes(task) });
		const { usage } = await readFerPlusVotes(file);
		renameSync(file, place);
		return usage.length;
	};
	try {
		await withTask(`Downloading ${FILE}`, fetchVotes, (images) => `votes on ${formatCount(images)} images`);
		return place;
	} finally {
		// Resuming a damaged file would not repair it.
		rmSync(file, { force: true });
	}
}
