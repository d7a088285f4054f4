import { MONITORED, type Monitored } from '../config';
import { invalidArgument, nearestFirst } from '../errors';
import type { EpochRecord } from './epochRecord';

/**
 * Checks the name of a watched value.
 * @throws {RangeError} If no epoch has it; the message lists the names.
 */
export function checkMonitored(name: string): Monitored {
	if (Object.hasOwn(MONITORED, name)) return name as Monitored;
	const names = nearestFirst(name, Object.keys(MONITORED)).join(', ');
	throw invalidArgument('monitor', `one of ${names}`, name);
}

/** Returns the best epoch of a history by a watched value, the earliest of equals; undefined if it is empty. */
export function bestEpoch(history: readonly EpochRecord[], monitor: Monitored): EpochRecord | undefined {
	const sign = MONITORED[monitor] ? 1 : -1;
	return history.reduce<EpochRecord | undefined>(
		(best, record) => (!best || sign * record[monitor] > sign * best[monitor] ? record : best),
		undefined,
	);
}

/** Whether the last `patience` epochs brought nothing better than the best one before them. */
export function isStale(history: readonly EpochRecord[], monitor: Monitored, patience: number): boolean {
	const best = bestEpoch(history, monitor);
	return best !== undefined && history.length - best.epoch >= patience;
}
