import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { DataError } from '../errors';
import { type Metrics, readMetrics } from '../evaluation/storedMetrics';
import { latestHeader, type Resume, type TrainingHeader } from './checkpoint';
import { earlierFolders, setAside } from './earlier';
import { differencesOf, type TrainingKey } from './trainingKey';

/** What a run's folder shall hold: a training, by the keys of its phases, or a published one, by its metrics. */
export type Wanted = Readonly<Record<'phase1' | 'phase2', TrainingKey>> | Readonly<{ published: Metrics }>;

const RESULTS = ['model', 'metrics.json', 'results.json'];

const keyIn = async (folder: string, phase: 1 | 2) =>
	(await latestHeader<TrainingHeader<TrainingKey>>(join(folder, `phase${phase}`)))?.key;

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
	return phase1 && differencesOf(phase1, wanted.phase1).join('; ');
}

/** Whether a run has a folder, or one of an earlier training. */
export async function isStored(folder: string): Promise<boolean> {
	return existsSync(folder) || (await earlierFolders(folder)).length > 0;
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
	const earlier = await earlierFolders(folder);
	const notes: string[] = [];
	if (found !== '' || resume === 'never') {
		const again = resume === 'never' ? undefined : await firstWith(earlier, wanted);
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
	if (!('published' in wanted) && resume !== 'never') await copyPhase1(folder, wanted.phase1);
	return notes;
}

async function firstWith(folders: readonly string[], wanted: Wanted): Promise<string | undefined> {
	for (const folder of folders) if ((await differencesIn(folder, wanted)) === '') return folder;
	return undefined;
}

function checkRequired(folder: string, found: string | undefined): void {
	const name = basename(folder);
	if (found) {
		const remedy = 'Use the same settings and data, or start without --resume.';
		throw new DataError('the same settings and data', `the checkpoint of ${name}`, found, remedy);
	}
	// A training that was killed before its first checkpoint has a folder.
	if (!existsSync(folder)) throw new DataError('a stored training', `runs/${name}`, 'none', 'Start without --resume.');
}

/** Sets a run's folder aside; returns its new path, or undefined if there was nothing in it. */
async function clear(folder: string): Promise<string | undefined> {
	// Left by a training that was killed before its first checkpoint; `rmdir` removes empty folders only.
	for (const empty of [join(folder, 'phase1'), join(folder, 'phase2'), folder]) await rmdir(empty).catch(() => {});
	return existsSync(folder) ? setAside(folder) : undefined;
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
