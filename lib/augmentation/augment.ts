import type { Dataset } from '../data/dataset';
import type { Backbone } from '../model/backbones/backbone';
import { gatherPixels, networkInput } from '../model/preprocess';
import type { Random } from '../random';
import { tf } from '../tensorflow/tf';
import { batchVotes, type Votes } from '../training/ferPlusVotes';
import { batchTargets, type Teaching } from '../training/targets';
import { type ErasingRange, erase } from './erasing';
import { changeLight, type LightRange } from './light';
import { type Batch, mixupFraction, mixWithReverse } from './mixup';
import { type Placement, type PlacementRange, place, randomPlacement } from './placement';

/** All random changes of a training image. */
export interface Augmentation extends PlacementRange, LightRange {
	readonly erasing: ErasingRange;
	/** Beta parameter of mixup; 0 turns it off. */
	readonly mixupAlpha: number;
}

/** Leaves nothing of an augmentation but the mirror image. */
export function mirrorOnly(augmentation: Augmentation): Augmentation {
	return {
		...augmentation,
		rotationDegrees: 0,
		zoomFraction: 0,
		shiftFraction: 0,
		shear: 0,
		contrastFraction: 0,
		brightnessFraction: 0,
		erasing: { ...augmentation.erasing, probability: 0 },
		mixupAlpha: 0,
	};
}

/** Draws all changes of images: light and erasing are done on the source pixels, the geometry is told. */
function draw(dataset: Dataset, indices: ArrayLike<number>, augmentation: Augmentation, random: Random) {
	const { shape } = dataset;
	const pixels = gatherPixels(dataset, indices);
	const size = shape[0] * shape[1] * shape[2];
	const placements: Placement[] = Array.from(indices, (_, i) => {
		const image = pixels.subarray(i * size, (i + 1) * size);
		changeLight(image, augmentation, random);
		erase(image, shape, augmentation.erasing, random);
		return randomPlacement(augmentation, random);
	});
	return { images: tf.tensor4d(pixels, [indices.length, ...shape]), placements };
}

/**
 * Draws augmented images as they are before the network's normalisation, without mixup.
 * @param indices Which images of the data set.
 * @returns `[indices, imageSize, imageSize, channels]`, 0 to 255; the caller disposes it.
 */
export function augment(
	dataset: Dataset,
	indices: ArrayLike<number>,
	augmentation: Augmentation,
	imageSize: number,
	random: Random,
): tf.Tensor4D {
	return tf.tidy(() => {
		const { images, placements } = draw(dataset, indices, augmentation, random);
		return place(images, placements, imageSize);
	});
}

/**
 * Makes an augmented training batch.
 * @param options.imageSize Side of the network's images in pixels.
 * @param options.teaching What is learnt beside the labels.
 * @param options.votes What a second head learns.
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
			inputs: networkInput(images, placements, { imageSize, normalization: backbone.normalization, fraction }),
			targets: mixed(batchTargets(dataset, indices, teaching)),
			...(votes && { votes: mixed(batchVotes(votes, indices)) }),
		};
	});
}
