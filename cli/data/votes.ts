import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readFerPlusVotes } from '../../lib/data/readers/ferPlus';
import { formatCount } from '../../lib/format';
import { formatMegabytes } from '../formatMegabytes';
import { withTask } from '../progressLine';
import { download } from './download';
import { DATA, INCOMING } from './place';

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
	try {
		await withTask(
			`Downloading ${FILE}`,
			async (task) => {
				await download(url, file, { onProgress: (received) => task.update(formatMegabytes(received)) });
				const { usage } = await readFerPlusVotes(file);
				renameSync(file, place);
				return usage.length;
			},
			(images) => `votes on ${formatCount(images)} images`,
		);
		return place;
	} finally {
		// Resuming a damaged file would not repair it.
		rmSync(file, { force: true });
	}
}
