import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../lib/fileLock';
import { PROJECT_FOLDER } from './projectFolder';

/** Beside what is installed, so that the files of a build can import it. */
const CACHE = join(PROJECT_FOLDER, 'node_modules', '.cache', 'fer');

/**
 * Makes an empty folder that is removed when this process ends, unless it is killed; those of killed processes are removed
 * now.
 * @param name Letters and hyphens.
 */
export function temporaryFolder(name: string): string {
	removeStale();
	const folder = join(CACHE, `${name}-${process.pid}`);
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

function removeStale(): void {
	mkdirSync(CACHE, { recursive: true });
	for (const name of readdirSync(CACHE)) {
		const [, id] = /^[a-z-]+-(\d+)$/.exec(name) ?? [];
		if (id && !isAlive(Number(id))) rmSync(join(CACHE, name), { recursive: true, force: true });
	}
}
