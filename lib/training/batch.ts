import { draw } from '../augmentation/augment';
import { type Batch, mixupFraction, mixWithReverse } from '../augmentation/mixup';
import type { Augmentation } from '../config';
import type { Dataset } from '../data/dataset';
import type { Backbone } from '../model/backbones/backbone';
import { preprocess } from '../model/preprocess';
import type { Random } from '../random';
import { tf } from '../tensorflow/tf';
import { batchVotes, type Votes } from './ferPlusVotes';

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

/**
 * Makes an augmented training batch.
 * @param options Image size in pixels; soft targets beside the labels; votes as the targets of a second head.
 * @returns Inputs `[indices, imageSize, imageSize, 3]` in the backbone's normalisation, and targets; the caller disposes them.
 */
export function augmentedBatch(
	dataset: Dataset,
	indices: ArrayLike<number>,
	options: { augmentation: Augmentation; backbone: Backbone; imageSize: number; teaching?: Teaching; votes?: Votes },
	random: Random,
): Batch {
	const { augmentation, backbone, imageSize, teaching, votes } = options;
	return tf.tidy(() => {
		const { images, placements } = draw(dataset, indices, augmentation, random);
		const fraction = mixupFraction(augmentation.mixupAlpha, random);
		const mixed = (rows: tf.Tensor2D) => (fraction === 1 ? rows : mixWithReverse(rows, fraction));
		return {
			inputs: preprocess(images, placements, { imageSize, normalization: backbone.normalization, fraction }),
			targets: mixed(batchTargets(dataset, indices, teaching)),
			...(votes && { votes: mixed(batchVotes(votes, indices)) }),
		};
	});
}
