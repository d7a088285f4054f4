import type { Dataset } from '../data/dataset';
import { tf } from '../tensorflow/tf';

/** Soft targets from teachers. */
export interface Teaching {
	/** `[images of the data set, classes]`, the teachers' mean; 0 for images that are not in the training part. */
	readonly probabilities: Float32Array;
	/** Their fraction of a target; the rest is the label. */
	readonly fraction: number;
}

/** Makes the targets of some images, one-hot labels mixed with soft targets: `[indices, classes]`, float32. */
export function batchTargets(
	{ labels, emotions }: Dataset,
	indices: ArrayLike<number>,
	{ probabilities, fraction }: Partial<Teaching> = {},
): tf.Tensor2D {
	const classes = emotions.length;
	const targets = new Float32Array(indices.length * classes);
	for (let i = 0; i < indices.length; i++) {
		targets[i * classes + labels[indices[i]]] = 1;
		if (!probabilities || !fraction) continue;
		for (let label = 0; label < classes; label++) {
			const at = i * classes + label;
			targets[at] = (1 - fraction) * targets[at] + fraction * probabilities[indices[i] * classes + label];
		}
	}
	return tf.tensor2d(targets, [indices.length, classes]);
}
