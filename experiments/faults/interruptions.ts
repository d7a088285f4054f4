import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../../lib/random';
import * as training from './training';

/**
 * A signal that is sent `delay` milliseconds after the event has occurred `count` times since the start of a process. The
 * event is a report whose stage begins with `stage`, or the beginning of a checkpoint's write in phase `write`.
 */
type Interruption = { signal: NodeJS.Signals; stage?: string; write?: training.Phase; count: number; delay: number };

/** Kinds of kills in groups: how many of each, and the largest count and delay. Steps take about 12 and 150 ms. */
const KILLS = [
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
] as const;

/** Draws when to kill: the groups one after the other, the kills of a group in random order. */
export function planKills(random: Random): Interruption[] {
	return KILLS.flatMap((kinds) => {
		const planned = kinds.flatMap(({ times, count, delay, ...event }) =>
			Array.from({ length: times }, () => ({
				...event,
				signal: 'SIGKILL' as const,
				count: 1 + random.integer(count),
				delay: Math.round(random.uniform() * delay * 10) / 10,
				order: random.uniform(),
			})),
		);
		return planned.sort((a, b) => a.order - b.order).map(({ order: _, ...kill }) => kill);
	});
}

/** Calls back each time a training begins to write a checkpoint; the phase's folder must exist. */
function watchWrites(name: string, phase: training.Phase, onWrite: () => void): FSWatcher {
	const seen = new Set<string>();
	return watch(join(training.runFolder(name), `phase${phase}`), (_event, file) => {
		// The name that lib/atomicFile.ts gives to a file before it renames it.
		if (!file?.endsWith('.part') || seen.has(file)) return;
		seen.add(file);
		onWrite();
	});
}

/** Trains until a signal ends the process; returns how it ended, and how many steps the next process has to repeat. */
async function interrupt(name: string, resume: boolean, { signal, stage, write, count, delay }: Interruption) {
	let left = count;
	let watcher: FSWatcher | undefined;
	const ended = await training.train({
		name,
		resume,
		onReport: (reported, send) => {
			const onEvent = () => {
				if (--left === 0) setTimeout(() => send(signal), delay);
			};
			if (write && reported.steps[write]) watcher ??= watchWrites(name, write, onEvent);
			if (stage && reported.stage.startsWith(stage)) onEvent();
		},
	});
	watcher?.close();
	training.checkResumed(ended);
	const now = training.newestSteps(name);
	const lost = training.PHASES.map((phase) => Math.max(0, (ended.reported.steps[phase]?.last ?? 0) - now[phase]));
	return { ...ended, stepsLost: lost[0] + lost[1] };
}

/** Describes where a killed process was. */
function placeOf(name: string, { pid, reported: { stage, steps } }: training.Ended): string {
	const isHalf = (file: string) => file.endsWith(`.${pid}.part`);
	const writing = training.PHASES.find((phase) => training.filesOf(name, phase).some(isHalf));
	if (writing) return `phase ${writing}, a checkpoint's write`;
	if (!stage) return 'before phase 1';
	if (stage.startsWith('Phase 1, features')) return 'phase 1, features';
	if (stage.startsWith('Phase 2, validation')) return 'phase 2, validation';
	if (stage.startsWith('Test')) return 'test';
	return steps[2] ? 'phase 2' : 'phase 1';
}

/** Trains with a kill after each restart, each of which may lose an epoch at most, and then to the end. */
export async function trainWithKills(name: string, plan: readonly Interruption[], onStatus: (status: string) => void) {
	const kills: { place: string; stepsLost: number }[] = [];
	for (const planned of plan) {
		const ended = await interrupt(name, kills.length > 0, planned);
		if (ended.signal !== 'SIGKILL') throw new Error(`It ended before kill ${kills.length + 1}:\n${ended.output}`);
		const [place, { stepsLost }] = [placeOf(name, ended), ended];
		if (stepsLost > training.STEPS_PER_EPOCH) throw new Error(`A kill in ${place} lost ${stepsLost} steps.`);
		kills.push({ place, stepsLost });
		onStatus(`${kills.length} of ${plan.length}, the last in ${place}, ${stepsLost} steps lost`);
	}
	await training.trainToEnd(name, true);
	return kills;
}

/** Trains with SIGINT in phase 1 and SIGTERM in phase 2, neither of which may lose a step, and then to the end. */
export async function trainWithSignals(name: string, random: Random) {
	const interruptions = [];
	for (const [signal, exitCode, phase] of [['SIGINT', 130, 1] as const, ['SIGTERM', 143, 2] as const]) {
		// The second step of an epoch: the checkpoint there is not one of an epoch's end.
		const count = training.STEPS_PER_EPOCH * (1 + random.integer(5)) + 2;
		const planned = { signal, stage: `Phase ${phase}, epoch`, count, delay: 0 };
		const { code, output, reported, stepsLost } = await interrupt(name, interruptions.length > 0, planned);
		if (code !== exitCode || !/checkpoint.*the same command/is.test(output) || stepsLost > 0) {
			throw new Error(
				`${signal} in phase ${phase}: exit code ${code}, ${stepsLost} steps lost. Its output:\n${output}`,
			);
		}
		interruptions.push({ signal, phase, exitCode, step: reported.steps[phase]?.last ?? 0, stepsLost });
	}
	await training.trainToEnd(name, true);
	return interruptions;
}
