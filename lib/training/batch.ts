import { draw } from '../augmentation/augment';
import { type Batch, mixupFraction, mixWithReverse } from '../augmentation/mixup';
import type { Augmentation } from '../config';
import type { Dataset } from '../data/dataset';
import type { Backbone } from '../model/backbones/backbone';
import { preprocess } from '../model/preprocess';
import type { Random } from '../random';
import { tf } from '../tensorflow/tf';
import { batchVotes, type Votes } from './ferPlusVotes';
import { batchTargets, type Teaching } from './targets';

/**
 * Makes an augmented training batch.
 * @param options.imageSize Side of the network's images in pixels.
 * @param options.teaching Soft targets beside the labels.
 * @param options.votes Targets of a second head.
 * @returns Inputs `[indices, imageSize, imageSize, 3]` as the backbone takes them, and targets; the caller disposes all.
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
