import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeDataset } from '../../lib/data/dataset';
import type { tf } from '../../lib/tensorflow/tf';
import { batchTargets } from '../../lib/training/batch';

const labels = Uint8Array.of(0, 1, 2, 3, 4, 6);
const DATASET = makeDataset({ name: 'six', shape: [1, 1, 1], pixels: new Uint8Array(6), labels });

function values(tensor: tf.Tensor): number[] {
	const copied = [...tensor.dataSync()];
	tensor.dispose();
	return copied;
}

describe('batchTargets', () => {
	it('has a single 1 in each row, at the label', () => {
		const targets = batchTargets(DATASET, [5, 1]);
		assert.deepEqual(targets.shape, [2, 7]);
		assert.deepEqual(values(targets), [0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]);
	});

	it('mixes what teachers say into the label: worked by hand', () => {
		const probabilities = new Float32Array(6 * 7);
		probabilities.set([0.5, 0.25, 0.25, 0, 0, 0, 0], 1 * 7);
		const targets = batchTargets(DATASET, [1], { probabilities, fraction: 0.5 });
		// Image 1 has label 1: 0.5 x 1 + 0.5 x 0.25.
		assert.deepEqual(values(targets), [0.25, 0.625, 0.125, 0, 0, 0, 0]);
	});
});
