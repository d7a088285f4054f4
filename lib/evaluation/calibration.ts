import { labelsAt } from '../data/dataset';
import { invalidArgument } from '../errors';
import type { OnProgress } from '../progress';
import { tf } from '../tensorflow/tf';
import { argmaxRows, checkLabels, checkRows, type LabelPairs, softmaxRows, sum } from './metrics';
import { predict, type Trained } from './predict';

/** One bar of a reliability diagram: the images whose confidence is in (`from`, `to`]. */
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
	/** Mean distance between confidence and accuracy over the bins, weighted by their images. */
	readonly expectedCalibrationError: number;
}

/** Probabilities `[n, classes]`, whose rows sum to 1, with the true labels. */
interface CalibrationInput extends Pick<LabelPairs, 'trueLabels' | 'classes'> {
	readonly probabilities: Float32Array;
	/** Number of bins of equal width from 0 to 1. Default 15, as in the paper. */
	readonly bins?: number;
}

/** Computes the bins of a reliability diagram and the expected calibration error (Guo et al. 2017, arXiv:1706.04599). */
export function calibration({ probabilities, trueLabels, classes, bins = 15 }: CalibrationInput): Calibration {
	checkLabels(classes, { trueLabels }, checkProbabilities(probabilities, classes));
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

/** Throws unless each row contains probabilities that sum to 1; returns the number of rows. */
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

/** The result of temperature scaling. */
export interface Temperature {
	/** The divisor of the logits: below 1 if the network was underconfident, above 1 if overconfident. */
	readonly temperature: number;
	/** Expected calibration error on the validation part, single view. */
	readonly expectedCalibrationError: { readonly before: number; readonly after: number };
}

/** Bounds of the search for a temperature. */
const [LOWEST, HIGHEST] = [0.05, 20];

/**
 * Finds the temperature that maximises the likelihood of the labels under softmax(logits / temperature) (Guo et al. 2017,
 * arXiv:1706.04599, section 4.2), from 0.05 to 20.
 * @param logits `[n, classes]`.
 */
export function fitTemperature(logits: Float32Array, trueLabels: ArrayLike<number>, classes: number): number {
	// The loss is convex in 1 / temperature, so its slope has one zero.
	let [low, high] = [1 / HIGHEST, 1 / LOWEST];
	for (let halving = 0; halving < 50; halving++) {
		const middle = (low + high) / 2;
		if (slope(logits, trueLabels, classes, middle) > 0) high = middle;
		else low = middle;
	}
	return 2 / (low + high);
}

/** The derivative of the loss with respect to the factor on the logits: expected logits minus the logits of the labels. */
function slope(logits: Float32Array, trueLabels: ArrayLike<number>, classes: number, factor: number): number {
	const scaled = logits.map((logit) => factor * logit);
	const probabilities = softmaxRows(scaled, classes);
	let total = 0;
	for (let i = 0; i < logits.length; i++) total += probabilities[i] * logits[i];
	for (let row = 0; row < trueLabels.length; row++) total -= logits[row * classes + trueLabels[row]];
	return total;
}

/**
 * Fits a temperature on the validation part and divides the weights of the last layer by it. Predicted labels stay the
 * same; only the confidence changes. Call it after `fineTune`. A published network is calibrated already: the temperature
 * that was stored with it is returned.
 * @example
 * ```ts
 * const { temperature, expectedCalibrationError } = await fer.calibrate(run);
 * expectedCalibrationError.after; // on the validation part
 * ```
 */
export async function calibrate(
	trained: Trained & { readonly published?: { readonly metrics: { readonly calibration?: Temperature } } },
	onProgress?: OnProgress,
): Promise<Temperature> {
	const stored = trained.published?.metrics.calibration;
	if (stored) return stored;
	const { config, dataset, split, classifier, backbone } = trained;
	const options = { backbone, imageSize: config.imageSize, onProgress, stage: 'Calibration' };
	const logits = await predict(classifier.model, dataset, split.validation, options);
	const classes = dataset.emotions.length;
	const trueLabels = labelsAt(dataset, split.validation);
	const temperature = fitTemperature(logits, trueLabels, classes);
	const errorOf = (values: Float32Array) =>
		calibration({ probabilities: softmaxRows(values, classes), trueLabels, classes }).expectedCalibrationError;
	tf.tidy(() => {
		const layer = classifier.model.getLayer('logits');
		layer.setWeights(layer.getWeights().map((weight) => tf.div(weight, temperature)));
	});
	const after = errorOf(logits.map((logit) => logit / temperature));
	return { temperature, expectedCalibrationError: { before: errorOf(logits), after } };
}
