import type { Augmentation } from '../config';
import { type Dataset, gatherPixels } from '../data/dataset';
import { FULL } from '../profiles';
import { createRandom, type Random } from '../random';
import { tf } from '../tensorflow/tf';
import { erase } from './erasing';
import { changeLight } from './light';
import { type Placement, place, randomPlacement } from './placement';

/** Returns an augmentation that only mirrors, if `augmentation` does. */
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

/** Applies random light and erasing to the source pixels and draws, but does not apply, the placements. */
export function draw(dataset: Dataset, indices: ArrayLike<number>, augmentation: Augmentation, random: Random) {
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

/** How to augment images. */
interface AugmentOptions {
	/** Default: that of the full profile. Mixup, which needs targets, is not applied. */
	readonly augmentation?: Augmentation;
	/** Side of the results in pixels. Default: the height of the data set's images. */
	readonly imageSize?: number;
	/** A seed or a source of random numbers. Default 42. */
	readonly seed?: number | Random;
}

/**
 * Augments images of a data set at random, as phase 2 does before it normalises them.
 * @param indices `[n]`: the images; an image listed twice is augmented in two ways.
 * @returns `[n, imageSize, imageSize, channels]`, float32, 0 to 255; the caller disposes it.
 * @example
 * ```ts
 * const images = fer.augment(dataset, [0, 0, 0], { imageSize: 96, seed: 1 });
 * images.shape; // [3, 96, 96, 1]: one face in three versions
 * images.dispose();
 * ```
 */
export function augment(dataset: Dataset, indices: ArrayLike<number>, options: AugmentOptions = {}): tf.Tensor4D {
	const { augmentation = FULL.phase2.augmentation, imageSize = dataset.shape[0], seed = 42 } = options;
	const random = typeof seed === 'number' ? createRandom(seed) : seed;
	return tf.tidy(() => {
		const { images, placements } = draw(dataset, indices, augmentation, random);
		return place(images, placements, imageSize);
	});
}
