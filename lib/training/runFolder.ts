import { existsSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DataError, invalidArgument } from '../errors';
import { describeOwner, isOwn, removeLock, tryLock } from '../fileLock';
import { checkRunName, earlierName } from '../runName';

/**
 * Returns the folder of a run: `runs/<name>` in the project, or `runs/<study>/<name>` for a run of a study.
 * @param option Where the name comes from, for the message. Default `name`.
 * @throws {RangeError} If the name is not that of a folder of its own in runs/.
 * @throws {DataError} If the folder is a link.
 */
export function runFolder(projectFolder: string, name: string, option?: string, study?: string): string {
	checkRunName(name, option);
	if (study !== undefined) checkRunName(study, option);
	const runs = join(projectFolder, 'runs');
	const folder = study === undefined ? join(runs, name) : join(runs, study, name);
	checkNoLink(folder, runs);
	return folder;
}

const isLink = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;

/** Refuses links in place of a run or a study: their content would be that of another place, with other locks. */
function checkNoLink(folder: string, runs: string): void {
	for (const place of dirname(folder) === runs ? [folder] : [dirname(folder), folder]) {
		if (!isLink(place)) continue;
		const remedy = 'Choose another name, or make runs/ itself a link.';
		throw new DataError('a folder', place.slice(dirname(runs).length + 1), 'a link', remedy);
	}
}

/** Whether a folder holds a training. */
const holdsTraining = (folder: string) => ['phase1', 'phase2', 'model'].some((name) => existsSync(join(folder, name)));

/**
 * Refuses a folder that a training must not write into: an earlier training's, a study's (or for a run of a study one of
 * another kind), and one with links.
 */
export function checkWritable(folder: string, isInStudy = false): void {
	const name = basename(folder);
	const earlier = earlierName(name);
	if (earlier) {
		const remedy = `${name} is an earlier training of ${earlier.name}: use its settings and the name ${earlier.name}.`;
		throw invalidArgument('name', 'a name that does not end in .old and a number', name, remedy);
	}
	if (isInStudy) checkStudy(dirname(folder));
	if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
	const entries = readdirSync(folder);
	if (entries.some((entry) => holdsTraining(join(folder, entry)))) {
		throw new DataError('a run', `runs/${name}`, 'a study of several runs', 'Choose another name.');
	}
	const link = entries.find((entry) => isLink(join(folder, entry)));
	if (!link) return;
	const remedy = 'What it leads to would be overwritten: replace it by a copy, or choose another name.';
	throw new DataError('no link', `runs/${name}`, link, remedy);
}

/** Refuses a run's folder as that of a study. */
export function checkStudy(folder: string): void {
	if (!holdsTraining(folder)) return;
	throw new DataError('a study', `runs/${basename(folder)}`, 'a single run', 'Choose another name for the study.');
}

const held = new Map<string, () => void>();
let isListening = false;

/**
 * Locks a run for this process until it ends, or `release` is called; its lock is beside its folder, which may be moved.
 * A run that this process has locked already stays so.
 * @returns Releases the lock, if this call took it.
 * @throws {DataError} If another process trains this run: names it.
 */
export function lockRun(folder: string): { release: () => void } {
	const file = `${folder}.lock`;
	mkdirSync(dirname(folder), { recursive: true });
	const attempt = tryLock(file);
	if (attempt.release) {
		if (!isListening) process.once('exit', releaseAll);
		isListening = true;
		held.set(file, attempt.release);
		return {
			release: () => {
				attempt.release();
				held.delete(file);
			},
		};
	}
	if (attempt.owner && isOwn(attempt.owner)) return { release: () => {} };
	const place = `runs/${basename(folder)}`;
	const remedy = `Wait for its end, or choose another name. ${removeLock(file)}`;
	throw new DataError('no other training', place, describeOwner(attempt.owner), remedy);
}

function releaseAll(): void {
	for (const release of held.values()) release();
}
