import { writeCheckpoint } from '../checkpoint';
import type { Callback, Training, TrainingProgress } from './callback';

/** The header of a training's checkpoint. */
export interface TrainingHeader<Key> {
	/** The settings and data of the training. */
	readonly key: Key;
	readonly progress: TrainingProgress;
}

/**
 * Writes a checkpoint after each epoch, and every few minutes within long epochs.
 * @param key Stored in each, so that a run of other settings or data does not resume from it.
 * @param everySeconds Longest time between two. Default 300.
 */
export function checkpointing<Key>(folder: string, key: Key, everySeconds = 300): Callback {
	let last = performance.now();
	let written = '';
	const write = async (training: Training) => {
		const { progress, vectors } = training.snapshot();
		// The last step of an epoch and the end of that epoch have the same step count.
		const place = `${progress.epoch}.${progress.step}`;
		// If the last step spoilt the weights, `nanGuard` stops at the next one, and the checkpoint before stays.
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
