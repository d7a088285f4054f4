import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mixupFraction, mixWithReverse } from '../../lib/augmentation/mixup';
import { createRandom } from '../../lib/random';
import { tf } from '../../lib/tensorflow/tf';

describe('mixupFraction', () => {
	it('lies between 0 and 1, nearer to a half with a larger alpha', () => {
		const evenness = (alpha: number) => {
			const fractions = Array.from({ length: 200 }, (_, seed) => mixupFraction(alpha, createRandom(seed)));
			assert.ok(fractions.every((fraction) => fraction >= 0 && fraction <= 1));
			return fractions.reduce((sum, fraction) => sum + Math.min(fraction, 1 - fraction), 0) / 200;
		};
		// By hand: the mean distance to the nearer end is 1/4 for Beta(1, 1), which is uniform, and 5/16 for Beta(2, 2).
		// Standard errors are 0.010 and 0.009.
		assert.ok(Math.abs(evenness(1) - 1 / 4) < 0.04);
		assert.ok(Math.abs(evenness(2) - 5 / 16) < 0.035);
		assert.ok(evenness(0.1) < 0.12);
	});

	it('is 1 with alpha 0, and draws nothing', () => {
		const random = createRandom(3);
		assert.equal(mixupFraction(0, random), 1);
		assert.equal(random.uniform(), createRandom(3).uniform());
	});

	it('keeps what seed 42 draws: a change here changes every stored run', () => {
		const fraction = mixupFraction(0.2, createRandom(42));
		assert.ok(Math.abs(fraction - 0.0625485726) < 1e-9, `${fraction}`);
	});
});

describe('mixWithReverse', () => {
	it('mixes each row with its partner from the other end: worked by hand', () => {
		const before = tf.memory().numTensors;
		const rows = tf.tensor3d([0, 8, 16, 24, 32, 40, 48, 56], [4, 1, 2]);
		const mixed = mixWithReverse(rows, 0.75);
		assert.deepEqual(mixed.shape, [4, 1, 2]);
		// 0.75 x 0 + 0.25 x 48 and so on.
		assert.deepEqual([...mixed.dataSync()], [12, 20, 20, 28, 28, 36, 36, 44]);
		tf.dispose([rows, mixed]);
		assert.equal(tf.memory().numTensors, before);
	});

	it('leaves the middle of an odd batch as it is', () => {
		tf.tidy(() => {
			const mixed = mixWithReverse(tf.tensor2d([1, 0, 0.5, 0.5, 0, 1], [3, 2]), 0.25);
			assert.deepEqual([...mixed.dataSync()], [0.25, 0.75, 0.5, 0.5, 0.75, 0.25]);
		});
	});
});
