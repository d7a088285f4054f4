import { writeCheckpoint } from '../checkpoint';
import type { Callback, Training, TrainingProgress } from './callback';

/** What the header of a training's checkpoint holds. */
export interface TrainingHeader<Key> {
	/** Tells which configuration and data the training belongs to. */
	readonly key: Key;
	readonly progress: TrainingProgress;
}

/**
 * Writes a checkpoint after each epoch, and within long epochs every few minutes.
 * @param folder Where they lie.
 * @param key Stored with each, so that a run of other settings or data does not take it up.
 * @param everySeconds Longest time between two. Default 300.
 */
export function checkpointing<Key>(folder: string, key: Key, everySeconds = 300): Callback {
	let last = performance.now();
	let written = '';
	const write = async (training: Training) => {
		const { progress, vectors } = training.snapshot();
		// After an epoch's last step come a checkpoint of that step and, of as many steps, one of the finished epoch.
		const place = `${progress.epoch}.${progress.step}`;
		// Weights that the last step spoilt: `nanGuard` finds them at the next one, and the checkpoint before stays.
		if (place === written || !vectors.weights.every(Number.isFinite)) return;
		await writeCheckpoint<TrainingHeader<Key>>(folder, progress.stepsTaken, { header: { key, progress }, vectors });
		last = performance.now();
		written = place;
	};
	return {
		async onStepEnd(_report, training) {
			if (performance.now() - last > everySeconds * 1000) await write(training);
		},
		onEpochEnd: (_record, training) => write(training),
		onTrainEnd: write,
	};
}
