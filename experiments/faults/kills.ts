import type { FSWatcher } from 'node:fs';
import type { Random } from '../../lib/random';
import {
	checkResumed,
	type Ended,
	leftHalf,
	newestSteps,
	type Phase,
	STEPS_PER_EPOCH,
	stepsLost,
	train,
	trainToEnd,
	watchWrites,
} from './training';

/** The event after which a process is killed. */
interface Event {
	/** A report of progress whose stage begins with this. */
	readonly stage?: string;
	/** The beginning of a checkpoint's write, in this phase. */
	readonly write?: Phase;
}

/** Kills of one kind: how many, and the largest count of events and delay. Steps take about 12 and 150 ms. */
interface Kind extends Event {
	readonly times: number;
	readonly count: number;
	readonly delay: number;
}

/** A kill `delay` milliseconds after the event has occurred `count` times since the start of the process. */
interface PlannedKill extends Event {
	readonly count: number;
	readonly delay: number;
}

/** A kill that was carried out. */
export interface Kill {
	/** Where the process was. */
	readonly place: string;
	/** Steps that the next process has to repeat. */
	readonly stepsLost: number;
}

/** All kills: the groups one after the other, the kills of a group in random order. */
const GROUPS: readonly (readonly Kind[])[] = [
	[{ stage: 'Phase 1, features', times: 1, count: 3, delay: 10 }],
	[
		{ stage: 'Phase 1, epoch', times: 7, count: 12, delay: 20 },
		{ write: 1, times: 4, count: 3, delay: 3 },
	],
	[{ write: 2, times: 1, count: 1, delay: 30 }],
	[
		{ stage: 'Phase 2, epoch', times: 7, count: 6, delay: 300 },
		{ write: 2, times: 5, count: 2, delay: 150 },
		{ stage: 'Phase 2, validation', times: 2, count: 2, delay: 20 },
	],
	[{ stage: 'Test', times: 1, count: 2, delay: 100 }],
];

/** Draws when to kill. */
export function planKills(random: Random): PlannedKill[] {
	return GROUPS.flatMap((kinds) => {
		const planned = kinds.flatMap(({ times, count, delay, ...event }) =>
			Array.from({ length: times }, () => ({
				...event,
				count: 1 + random.integer(count),
				delay: Math.round(random.uniform() * delay * 10) / 10,
				order: random.uniform(),
			})),
		);
		return planned.sort((a, b) => a.order - b.order).map(({ order: _, ...kill }) => kill);
	});
}

/** Describes where a killed process was. */
function placeOf(name: string, { pid, reported: { stage, steps } }: Ended): string {
	if (leftHalf(name, 1, pid)) return "phase 1, a checkpoint's write";
	if (leftHalf(name, 2, pid)) return "phase 2, a checkpoint's write";
	if (!stage) return 'before phase 1';
	if (stage.startsWith('Phase 1, features')) return 'phase 1, features';
	if (stage.startsWith('Phase 2, validation')) return 'phase 2, validation';
	if (stage.startsWith('Test')) return 'test';
	return steps[2] ? 'phase 2' : 'phase 1';
}

/** Starts the training and kills it where planned. */
async function trainUntilKilled(name: string, resume: boolean, planned: PlannedKill): Promise<Ended> {
	let left = planned.count;
	let watcher: FSWatcher | undefined;
	const ended = await train({
		name,
		resume,
		onReport: ({ stage, steps }, send) => {
			const count = () => {
				if (--left === 0) setTimeout(() => send('SIGKILL'), planned.delay);
			};
			if (planned.write && steps[planned.write]) watcher ??= watchWrites(name, planned.write, count);
			if (planned.stage && stage.startsWith(planned.stage)) count();
		},
	});
	watcher?.close();
	return ended;
}

/**
 * Trains with a kill after each restart, and then to the end.
 * @throws {Error} If a process does not continue from the newest checkpoint, ends before its kill, or fails.
 */
export async function trainWithKills(
	name: string,
	plan: readonly PlannedKill[],
	onKill: (kill: Kill) => void,
): Promise<Kill[]> {
	const kills: Kill[] = [];
	for (const planned of plan) {
		const stored = newestSteps(name);
		const ended = await trainUntilKilled(name, kills.length > 0, planned);
		if (ended.signal !== 'SIGKILL') throw new Error(`It ended before kill ${kills.length + 1}:\n${ended.output}`);
		checkResumed(ended.reported, stored);
		const kill = { place: placeOf(name, ended), stepsLost: stepsLost(ended.reported, newestSteps(name)) };
		if (kill.stepsLost > STEPS_PER_EPOCH) throw new Error(`A kill in ${kill.place} lost ${kill.stepsLost} steps.`);
		kills.push(kill);
		onKill(kill);
	}
	await trainToEnd(name, true);
	return kills;
}
