import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { writeFileAtomically } from '../atomicFile';
import { DataError } from '../errors';
import { type Metrics, readMetrics } from '../evaluation/storedMetrics';
import { latestHeader, otherTraining, type Resume, type TrainingHeader } from './checkpoint';
import { earlierFolders, setAside } from './earlier';
import { differencesOf, type TrainingKey } from './trainingKey';

type Keys = Readonly<Record<'phase1' | 'phase2', TrainingKey>>;

/** What a run's folder shall hold: a training, by the keys of its phases, or a published one, by its metrics. */
export type Wanted = Keys | Readonly<{ published: Metrics }>;

const RESULTS = ['model', 'metrics.json', 'results.json'];

/** In a run's folder: the key of its phase 2, which tells what the folder is for before that phase has a checkpoint. */
const KEY_FILE = 'key.json';

const keyIn = async (folder: string, phase: 1 | 2) =>
	(await latestHeader<TrainingHeader<TrainingKey>>(join(folder, `phase${phase}`)))?.key;

/** Reads a folder's key file; undefined if it is missing or damaged. */
async function plannedKey(folder: string): Promise<unknown> {
	try {
		return JSON.parse(await readFile(join(folder, KEY_FILE), 'utf8'));
	} catch {
		return undefined;
	}
}

/** What tells a published training from others; its metrics are stored twice, and may differ in their form. */
const identityOf = (stored?: Metrics) => stored && [stored.config, stored.dataset, stored.seconds, stored.accuracy];

/** Compares what a folder holds: undefined if that is nothing worth keeping, empty if it is what is wanted. */
async function differencesIn(folder: string, wanted: Wanted): Promise<string | undefined> {
	const [phase1, phase2] = [await keyIn(folder, 1), await keyIn(folder, 2)];
	const hasResults = RESULTS.some((name) => existsSync(join(folder, name)));
	if ('published' in wanted) {
		if (phase1 || phase2) return 'it was trained here and is not the published one';
		if (!hasResults) return undefined;
		const metrics = await readMetrics(folder).catch(() => undefined);
		return isDeepStrictEqual(identityOf(metrics), identityOf(wanted.published)) ? '' : 'it is not the published one';
	}
	if (phase2) return differencesOf(phase2, wanted.phase2).join('; ');
	if (hasResults) return 'it has results but no checkpoints';
	const planned = await plannedKey(folder);
	if (planned === undefined) return phase1 && differencesOf(phase1, wanted.phase1).join('; ');
	const differences = differencesOf(planned, wanted.phase2).join('; ');
	return differences && !phase1 ? undefined : differences;
}

const noTraining = (folder: string) =>
	new DataError('a stored training', `runs/${basename(folder)}`, 'none', 'Start without --resume.');

/** Refuses a run that has neither a folder nor an earlier training, where one is to be resumed. */
export async function checkStored(folder: string): Promise<void> {
	if (!existsSync(folder) && (await earlierFolders(folder)).length === 0) throw noTraining(folder);
}

/**
 * Makes a run's folder hold a training, or room for it. Another training that it holds is set aside, whole, as
 * `<name>.old-1`, `.old-2` and so on; an earlier one that is wanted again is moved back. The run must be locked.
 *
 * Every change is the renaming of one folder, with all its checkpoints and results. A process that is killed between two
 * of them leaves the folder missing, and the next one finds what it wants among the earlier trainings.
 * @returns Messages for the user; often none.
 * @throws {DataError} If `resume` is `required` and there is no such training.
 */
export async function arrangeRun(folder: string, wanted: Wanted, resume: Resume): Promise<readonly string[]> {
	const name = basename(folder);
	const found = await differencesIn(folder, wanted);
	const notes: string[] = [];
	if (found !== '' || resume === 'never') {
		const again = resume === 'never' ? undefined : await firstWith(await earlierFolders(folder), wanted);
		if (resume === 'required' && !again) checkRequired(folder, found);
		if (found !== undefined || again) {
			const aside = await clear(folder);
			if (found) notes.push(`The stored training of ${name} differs (${found}).`);
			if (aside) notes.push(`The earlier training is kept in ${basename(aside)}.`);
		}
		if (again) {
			await rename(again, folder);
			notes.push(`${basename(again)} has these settings and data: it is ${name} again.`);
		}
	}
	await mkdir(folder, { recursive: true });
	if (!('published' in wanted)) await begin(folder, wanted, resume);
	return notes;
}

/** Notes what a folder is for, unless it is noted already. */
async function begin(folder: string, { phase1, phase2 }: Keys, resume: Resume): Promise<void> {
	const key = JSON.stringify(phase2);
	if (isDeepStrictEqual(await plannedKey(folder), JSON.parse(key))) return;
	if (resume !== 'never') await copyPhase1(folder, phase1);
	// Last, so that a process that is killed in between copies again.
	await writeFileAtomically(join(folder, KEY_FILE), key);
}

async function firstWith(folders: readonly string[], wanted: Wanted): Promise<string | undefined> {
	for (const folder of folders) if ((await differencesIn(folder, wanted)) === '') return folder;
	return undefined;
}

function checkRequired(folder: string, found: string | undefined): void {
	if (found) throw otherTraining(basename(folder), found);
	// A training that was killed before its first checkpoint has a folder.
	if (!existsSync(folder)) throw noTraining(folder);
}

/** Sets a run's folder aside; returns its new path, or undefined if there was nothing in it. */
async function clear(folder: string): Promise<string | undefined> {
	if (!existsSync(folder)) return undefined;
	// Left by a training that was killed before its first checkpoint; `rmdir` removes empty folders only.
	for (const phase of ['phase1', 'phase2']) await rmdir(join(folder, phase)).catch(() => {});
	const isEmpty = (await readdir(folder)).every((entry) => entry === KEY_FILE);
	if (!isEmpty) return setAside(folder);
	await rm(join(folder, KEY_FILE), { force: true });
	await rmdir(folder);
	return undefined;
}

/** Copies phase 1 from an earlier training in which it was the same, if the run has none yet. */
async function copyPhase1(folder: string, key: TrainingKey): Promise<void> {
	const target = join(folder, 'phase1');
	const isPart = (name: string) => /^phase1\.\d+\.part$/.test(name);
	for (const left of (await readdir(folder)).filter(isPart)) await rm(join(folder, left), { recursive: true });
	if (await keyIn(folder, 1)) return;
	for (const earlier of await earlierFolders(folder)) {
		const stored = await keyIn(earlier, 1);
		if (!stored || differencesOf(stored, key).length > 0) continue;
		// Under another name until it is whole.
		const part = `${target}.${process.pid}.part`;
		await cp(join(earlier, 'phase1'), part, { recursive: true });
		// It may hold damaged checkpoints, which are left to `findStoredTraining`.
		await rename(part, target).catch(() => rm(part, { recursive: true }));
		return;
	}
}
