import { tf } from '../tensorflow/tf';

/** How targets and logits are compared. */
export interface LossOptions {
	/**
	 * Part of each target that is spread evenly over all classes, 0 to 1 (Szegedy et al. 2016, arXiv:1512.00567).
	 */
	readonly labelSmoothing: number;
	/** Weight of an image by its class; of mixed targets, their mean. Default: 1 for all. */
	readonly classWeights?: readonly number[];
	/** Each term weighs (1 - probability) to this power (focal loss; Lin et al. 2017, arXiv:1708.02002). Default 0. */
	readonly focalGamma?: number;
	/** Added to the logits, by class (logit adjustment; Menon et al. 2021, arXiv:2007.07314, equation 10). Default 0. */
	readonly logitOffsets?: readonly number[];
}

/**
 * Mean cross-entropy between targets and the softmax of logits.
 * @param targets `[batch, classes]`, rows sum to 1.
 * @param logits `[batch, classes]`.
 * @returns A scalar; the caller disposes it.
 */
export function crossEntropy(targets: tf.Tensor2D, logits: tf.Tensor2D, options: LossOptions): tf.Scalar {
	const { labelSmoothing, classWeights, focalGamma = 0, logitOffsets } = options;
	return tf.tidy(() => {
		const classes = targets.shape[1];
		const smooth = tf.add(tf.mul(targets, 1 - labelSmoothing), labelSmoothing / classes);
		const logProbabilities = tf.logSoftmax(logitOffsets ? tf.add(logits, tf.tensor1d([...logitOffsets])) : logits);
		const terms = tf.mul(smooth, logProbabilities);
		const rows = tf.sum(focalGamma > 0 ? tf.mul(terms, focalFactor(logProbabilities, focalGamma)) : terms, 1);
		const weights = classWeights && tf.sum(tf.mul(targets, tf.tensor1d([...classWeights])), 1);
		return tf.neg(tf.mean(weights ? tf.mul(rows, weights) : rows)) as tf.Scalar;
	});
}

function focalFactor(logProbabilities: tf.Tensor, gamma: number): tf.Tensor {
	// Rounding may bring a probability above 1, and a negative number has no power.
	return tf.pow(tf.relu(tf.sub(1, tf.exp(logProbabilities))), gamma);
}
