import type { Dataset } from '../data/dataset';
import { argmaxRows, classificationReport, softmaxRows } from '../evaluation/metrics';
import type { Validation } from './fit';

/** Judges logits `[indices, classes]` of some images: mean cross-entropy (NaN if a logit is none), accuracy, macro F1. */
export function validationOf(logits: Float32Array, dataset: Dataset, indices: ArrayLike<number>): Validation {
	// A network that has diverged has no predictions; `nanGuard` ends its training with the step and the remedy.
	if (!logits.every(Number.isFinite))
		return { validationLoss: Number.NaN, validationAccuracy: 0, validationMacroF1: 0 };
	const classes = dataset.emotions.length;
	const trueLabels = Uint8Array.from(indices, (index) => dataset.labels[index]);
	const { accuracy, macroF1 } = classificationReport({
		trueLabels,
		predictedLabels: argmaxRows(logits, classes),
		classes,
	});
	const probabilities = softmaxRows(logits, classes);
	let loss = 0;
	// A probability that underflows to 0 counts as the smallest float, so that the mean stays finite.
	trueLabels.forEach((label, i) => {
		loss -= Math.log(Math.max(probabilities[i * classes + label], 1.2e-38));
	});
	return { validationLoss: loss / trueLabels.length, validationAccuracy: accuracy, validationMacroF1: macroF1 };
}
