import { invalidArgument } from '../errors';
import { argmaxRows, checkLabels, checkRows, type LabelPairs, sum } from './metrics';

/** One bar of a reliability diagram: the images whose confidence lies in (`from`, `to`]. */
export interface CalibrationBin {
	readonly from: number;
	readonly to: number;
	readonly count: number;
	/** Mean of the largest probabilities; null in an empty bin. */
	readonly confidence: number | null;
	/** Fraction predicted correctly; null in an empty bin. */
	readonly accuracy: number | null;
}

/** How well confidence matches accuracy. */
export interface Calibration {
	readonly bins: readonly CalibrationBin[];
	/** Mean distance between confidence and accuracy over the bins, weighted by their images; 0 is perfect. */
	readonly expectedCalibrationError: number;
}

/** Predictions whose calibration is measured. */
export interface CalibrationInput extends Pick<LabelPairs, 'trueLabels' | 'classes'> {
	/** `[n, classes]`; rows sum to 1. */
	readonly probabilities: Float32Array;
	/** Number of bins of equal width from 0 to 1. Default 15, as in the paper. */
	readonly bins?: number;
}

/**
 * Computes the bins of a reliability diagram and the expected calibration error (Guo et al. 2017, arXiv:1706.04599).
 * @throws {RangeError} If sizes differ, a label is out of range, or a row does not hold probabilities.
 */
export function calibration({ probabilities, trueLabels, classes, bins = 15 }: CalibrationInput): Calibration {
	checkLabels('trueLabels', trueLabels, classes, checkProbabilities(probabilities, classes));
	if (!Number.isInteger(bins) || bins < 1) throw invalidArgument('bins', 'integer above 0', bins);
	const totals = Array.from({ length: bins }, () => ({ count: 0, confidence: 0, correct: 0 }));
	argmaxRows(probabilities, classes).forEach((label, row) => {
		const confidence = Math.min(1, probabilities[row * classes + label]);
		const total = totals[Math.ceil(confidence * bins) - 1];
		total.count++;
		total.confidence += confidence;
		total.correct += label === trueLabels[row] ? 1 : 0;
	});
	return {
		bins: totals.map(({ count, confidence, correct }, index) => ({
			from: index / bins,
			to: (index + 1) / bins,
			count,
			confidence: count === 0 ? null : confidence / count,
			accuracy: count === 0 ? null : correct / count,
		})),
		expectedCalibrationError:
			sum(totals.map(({ confidence, correct }) => Math.abs(confidence - correct))) / trueLabels.length,
	};
}

/** Throws unless each row holds probabilities that sum to 1; returns the number of rows. */
function checkProbabilities(probabilities: Float32Array, classes: number): number {
	const rows = checkRows('probabilities', probabilities, classes);
	const negative = probabilities.findIndex((value) => value < 0);
	if (negative >= 0) {
		throw invalidArgument(`probabilities[${negative}]`, 'number between 0 and 1', probabilities[negative]);
	}
	for (let row = 0; row < rows; row++) {
		const total = probabilities.subarray(row * classes, (row + 1) * classes).reduce((all, value) => all + value, 0);
		if (Math.abs(total - 1) < 1e-3) continue;
		const remedy = 'Turn logits into probabilities with softmaxRows first.';
		throw invalidArgument(`probabilities, row ${row}`, 'a sum of 1', total, remedy);
	}
	return rows;
}
