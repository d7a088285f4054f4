import { MONITORED, type Monitored } from '../config';
import { invalidArgument, nearestFirst } from '../errors';
import type { EpochRecord } from './epochRecord';

/**
 * Checks the name of a monitored metric.
 * @throws {RangeError} If there is none of this name.
 */
export function checkMonitored(name: string): Monitored {
	if (Object.hasOwn(MONITORED, name)) return name as Monitored;
	throw invalidArgument('monitor', `one of ${nearestFirst(name, Object.keys(MONITORED)).join(', ')}`, name);
}

/** Returns the best epoch of a history by a metric, the earliest of equals; undefined if the history is empty. */
export function bestEpoch(history: readonly EpochRecord[], monitor: Monitored): EpochRecord | undefined {
	const sign = MONITORED[monitor] ? 1 : -1;
	return history.reduce<EpochRecord | undefined>(
		(best, record) => (!best || sign * record[monitor] > sign * best[monitor] ? record : best),
		undefined,
	);
}

/** Returns whether the last `patience` epochs are no better than the best one before them. */
export function isStale(history: readonly EpochRecord[], monitor: Monitored, patience: number): boolean {
	const best = bestEpoch(history, monitor);
	return best !== undefined && history.length - best.epoch >= patience;
}
