import { MONITORED, type Monitored } from '../config';
import { type Dataset, labelsAt } from '../data/dataset';
import { argmaxRows, classificationReport, softmaxRows } from '../evaluation/metrics';

/** The metrics of one epoch: one row of the training history. */
export interface EpochRecord {
	/** From 1. */
	readonly epoch: number;
	/** Mean training loss, including label smoothing, mixup and a second head's loss if enabled. */
	readonly loss: number;
	/** Training accuracy on the augmented images, 0 to 1. */
	readonly accuracy: number;
	readonly validationLoss: number;
	readonly validationAccuracy: number;
	readonly validationMacroF1: number;
	/** At the last step. */
	readonly learningRate: number;
	/** Side of the square training images, in pixels. */
	readonly imageSize: number;
	/** Wall-clock time of training and validation. */
	readonly seconds: number;
	/** Training only. */
	readonly imagesPerSecond: number;
	/** Whether steps were replayed from a recording; false where they cannot be. Absent in records of older versions. */
	readonly recorded?: boolean;
}

/** The metrics on the validation part. */
export type Validation = Pick<EpochRecord, 'validationLoss' | 'validationAccuracy' | 'validationMacroF1'>;

/** Computes the validation metrics of logits `[indices, classes]`; the loss is NaN if a logit is not finite. */
export function validationOf(logits: Float32Array, dataset: Dataset, indices: ArrayLike<number>): Validation {
	// `nanGuard` then ends the training and says at which step.
	if (!logits.every(Number.isFinite)) return { validationLoss: NaN, validationAccuracy: 0, validationMacroF1: 0 };
	const classes = dataset.emotions.length;
	const trueLabels = labelsAt(dataset, indices);
	const predictedLabels = argmaxRows(logits, classes);
	const { accuracy, macroF1 } = classificationReport({ trueLabels, predictedLabels, classes });
	const probabilities = softmaxRows(logits, classes);
	let loss = 0;
	// A probability that underflows to 0 counts as the smallest float, so that the mean stays finite.
	trueLabels.forEach((label, i) => {
		loss -= Math.log(Math.max(probabilities[i * classes + label], 1.2e-38));
	});
	return { validationLoss: loss / trueLabels.length, validationAccuracy: accuracy, validationMacroF1: macroF1 };
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
