import { tf } from '../tensorflow/tf';

/** Options of the cross-entropy. */
export interface LossOptions {
	/** Fraction of each target that is spread evenly over all classes (Szegedy et al. 2016, arXiv:1512.00567). */
	readonly labelSmoothing: number;
	/** Weight of an image by its class; the mean for mixed targets. Default 1. */
	readonly classWeights?: readonly number[];
	/** Exponent of the factor 1 - probability on each term (focal loss; Lin et al. 2017, arXiv:1708.02002). Default 0. */
	readonly focalGamma?: number;
	/** Added to the logits, by class (logit adjustment; Menon et al. 2021, arXiv:2007.07314, equation 10). Default 0. */
	readonly logitOffsets?: readonly number[];
}

/** Computes the mean cross-entropy between targets, `[batch, classes]` in rows that sum to 1, and the softmax of logits. */
export function crossEntropy(targets: tf.Tensor2D, logits: tf.Tensor2D, options: LossOptions): tf.Scalar {
	const { labelSmoothing, classWeights, focalGamma = 0, logitOffsets } = options;
	return tf.tidy(() => {
		const classes = targets.shape[1];
		const smooth = tf.add(tf.mul(targets, 1 - labelSmoothing), labelSmoothing / classes);
		const logProbabilities = tf.logSoftmax(logitOffsets ? tf.add(logits, tf.tensor1d([...logitOffsets])) : logits);
		const terms = tf.mul(smooth, logProbabilities);
		// Rounding may raise a probability above 1, and a power of a negative number is NaN.
		const focalFactor = () => tf.pow(tf.relu(tf.sub(1, tf.exp(logProbabilities))), focalGamma);
		const rows = tf.sum(focalGamma > 0 ? tf.mul(terms, focalFactor()) : terms, 1);
		const weights = classWeights && tf.sum(tf.mul(targets, tf.tensor1d([...classWeights])), 1);
		return tf.neg(tf.mean(weights ? tf.mul(rows, weights) : rows)) as tf.Scalar;
	});
}
