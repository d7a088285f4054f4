import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { DataError } from '../errors';
import type { TrainingSnapshot } from './callbacks/callback';
import type { TrainingHeader } from './callbacks/checkpointing';
import { latestCheckpoint } from './checkpoint';
import { differencesOf, type TrainingKey } from './trainingKey';

/** Whether to resume a stored training. */
export type Resume =
	/** If it has the same config and data; else it is set aside, and training starts from scratch. */
	| 'if-same'
	/** Always: an error if there is none or it differs. */
	| 'required'
	/** Never: a stored training is set aside. */
	| 'never';

/**
 * Looks for a stored training of the same settings and data. Otherwise makes its folder, so that a training that is killed
 * before its first checkpoint can be resumed too. Deletes nothing but an older training that was set aside.
 * @param folder The folder of its checkpoints.
 * @returns Where it stopped, undefined if training starts from scratch; and what was found, which may be empty.
 * @throws {DataError} If `resume` is `required` and there is none, or it differs; the message lists the differences.
 */
export async function findStoredTraining(
	folder: string,
	key: TrainingKey,
	resume: Resume,
): Promise<{ snapshot?: TrainingSnapshot; note: string }> {
	const notes: string[] = [];
	const stored = await latestCheckpoint<TrainingHeader<TrainingKey>>(folder, ({ message }) => notes.push(message));
	const name = basename(folder);
	if (stored && resume !== 'never') {
		const differences = differencesOf(stored.header.key, key);
		const { progress } = stored.header;
		if (differences.length === 0) {
			const { epoch, finished } = progress;
			const where = finished ? `finished after epoch ${epoch}` : `stopped in epoch ${epoch + 1}`;
			notes.push(`Resumes the stored training of ${name}, ${where}.`);
			return { snapshot: { progress, vectors: stored.vectors }, note: notes.join(' ') };
		}
		if (resume === 'required') {
			const remedy = 'Use the same settings and data, or start without --resume.';
			throw new DataError('the same settings and data', `the checkpoint of ${name}`, differences.join('; '), remedy);
		}
		notes.push(`The stored training of ${name} differs (${differences.join('; ')}).`);
	} else if (resume === 'required') {
		if (notes.length > 0 || !existsSync(folder)) {
			throw new DataError('a whole checkpoint', name, notes.join(' ') || 'none', 'Start without --resume.');
		}
		return { note: `No checkpoint of ${name} yet: training starts from scratch.` };
	}
	// A folder without checkpoints holds nothing, and must not replace what was set aside before.
	if (stored || notes.length > 0) notes.push(await setAside(folder));
	await mkdir(folder, { recursive: true });
	return { note: notes.join(' ') };
}

/** Renames a folder, and deletes an older one set aside. */
async function setAside(folder: string): Promise<string> {
	const aside = `${folder}.old`;
	await rm(aside, { recursive: true, force: true });
	await rename(folder, aside);
	return `Starts from scratch; the earlier training is kept in ${basename(aside)}.`;
}
