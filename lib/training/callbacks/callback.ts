import type { EpochRecord } from '../epochRecord';

/** The state of a training after a step. */
export interface StepReport {
	/** From 1, like `step`. */
	readonly epoch: number;
	readonly step: number;
	/** Mean over the epoch so far, like `accuracy`. */
	readonly loss: number;
	readonly accuracy: number;
	/** Training examples in this step. */
	readonly images: number;
	readonly learningRate: number;
}

/** The training as callbacks see it. */
export interface Training {
	readonly epochs: number;
	readonly stepsPerEpoch: number;
	/** Finished epochs, including those before a resume. */
	readonly history: readonly EpochRecord[];
	/** Ends the training after this step or epoch. */
	stop(reason: string): void;
	/** Returns the state from which the training can be resumed. */
	snapshot(): TrainingSnapshot;
}

/** The state of a training between two steps. */
export interface TrainingSnapshot {
	readonly progress: TrainingProgress;
	readonly vectors: Readonly<Record<string, Float32Array>>;
}

/** The plain values of a snapshot. */
export interface TrainingProgress {
	/** Finished epochs. */
	readonly epoch: number;
	/** Steps taken in the next epoch, with the sums over them. */
	readonly step: number;
	readonly running: Readonly<Record<'loss' | 'correct' | 'images' | 'seconds', number>>;
	readonly stepsTaken: number;
	readonly history: readonly EpochRecord[];
	/** True after the last epoch or early stopping. */
	readonly finished: boolean;
}

/** Reacts to the events of a training. Async methods are awaited. */
export interface Callback {
	onTrainBegin?(training: Training): void | Promise<void>;
	onStepEnd?(report: StepReport, training: Training): void | Promise<void>;
	onEpochEnd?(record: EpochRecord, training: Training): void | Promise<void>;
	onTrainEnd?(training: Training): void | Promise<void>;
}
