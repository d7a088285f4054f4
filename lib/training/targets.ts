import type { Dataset } from '../data/dataset';
import { tf } from '../tensorflow/tf';

/** What teachers say of the training images. */
export interface Teaching {
	/** `[images of the data set, classes]`, the teachers' mean; 0 for images that are not trained on. */
	readonly probabilities: Float32Array;
	/** Their part of a target; the label has the rest. */
	readonly fraction: number;
}

/** The labels of some images as rows with a single 1, mixed with what teachers say: `[indices, classes]`, float32. */
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
