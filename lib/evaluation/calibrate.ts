import type { OnProgress } from '../progress';
import { tf } from '../tensorflow/tf';
import type { Run } from '../training/run';
import { softmaxRows } from './metrics';
import { predict } from './predict';
import { calibration } from './statistics';

/** How a network's probabilities were brought in line with its hits. */
export interface Temperature {
	/** What the logits were divided by: below 1 where the network was better than it said. */
	readonly temperature: number;
	/** Expected calibration error on the validation part, single view. */
	readonly expectedCalibrationError: { readonly before: number; readonly after: number };
}

/** Within these bounds the temperature is looked for. */
const [LOWEST, HIGHEST] = [0.05, 20];

/**
 * Finds the temperature whose probabilities, softmax(logits / temperature), give the labels the highest likelihood (Guo et
 * al. 2017, arXiv:1706.04599, section 4.2).
 * @param logits `[n, classes]`.
 * @param trueLabels `[n]`.
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

/** How the loss changes with the factor on the logits: what the network expects of the logits less the labels' own. */
function slope(logits: Float32Array, trueLabels: ArrayLike<number>, classes: number, factor: number): number {
	const probabilities = softmaxRows(
		logits.map((logit) => factor * logit),
		classes,
	);
	let sum = 0;
	for (let i = 0; i < logits.length; i++) sum += probabilities[i] * logits[i];
	for (let row = 0; row < trueLabels.length; row++) sum -= logits[row * classes + trueLabels[row]];
	return sum;
}

/**
 * Fits a temperature on the validation part and builds it into the network: the weights of its last layer are divided by
 * it, so that its answers stay the same and only its confidence changes. Call it after `fineTune`.
 */
export async function calibrate(run: Run, onProgress?: OnProgress): Promise<Temperature> {
	const stored = run.published?.metrics.calibration;
	if (stored) return stored;
	const { config, dataset, split, classifier, backbone } = run;
	const options = { backbone, imageSize: config.imageSize, onProgress, stage: 'Calibration' };
	const logits = await predict(classifier.model, dataset, split.validation, options);
	const classes = dataset.emotions.length;
	const trueLabels = Uint8Array.from(split.validation, (index) => dataset.labels[index]);
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
