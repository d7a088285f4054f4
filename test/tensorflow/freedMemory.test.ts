import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { returnFreedMemory } from '../../lib/tensorflow/freedMemory';
import { tf } from '../../lib/tensorflow/tf';

describe('returnFreedMemory', () => {
	it('gives memory of tensors that are freed back to the system', { skip: process.platform !== 'linux' }, () => {
		const tensors = Array.from({ length: 8000 }, () => tf.fill([4096], 1));
		// The last tensor keeps glibc from returning what lies before it by itself.
		const last = tensors.pop() as tf.Tensor;
		tf.dispose(tensors);
		const before = process.memoryUsage.rss();
		returnFreedMemory();
		const returned = before - process.memoryUsage.rss();
		last.dispose();
		assert.ok(returned > 32 * 2 ** 20, `${returned} bytes`);
	});
});
