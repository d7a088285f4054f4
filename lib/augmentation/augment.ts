import type { Augmentation } from '../config';
import type { Dataset } from '../data/dataset';
import { gatherPixels } from '../data/dataset';
import type { Random } from '../random';
import { tf } from '../tensorflow/tf';
import { erase } from './erasing';
import { changeLight } from './light';
import { type Placement, place, randomPlacement } from './placement';

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
