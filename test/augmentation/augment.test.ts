import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { augment } from '../../lib/augmentation/augment';
import type { Augmentation } from '../../lib/config';
import { makeDataset } from '../../lib/data/dataset';
import { mobileNetV2 } from '../../lib/model/backbones/mobileNetV2';
import { FULL } from '../../lib/profiles';
import { createRandom } from '../../lib/random';
import { tf } from '../../lib/tensorflow/tf';
import { augmentedBatch, batchTargets } from '../../lib/training/batch';

const SIZE = 12;
const NONE: Augmentation = {
	rotationDegrees: 0,
	zoomFraction: 0,
	shiftFraction: 0,
	shear: 0,
	horizontalFlip: false,
	contrastFraction: 0,
	brightnessFraction: 0,
	erasing: { probability: 0, areaFraction: [0, 0] },
	mixupAlpha: 0,
};
const STRONG: Augmentation = {
	...FULL.phase2.augmentation,
	brightnessFraction: 0.5,
	contrastFraction: 1,
	erasing: { probability: 1, areaFraction: [0.1, 0.3] },
};

function noiseDataset(channels: 1 | 3) {
	const random = createRandom(11, channels);
	const pixels = Uint8Array.from({ length: 6 * SIZE * SIZE * channels }, () => random.integer(256));
	return makeDataset({ name: 'noise', shape: [SIZE, SIZE, channels], pixels, labels: Uint8Array.of(0, 1, 2, 3, 4, 6) });
}

const GREY = noiseDataset(1);
const INDICES = [4, 0, 5, 0];

function values(tensor: tf.Tensor): number[] {
	const copied = [...tensor.dataSync()];
	tensor.dispose();
	return copied;
}

describe('augment', () => {
	it('gives the images as they are with every limit at 0', () => {
		const images = augment(GREY, INDICES, { augmentation: NONE, imageSize: SIZE, seed: 1 });
		assert.deepEqual(images.shape, [4, SIZE, SIZE, 1]);
		const length = SIZE * SIZE;
		const expected = INDICES.flatMap((index) => [...GREY.pixels.subarray(index * length, (index + 1) * length)]);
		values(images).forEach((value, i) => {
			assert.ok(Math.abs(value - expected[i]) < 1e-3);
		});
	});

	it('gives the same images for the same random numbers, and others for others', () => {
		const draw = (seed: number) =>
			values(augment(GREY, INDICES, { augmentation: FULL.phase2.augmentation, imageSize: 20, seed: seed }));
		assert.deepEqual(draw(3), draw(3));
		assert.notDeepEqual(draw(3), draw(4));
	});

	it('changes each image by itself: the same image twice in a batch comes out twice', () => {
		const length = 20 * 20;
		const all = values(augment(GREY, [0, 0], { augmentation: FULL.phase2.augmentation, imageSize: 20, seed: 5 }));
		assert.notDeepEqual(all.slice(0, length), all.slice(length));
	});

	it('changes the light of each image by itself', () => {
		const range = { ...NONE, brightnessFraction: 0.1 };
		const images = values(augment(GREY, INDICES, { augmentation: range, imageSize: SIZE, seed: 8 }));
		const plain = values(augment(GREY, INDICES, { augmentation: NONE, imageSize: SIZE, seed: 8 }));
		const length = SIZE * SIZE;
		const shifts = INDICES.map((_, i) => {
			// A pixel that is far from 0 and 255, so that nothing is cut off.
			const at = plain.findIndex((value, j) => j >= i * length && j < (i + 1) * length && value > 60 && value < 190);
			return images[at] - plain[at];
		});
		for (const shift of shifts) assert.ok(Math.abs(shift) > 0.1 && Math.abs(shift) <= 25.5, `${shifts}`);
		assert.equal(new Set(shifts.map((shift) => shift.toFixed(3))).size, INDICES.length);
	});

	it('stays within 0 to 255 under strong changes, for grey and colour images and 20 seeds', () => {
		for (const dataset of [GREY, noiseDataset(3)]) {
			for (let seed = 0; seed < 20; seed++) {
				const images = values(augment(dataset, INDICES, { augmentation: STRONG, imageSize: 20, seed: seed }));
				const [lowest, highest] = [Math.min(...images), Math.max(...images)];
				assert.ok(lowest >= -1e-3 && highest <= 255 + 1e-3, `from ${lowest} to ${highest}`);
				assert.ok(highest - lowest > 50);
			}
		}
	});

	it('leaves the data set as it is, and one tensor', () => {
		const before = [...GREY.pixels];
		const tensors = tf.memory().numTensors;
		const images = augment(GREY, INDICES, { augmentation: STRONG, imageSize: 20, seed: 1 });
		assert.equal(tf.memory().numTensors, tensors + 1);
		images.dispose();
		assert.deepEqual([...GREY.pixels], before);
	});

	it('augments as the full profile does, at the size of the data set, with seed 42 or a source of random numbers', () => {
		const options = { augmentation: FULL.phase2.augmentation, imageSize: SIZE, seed: createRandom(42) };
		assert.deepEqual(values(augment(GREY, INDICES)), values(augment(GREY, INDICES, options)));
	});

	it('keeps what seed 42 draws: a change here changes every stored run', () => {
		const images = values(augment(GREY, [0], { augmentation: FULL.phase2.augmentation, imageSize: 4, seed: 42 }));
		const stored = [162.2219, 150.0493, 173.6473, 125.7576, 153.1642, 59.5441, 158.5036, 131.8226];
		stored.forEach((value, i) => {
			assert.ok(Math.abs(images[i] - value) < 0.01, `${images.slice(0, 8)} instead of ${stored}`);
		});
	});
});

describe('augmentedBatch', () => {
	const options = (augmentation: Augmentation) => ({ augmentation, backbone: mobileNetV2, imageSize: 20 });

	it('gives what the backbone takes: three equal channels of the same images, normalised', () => {
		const { inputs, targets } = augmentedBatch(GREY, INDICES, options(STRONG), createRandom(2));
		assert.deepEqual(
			[inputs.shape, targets.shape],
			[
				[4, 20, 20, 3],
				[4, 7],
			],
		);
		const images = values(augment(GREY, INDICES, { augmentation: STRONG, imageSize: 20, seed: 2 }));
		values(inputs).forEach((value, i) => {
			assert.ok(Math.abs(value - (images[Math.floor(i / 3)] / 127.5 - 1)) < 1e-4);
		});
		assert.deepEqual(values(targets), values(batchTargets(GREY, INDICES)));
	});

	it('mixes images and targets by the same fraction where mixup is on', () => {
		const plain = augmentedBatch(GREY, INDICES, options(NONE), createRandom(6));
		const mixed = augmentedBatch(GREY, INDICES, options({ ...NONE, mixupAlpha: 1 }), createRandom(6));
		const [images, mixedImages] = [values(plain.inputs), values(mixed.inputs)];
		values(plain.targets);
		const targets = values(mixed.targets);
		// Image 0 has label 4; its partner, the last of the batch, label 0.
		const fraction = targets[4];
		assert.ok(fraction > 0.01 && fraction < 0.99 && Math.abs(targets[0] - (1 - fraction)) < 1e-6);
		const length = images.length / 4;
		for (let i = 0; i < length; i++) {
			const expected = images[i] * fraction + images[3 * length + i] * (1 - fraction);
			assert.ok(Math.abs(mixedImages[i] - expected) < 1e-5);
		}
		for (let row = 0; row < 4; row++) {
			const sum = targets.slice(row * 7, row * 7 + 7).reduce((total, value) => total + value, 0);
			assert.ok(Math.abs(sum - 1) < 1e-6);
		}
	});

	it('leaves two tensors, with mixup and without', () => {
		for (const mixupAlpha of [0, 0.4]) {
			const before = tf.memory().numTensors;
			const { inputs, targets } = augmentedBatch(GREY, INDICES, options({ ...STRONG, mixupAlpha }), createRandom(1));
			assert.equal(tf.memory().numTensors, before + 2);
			tf.dispose([inputs, targets]);
		}
	});
});
