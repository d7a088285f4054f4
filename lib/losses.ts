import { tf } from './tensorflow/tf';

/**
 * Mean cross-entropy between targets and the softmax of logits.
 * @param targets `[batch, classes]`, rows sum to 1.
 * @param logits `[batch, classes]`.
 * @param labelSmoothing Part of each target that is spread evenly over all classes, 0 to 1 (Szegedy et al. 2016,
 *   arXiv:1512.00567).
 * @returns A scalar; the caller disposes it.
 */
export function crossEntropy(targets: tf.Tensor2D, logits: tf.Tensor2D, labelSmoothing: number): tf.Scalar {
	return tf.tidy(() => {
		const classes = targets.shape[1];
		const smooth = tf.add(tf.mul(targets, 1 - labelSmoothing), labelSmoothing / classes);
		return tf.neg(tf.mean(tf.sum(tf.mul(smooth, tf.logSoftmax(logits)), 1))) as tf.Scalar;
	});
}
