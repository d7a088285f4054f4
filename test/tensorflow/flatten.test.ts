import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flatten, unflatten } from '../../lib/tensorflow/flatten';
import { tf } from '../../lib/tensorflow/tf';
import { BACKENDS, keepsNoTensors, normals, onBackend } from './tensors';

test('flatten joins tensors row by row, in their order', () => {
	tf.tidy(() => {
		const matrix = tf.tensor2d([
			[1, 2],
			[3, 4],
			[5, 6],
		]);
		const flat = flatten([tf.scalar(0), matrix, tf.tensor4d([7, 8], [1, 2, 1, 1])]);
		assert.deepEqual([...flat.dataSync()], [0, 1, 2, 3, 4, 5, 6, 7, 8]);
		assert.deepEqual([...flatten([matrix]).dataSync()], [1, 2, 3, 4, 5, 6]);
	});
});

test('unflatten is its inverse, and leaves no tensors', async () => {
	const shapes = [[], [1], [3, 3, 2, 4], [5], [2, 7]];
	for (const backend of BACKENDS) {
		await onBackend(backend, () => {
			const sources = shapes.map((shape, i) => tf.tensor(normals(tf.util.sizeFromShape(shape), i), shape));
			const variables = shapes.map((shape) => tf.variable(tf.zeros(shape)));
			keepsNoTensors(() => {
				const flat = flatten(sources);
				assert.equal(flat.size, 1 + 1 + 72 + 5 + 14);
				unflatten(flat, variables);
				flat.dispose();
			});
			variables.forEach((variable, i) => {
				assert.deepEqual(variable.shape, shapes[i]);
				assert.deepEqual(variable.dataSync(), sources[i].dataSync());
			});
			tf.dispose([...sources, ...variables]);
		});
	}
});

test('flatten joins as many tensors as a network has, on every backend', async () => {
	const sizes = Array.from({ length: 300 }, (_, i) => 1 + ((i * 7) % 11));
	for (const backend of BACKENDS) {
		await onBackend(backend, () => {
			tf.tidy(() => {
				const flat = flatten(sizes.map((size, i) => tf.fill([1, size, 1], i)));
				const expected = sizes.flatMap((size, i) => new Array<number>(size).fill(i));
				assert.deepEqual([...flat.dataSync()], expected);
			});
		});
	}
});

test('unflatten takes one variable, and refuses a vector of another length', () => {
	tf.tidy(() => {
		const variable = tf.variable(tf.zeros([2, 2]));
		unflatten(tf.tensor1d([1, 2, 3, 4]), [variable]);
		assert.deepEqual([...variable.dataSync()], [1, 2, 3, 4]);
		assert.throws(() => unflatten(tf.tensor1d([1, 2, 3]), [variable]));
		assert.throws(() => unflatten(tf.tensor1d([1, 2, 3, 4, 5]), [variable]));
		assert.deepEqual([...variable.dataSync()], [1, 2, 3, 4]);
		variable.dispose();
	});
});
