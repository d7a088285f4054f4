import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { DataError } from '../errors';
import { readProtocol } from '../storedConfig';
import type { TrainingSnapshot } from './callbacks/callback';
import type { TrainingHeader } from './callbacks/checkpointing';
import { latestCheckpoint } from './checkpoint';
import type { Resume } from './run';

/** What tells one training from another: settings and data. */
export type TrainingKey = Readonly<Record<string, unknown>>;

/** A training as its folder holds it. */
export interface StoredTraining {
	/** Where it stopped; undefined if a new one begins. */
	readonly snapshot?: TrainingSnapshot;
	/** What was found, in one sentence for the user; empty if nothing was. */
	readonly note: string;
}

/**
 * Looks for a stored training of the same settings and data. Where a new one begins its folder is made, so that one which
 * is killed before its first checkpoint is known to have begun, and goes on from its start.
 * @param folder Its checkpoints.
 * @param key What the training at hand is.
 * @param resume What to do with a training that is there; see `Resume`. Nothing is deleted but an earlier one set aside.
 * @throws {DataError} If `resume` is `required` and there is none, or it differs; the message says in what.
 */
export async function takeUp(folder: string, key: TrainingKey, resume: Resume): Promise<StoredTraining> {
	const refused: string[] = [];
	const stored = await latestCheckpoint<TrainingHeader<TrainingKey>>(folder, ({ message }) => refused.push(message));
	const name = basename(folder);
	if (!stored || resume === 'never') {
		const begun = refused.length === 0 && (await exists(folder));
		if (resume === 'required' && !begun) {
			throw new DataError('a whole checkpoint', name, refused.join(' ') || 'none', 'Start without --resume.');
		}
		if (resume === 'required') return { note: `No checkpoint of ${name} yet: it goes on from its start.` };
		// A folder that never got a checkpoint holds nothing, and must not push out what was set aside before.
		const aside = stored || refused.length > 0 ? await setAside(folder) : '';
		await mkdir(folder, { recursive: true });
		return { note: [...refused, aside].join(' ').trim() };
	}
	const differences = differencesOf({ ...stored.header.key, protocol: readProtocol(stored.header.key.protocol) }, key);
	if (differences.length === 0) {
		const { epoch, finished } = stored.header.progress;
		const where = finished ? `finished after epoch ${epoch}` : `stopped in epoch ${epoch + 1}`;
		const note = [...refused, `Takes up the stored training of ${name}, ${where}.`].join(' ');
		return { snapshot: { progress: stored.header.progress, vectors: stored.vectors }, note };
	}
	if (resume === 'required') {
		const remedy = 'Give the same settings and data, or start without --resume.';
		throw new DataError('the same settings and data', `the checkpoint of ${name}`, differences.join('; '), remedy);
	}
	const found = `The stored training of ${name} differs (${differences.join('; ')}).`;
	const aside = await setAside(folder);
	await mkdir(folder, { recursive: true });
	return { note: [...refused, found, aside].join(' ') };
}

/** Renames a folder so that nothing in it is lost, and says so; an earlier one set aside is deleted. */
async function setAside(folder: string): Promise<string> {
	if (!(await exists(folder))) return '';
	const aside = `${folder}.old`;
	await rm(aside, { recursive: true, force: true });
	await rename(folder, aside);
	return `Begins anew; the earlier one is kept in ${basename(aside)}.`;
}

const exists = (path: string) =>
	stat(path).then(
		() => true,
		() => false,
	);

/** Lists the fields in which two keys differ, with both values, at most five. */
export function differencesOf(stored: unknown, current: unknown, path = ''): string[] {
	if (JSON.stringify(stored) === JSON.stringify(current)) return [];
	const isRecord = (value: unknown): value is Record<string, unknown> =>
		typeof value === 'object' && value !== null && !Array.isArray(value);
	if (!isRecord(stored) || !isRecord(current)) {
		return [`${path} was ${JSON.stringify(stored)} and is ${JSON.stringify(current)}`];
	}
	const names = [...new Set([...Object.keys(stored), ...Object.keys(current)])];
	return names
		.flatMap((name) => differencesOf(stored[name], current[name], path ? `${path}.${name}` : name))
		.slice(0, 5);
}
