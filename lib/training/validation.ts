import { type Dataset, labelsAt } from '../data/dataset';
import { argmaxRows, classificationReport, softmaxRows } from '../evaluation/metrics';
import type { Validation } from './fit';

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
