import { labelsAt } from '../data/dataset';
import type { OnProgress } from '../progress';
import { tf } from '../tensorflow/tf';
import { calibration } from './calibration';
import type { Trained } from './evaluate';
import { softmaxRows } from './metrics';
import { predict } from './predict';

/** The result of temperature scaling. */
export interface Temperature {
	/** The divisor of the logits: below 1 if the network was underconfident, above 1 if overconfident. */
	readonly temperature: number;
	/** Expected calibration error on the validation part, single view. */
	readonly expectedCalibrationError: { readonly before: number; readonly after: number };
}

/** A trained network; a published one brings its calibration. */
interface Calibrated extends Trained {
	readonly published?: { readonly metrics: { readonly calibration?: Temperature } };
}

/** Bounds of the search. */
const [LOWEST, HIGHEST] = [0.05, 20];

/**
 * Finds the temperature that maximises the likelihood of the labels under softmax(logits / temperature) (Guo et al. 2017,
 * arXiv:1706.04599, section 4.2).
 * @param logits `[n, classes]`.
 * @param trueLabels `[n]`.
 * @returns A temperature between 0.05 and 20.
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

/** The derivative of the loss by the factor on the logits: expected logits minus the logits of the labels. */
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
export async function calibrate(trained: Calibrated, onProgress?: OnProgress): Promise<Temperature> {
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
