import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../lib/random';
import { tf } from '../../lib/tensorflow/tf';
import { type Batch, mixup } from '../../lib/transforms/mixup';

/** Four images of one value, and targets that tell which image they belong to. */
function fourImages(): Batch {
	return {
		inputs: tf.tensor4d([0, 10, 20, 30], [4, 1, 1, 1]),
		targets: tf.tensor2d([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], [4, 4]),
	};
}

function rows(values: ArrayLike<number>, width: number): number[][] {
	return Array.from({ length: values.length / width }, (_, row) =>
		Array.from({ length: width }, (__, column) => values[row * width + column]),
	);
}

describe('mixup', () => {
	it('mixes images and targets of the batch and its reverse by one fraction, for 50 seeds', () => {
		for (let seed = 0; seed < 50; seed++) {
			tf.tidy(() => {
				const { inputs, targets } = mixup(fourImages(), 0.4, createRandom(seed));
				assert.deepEqual(inputs.shape, [4, 1, 1, 1]);
				const images = inputs.dataSync();
				const mixed = rows(targets.dataSync(), 4);
				const fraction = mixed[0][0];
				assert.ok(fraction >= 0 && fraction <= 1);
				mixed.forEach((row, i) => {
					assert.ok(Math.abs(row.reduce((sum, value) => sum + value, 0) - 1) < 1e-6);
					assert.ok(Math.abs(row[i] - fraction) < 1e-6);
					assert.ok(Math.abs(row[3 - i] - (1 - fraction)) < 1e-6);
					// The same fraction on the images: image i is 10 i, its partner 10 (3 - i).
					assert.ok(Math.abs(images[i] - (10 * i * fraction + 10 * (3 - i) * (1 - fraction))) < 1e-4);
				});
			});
		}
	});

	it('leaves the middle image of an odd batch as it is', () => {
		tf.tidy(() => {
			const targets = tf.tensor2d([1, 0, 0.5, 0.5, 0, 1], [3, 2]);
			const mixed = mixup({ inputs: tf.tensor2d([1, 2, 5], [3, 1]), targets }, 1, createRandom(1));
			assert.ok(Math.abs(mixed.inputs.dataSync()[1] - 2) < 1e-6);
			assert.deepEqual([...mixed.targets.dataSync().slice(2, 4)], [0.5, 0.5]);
		});
	});

	it('mixes more evenly with a larger alpha', () => {
		const evenness = (alpha: number) => {
			const fractions = Array.from({ length: 200 }, (_, seed) =>
				tf.tidy(() => mixup(fourImages(), alpha, createRandom(seed)).targets.dataSync()[0]),
			);
			return fractions.reduce((sum, fraction) => sum + Math.min(fraction, 1 - fraction), 0) / 200;
		};
		// By hand: the mean distance to the nearer end is 1/4 for Beta(1, 1), which is uniform, and 5/16 for Beta(2, 2).
		// Standard errors are 0.010 and 0.009.
		assert.ok(Math.abs(evenness(1) - 1 / 4) < 0.04);
		assert.ok(Math.abs(evenness(2) - 5 / 16) < 0.035);
		assert.ok(evenness(0.1) < 0.12);
	});

	it('keeps what seed 42 draws, and leaves two tensors', () => {
		const batch = fourImages();
		const before = tf.memory().numTensors;
		const mixed = mixup(batch, 0.2, createRandom(42));
		assert.equal(tf.memory().numTensors, before + 2);
		const fraction = mixed.targets.dataSync()[0];
		assert.ok(Math.abs(fraction - 0.0625485726) < 1e-6, `${fraction}`);
		tf.dispose([batch.inputs, batch.targets, mixed.inputs, mixed.targets]);
	});
});
