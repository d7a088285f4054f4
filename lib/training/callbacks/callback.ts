import type { EpochRecord } from '../epochRecord';

/** Where a training stands after a step. */
export interface StepReport {
	/** Both from 1. */
	readonly epoch: number;
	readonly step: number;
	/** Means over the epoch so far; accuracy from 0 to 1. */
	readonly loss: number;
	readonly accuracy: number;
	/** Training examples in this step. */
	readonly images: number;
	readonly learningRate: number;
}

/** What a callback may see and do. */
export interface Training {
	readonly epochs: number;
	readonly stepsPerEpoch: number;
	/** Epochs finished so far, in an earlier run too. */
	readonly history: readonly EpochRecord[];
	/** Ends the training after this step or epoch; says why. */
	stop(reason: string): void;
	/** All that the training needs to go on from here, for a checkpoint. */
	snapshot(): TrainingSnapshot;
}

/** The state of a training between two steps. */
export interface TrainingSnapshot {
	readonly progress: TrainingProgress;
	readonly vectors: Readonly<Record<string, Float32Array>>;
}

/** The part of a snapshot that is plain values. */
export interface TrainingProgress {
	/** Epochs finished. */
	readonly epoch: number;
	/** Steps of the next epoch already taken, and what they gave. */
	readonly step: number;
	readonly running: {
		readonly loss: number;
		readonly correct: number;
		readonly images: number;
		readonly seconds: number;
	};
	readonly stepsTaken: number;
	readonly history: readonly EpochRecord[];
	/** True once all epochs are done or early stopping ended them. */
	readonly finished: boolean;
}

/** Hears of a training's events; methods may be async and are awaited. */
export interface Callback {
	onTrainBegin?(training: Training): void | Promise<void>;
	onStepEnd?(report: StepReport, training: Training): void | Promise<void>;
	onEpochEnd?(record: EpochRecord, training: Training): void | Promise<void>;
	onTrainEnd?(training: Training): void | Promise<void>;
}
