import { closeSync, cpSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join, posix, relative } from 'node:path';
import { PROJECT_FOLDER } from '../projectFolder';

/** Where data sets and weights are kept. */
export const DATA = join(PROJECT_FOLDER, 'data');
/** Where downloads arrive; in data/, so that a rename puts them in place. */
export const INCOMING = join(DATA, '.incoming');

/**
 * Puts what was downloaded and checked into data/ by a rename, so that it is there whole or not at all.
 * @param arrived A file, or the folder of train/ and test/.
 * @returns Its new path.
 */
export function placeData(arrived: string): string {
	const isFolder = statSync(arrived).isDirectory();
	const target = join(DATA, isFolder ? 'fer2013' : basename(arrived));
	let source = arrived;
	// The user's own kagglehub cache keeps its copy.
	if (relative(INCOMING, arrived).startsWith('..')) {
		source = join(INCOMING, basename(target));
		rmSync(source, { recursive: true, force: true });
		cpSync(arrived, source, { recursive: true });
	}
	rmSync(target, { recursive: true, force: true });
	renameSync(source, target);
	rmSync(INCOMING, { recursive: true, force: true });
	return target;
}

/** Names a downloaded file as the readers expect it: after its address if that is known, else after its first bytes. */
export function nameDownload(file: string, url: string): string {
	const name = posix.basename(new URL(url).pathname).toLowerCase();
	if (/^(fer2013|icml_face_data)\.(csv|csv\.gz|csv\.zip|tar|tar\.gz|tgz|zip)$/.test(name)) return name;
	const start = Buffer.alloc(2);
	const handle = openSync(file, 'r');
	readSync(handle, start);
	closeSync(handle);
	if (start.toString('latin1') === 'PK') return 'fer2013.zip';
	return start[0] === 0x1f && start[1] === 0x8b ? 'fer2013.tar.gz' : 'fer2013.csv';
}
