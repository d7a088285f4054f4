import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Random } from '../../lib/random';
import { latestCheckpoint, type TrainingHeader } from '../../lib/training/checkpoint';
import { earlierFolders } from '../../lib/training/earlier';
import * as training from './training';

/** A training and another one of the same name, by the setting in which they differ. */
const SETTINGS = { first: [], second: ['phase2.clipNorm=1'] } as const;
type Which = keyof typeof SETTINGS;
type Key = Readonly<{ phase2: Readonly<{ clipNorm: number }> }>;
/** The steps and the folder of each training that is stored under a name. */
type Stored = Partial<Record<Which, { steps: number; folder: string }>>;

/** Kills while one training is set aside for another. */
const KILLS = 12;

/** Reads what is stored under a name; fails if a training is stored twice, or a checkpoint is damaged. */
async function readStored(name: string): Promise<Stored> {
	const stored: Stored = {};
	const folder = training.runFolder(name);
	for (const each of [folder, ...(await earlierFolders(folder))].filter((place) => existsSync(place))) {
		const checkpoint = await latestCheckpoint<TrainingHeader<Key>>(join(each, 'phase2'), (error) => {
			throw error;
		});
		if (!checkpoint) throw new Error(`${basename(each)} has no checkpoint of phase 2.`);
		const { key, progress } = checkpoint.header;
		const which: Which = key.phase2.clipNorm === 1 ? 'second' : 'first';
		if (stored[which]) throw new Error(`${stored[which].folder} and ${basename(each)} hold the same training.`);
		stored[which] = { steps: progress.stepsTaken, folder: basename(each) };
	}
	return stored;
}

/** Trains until an epoch of phase 2 is interrupted; returns the first step in phase 2. */
async function trainUntil(name: string, which: Which, epoch: number): Promise<number> {
	let isSent = false;
	const { code, output, reported } = await training.train({
		name,
		settings: SETTINGS[which],
		onReport: ({ stage }, send) => {
			if (isSent || !stage.startsWith(`Phase 2, epoch ${epoch} `)) return;
			isSent = true;
			send('SIGINT');
		},
	});
	if (code !== 130) throw new Error(`The ${which} training ended with exit code ${code}:\n${output}`);
	return reported.steps[2]?.first ?? 0;
}

/** Trains two trainings of the same name in turn; each must go on where it was interrupted. */
export async function trainInTurn(name: string) {
	await trainUntil(name, 'first', 2);
	const first = (await readStored(name)).first?.steps ?? 0;
	await trainUntil(name, 'second', 2);
	const { second } = await readStored(name);
	const resumed = await trainUntil(name, 'first', 4);
	if (resumed !== first + 1)
		throw new Error(`The first training went on with step ${resumed} instead of ${first + 1}.`);
	const kept = (await readStored(name)).second;
	if (!second || kept?.steps !== second.steps)
		throw new Error(`The second training is not kept: ${JSON.stringify(kept)}`);
	return { steps: { first, second: second.steps }, keptIn: kept.folder };
}

/** Kills a training before or after each renaming with which it sets the other one aside; both must stay whole. */
export async function killAtRenamings(name: string, random: Random, onStatus: (status: string) => void) {
	const before = await readStored(name);
	const kills: Record<string, number> = {};
	for (let i = 1; i <= KILLS; i++) {
		const stored = await readStored(name);
		const current = (['first', 'second'] as const).find((which) => stored[which]?.folder === name);
		const wanted: Which = current === 'first' ? 'second' : 'first';
		// One folder is renamed if there is no current one, otherwise two.
		const renaming = 1 + random.integer(current ? 2 : 1);
		const fault = `${renaming}:${random.uniform() < 0.5 ? 'before' : 'after'}`;
		const { signal, output } = await training.train({ name, settings: SETTINGS[wanted], fault });
		if (signal !== 'SIGKILL') throw new Error(`It ended before kill ${i}, ${fault}:\n${output}`);
		const after = await readStored(name);
		for (const which of ['first', 'second'] as const) {
			if (after[which]?.steps !== before[which]?.steps)
				throw new Error(`Kill ${i}, ${fault}, lost the ${which} training.`);
		}
		kills[fault] = (kills[fault] ?? 0) + 1;
		onStatus(`${i} of ${KILLS}`);
	}
	return { kills: KILLS, byRenaming: kills };
}
