import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readFerPlusVotes } from '../../lib/data/readers/ferPlus';
import { formatCount } from '../../lib/format';
import { note, type Task, withTask } from '../progressLine';
import { DATA, INCOMING, shownPath } from '../projectFolder';
import { download, showBytes } from './download';

const FILE = 'fer2013new.csv';
/** Of the file as published. */
const SHA256 = '9206e20d62f56475939f516847d61753e4860caeac9718b560129541b776fc2c';
const ADDRESS = `https://raw.githubusercontent.com/microsoft/FERPlus/master/${FILE}`;

/**
 * Downloads FER+'s votes into data/, unless they are there already.
 * @param url Default the publisher's address.
 * @returns Their path.
 * @throws {Problem | DataError} If they cannot be downloaded, or are not as published.
 */
export async function provideVotes(url: string = ADDRESS): Promise<string> {
	const place = join(DATA, FILE);
	if (existsSync(place)) {
		if (url !== ADDRESS) note(`${shownPath(place)} is there already. --url is not used; remove that file to download.`);
		await noteChanges(place);
		return place;
	}
	const file = join(INCOMING, FILE);
	mkdirSync(INCOMING, { recursive: true });
	const fetchVotes = async (task: Task) => {
		await download(url, file, { onProgress: showBytes(task), sha256: url === ADDRESS ? SHA256 : undefined });
		const { usage } = await readFerPlusVotes(file);
		renameSync(file, place);
		return usage.length;
	};
	try {
		await withTask(`Downloading ${FILE}`, fetchVotes, (images) => `votes on ${formatCount(images)} images`);
		await noteChanges(place);
		return place;
	} finally {
		// Resuming a damaged file would not repair it.
		rmSync(file, { force: true });
	}
}

/** Says so where the votes are not those published. */
async function noteChanges(place: string): Promise<void> {
	const { isPublished } = await readFerPlusVotes(place);
	if (!isPublished) note(`${shownPath(place)} is not the published file: its votes differ.`);
}
