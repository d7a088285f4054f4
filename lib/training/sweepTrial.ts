import { bestEpoch, type EpochRecord } from './epochRecord';

/** The values of a setting in a sweep: some, or a range with both ends, uniform or (`log`) uniform in its logarithm. */
export type SweepDimension =
	| Readonly<{ choices: readonly unknown[] }>
	| Readonly<{ min: number; max: number; log: boolean; integer: boolean }>;

/** A trial of a sweep: the settings that it was given, and how far it came. */
export interface SweepTrial {
	readonly name: string;
	/** The settings that the sweep varies, by their names. */
	readonly settings: Readonly<Record<string, unknown>>;
	/** Finished, stopped as weak, failed, or still running (also one whose sweep ended before it did). */
	readonly status: 'running' | 'finished' | 'stopped' | 'failed';
	/** The epochs of phase 2 so far. */
	readonly history: readonly EpochRecord[];
	/** Why it failed. */
	readonly reason?: string;
}

/** The best validation accuracy of a trial, which is that of the network that it keeps; undefined if it failed or has none. */
export function trialAccuracy({ status, history }: SweepTrial): number | undefined {
	if (status === 'failed') return undefined;
	return bestEpoch(history, 'validationAccuracy')?.validationAccuracy;
}

/** Sorts the trials that have an accuracy, the best first. */
export function rankTrials(trials: readonly SweepTrial[]): SweepTrial[] {
	const ranked = trials.filter((trial) => trialAccuracy(trial) !== undefined);
	return ranked.sort((a, b) => (trialAccuracy(b) as number) - (trialAccuracy(a) as number));
}
