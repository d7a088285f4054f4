import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tf } from '../../lib/tensorflow/tf';
import { valuesOf } from '../../lib/tensorflow/values';
import { keepsNoTensors } from './tensors';

describe('valuesOf', () => {
	it('returns the numbers, which stay, and frees every tensor', () => {
		keepsNoTensors(() => {
			const values = valuesOf(() => tf.mul(tf.tensor1d([1, 2, 3]), 2));
			valuesOf(() => tf.zeros([3]));
			assert.deepEqual([...values], [2, 4, 6]);
		});
	});
});
