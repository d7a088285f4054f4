import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { tf } from '../../lib/tensorflow/tf';
import { BACKENDS, keepsNoTensors, near, normals, onBackend } from './tensors';
import '../../lib/tensorflow/transform';

type FillMode = 'constant' | 'reflect' | 'wrap' | 'nearest';

/** One row of four pixels, 1 2 3 4, moved: pixel x shows position x + `by`. */
function moved(
	by: number,
	fillMode: FillMode,
	interpolation: 'nearest' | 'bilinear',
	fillValue = 0,
	width = 4,
): number[] {
	return tf.tidy(() => {
		const row = tf.tensor4d([1, 2, 3, 4], [1, 1, 4, 1]);
		const matrix = tf.tensor2d([[1, 0, by, 0, 1, 0, 0, 0]]);
		return Array.from(tf.image.transform(row, matrix, interpolation, fillMode, fillValue, [1, width]).dataSync());
	});
}

describe('tf.image.transform on a row of four pixels, by hand', () => {
	it('leaves the image where the matrix does', () => {
		for (const fillMode of ['constant', 'reflect', 'wrap', 'nearest'] as const) {
			assert.deepEqual(moved(0, fillMode, 'bilinear'), [1, 2, 3, 4]);
			assert.deepEqual(moved(0, fillMode, 'nearest'), [1, 2, 3, 4]);
		}
	});

	it('fills by each mode what lies outside', () => {
		// (k k | a b c d | k k), (b a | a b c d | d c), (c d | a b c d | a b), (a a | a b c d | d d)
		const left = { constant: [9, 9, 1, 2], reflect: [2, 1, 1, 2], wrap: [3, 4, 1, 2], nearest: [1, 1, 1, 2] };
		const right = { constant: [3, 4, 9, 9], reflect: [3, 4, 4, 3], wrap: [3, 4, 1, 2], nearest: [3, 4, 4, 4] };
		for (const fillMode of ['constant', 'reflect', 'wrap', 'nearest'] as const) {
			for (const interpolation of ['nearest', 'bilinear'] as const) {
				assert.deepEqual(moved(-2, fillMode, interpolation, 9), left[fillMode], `${fillMode}, ${interpolation}`);
				assert.deepEqual(moved(2, fillMode, interpolation, 9), right[fillMode], `${fillMode}, ${interpolation}`);
			}
		}
	});

	it('interpolates', () => {
		assert.deepEqual(moved(0.25, 'nearest', 'bilinear'), [1.25, 2.25, 3.25, 4]);
		assert.deepEqual(moved(0.25, 'nearest', 'nearest'), [1, 2, 3, 4]);
		assert.deepEqual(moved(0.75, 'nearest', 'nearest'), [2, 3, 4, 4]);
		// Half of the last pixel's place is filled: 0.5 x 4 + 0.5 x 10.
		assert.deepEqual(moved(0.5, 'constant', 'bilinear', 10), [1.5, 2.5, 3.5, 7]);
	});

	it('takes the size of the result, or the image’s', () => {
		assert.deepEqual(moved(1, 'nearest', 'nearest', 0, 2), [2, 3]);
		assert.deepEqual(moved(0, 'nearest', 'nearest', 0, 6), [1, 2, 3, 4, 4, 4]);
		tf.tidy(() => {
			const image = tf.tensor4d(normals(2 * 3 * 5 * 2, 1), [2, 3, 5, 2]);
			const same = tf.image.transform(image, tf.tensor2d([[1, 0, 0, 0, 1, 0, 0, 0]]));
			assert.deepEqual(same.shape, image.shape);
			assert.deepEqual(same.dataSync(), image.dataSync());
		});
	});

	it('moves every image by its own matrix, x before y', () => {
		tf.tidy(() => {
			const images = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2, 1]);
			const right = [1, 0, 1, 0, 1, 0, 0, 0];
			const down = [1, 0, 0, 0, 1, 1, 0, 0];
			const result = tf.image.transform(images, tf.tensor2d([right, down]), 'nearest', 'constant', -1);
			assert.deepEqual([...result.dataSync()], [2, -1, 4, -1, 7, 8, -1, -1]);
		});
	});
});

interface Case {
	shape: [number, number, number, number];
	outputShape: [number, number];
	interpolation: 'nearest' | 'bilinear';
	fillMode: FillMode;
	fillValue: number;
	transforms: number[][];
	images: number[];
	result: number[];
}

describe('tf.image.transform', () => {
	const file = join(__dirname, '..', 'fixtures', 'tensorflow', 'transform.json');
	for (const { shape, outputShape, interpolation, fillMode, fillValue, transforms, images, result } of JSON.parse(
		readFileSync(file, 'utf8'),
	) as Case[]) {
		it(`gives TensorFlow's values: ${fillMode}, ${interpolation}, to ${outputShape}`, async () => {
			for (const backend of BACKENDS) {
				await onBackend(backend, () => {
					tf.tidy(() => {
						const matrices = tf.tensor2d(transforms, [transforms.length, 8]);
						const source = tf.tensor4d(images, shape);
						const received = tf.image.transform(source, matrices, interpolation, fillMode, fillValue, outputShape);
						assert.deepEqual(received.shape, [shape[0], ...outputShape, shape[3]]);
						near(received.dataSync(), result, 1e-5, backend);
					});
				});
			}
		});
	}

	it('leaves no tensors', async () => {
		for (const backend of BACKENDS) {
			await onBackend(backend, () => {
				const images = tf.tensor4d(normals(2 * 4 * 4, 1), [2, 4, 4, 1]);
				const matrix = tf.tensor2d([[1, 0, 0.5, 0, 1, 0, 0, 0]]);
				keepsNoTensors(() => tf.dispose(tf.image.transform(images, matrix, 'bilinear', 'nearest', 0, [8, 8])));
				tf.dispose([images, matrix]);
			});
		}
	});
});
