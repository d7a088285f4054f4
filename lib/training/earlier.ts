import { existsSync } from 'node:fs';
import { readdir, rename } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { earlierName } from '../runName';

/** Lists the folders that `setAside` made of a folder, newest first: `<folder>.old-2`, `<folder>.old-1`. */
export async function earlierFolders(folder: string): Promise<string[]> {
	const names = existsSync(dirname(folder)) ? await readdir(dirname(folder)) : [];
	const numbers = names.flatMap((entry) => {
		const earlier = earlierName(entry);
		return earlier?.name === basename(folder) ? [earlier.number] : [];
	});
	return numbers.sort((a, b) => b - a).map((number) => `${folder}.old-${number}`);
}

/** Renames a folder to the next number, `<folder>.old-<n>`; returns the new path. */
export async function setAside(folder: string): Promise<string> {
	const [newest] = await earlierFolders(folder);
	const last = newest ? (earlierName(basename(newest))?.number ?? 0) : 0;
	const aside = `${folder}.old-${last + 1}`;
	await rename(folder, aside);
	return aside;
}
