import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { tf } from '../../lib/tensorflow/tf';
import {
	type Case,
	FILL_MODES,
	type FillMode,
	INTERPOLATIONS,
	type Interpolation,
	type Shape,
	transformed,
} from '../upstream/transformReference';
import { BACKENDS, keepsNoTensors, near, normals, onBackend } from './tensors';
import '../../lib/tensorflow/transform';

const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0];

/** One row of four pixels, 1 2 3 4, moved: pixel x shows position x + `by`. */
function moved(by: number, fillMode: FillMode, interpolation: Interpolation, fillValue = 0, width = 4): number[] {
	return tf.tidy(() => {
		const row = tf.tensor4d([1, 2, 3, 4], [1, 1, 4, 1]);
		const matrix = tf.tensor2d([[1, 0, by, 0, 1, 0, 0, 0]]);
		return Array.from(tf.image.transform(row, matrix, interpolation, fillMode, fillValue, [1, width]).dataSync());
	});
}

describe('tf.image.transform on a row of four pixels, by hand', () => {
	it('takes the nearest pixel and fills with 0 if not told otherwise', () => {
		tf.tidy(() => {
			const result = tf.image.transform(
				tf.tensor4d([1, 2, 3, 4], [1, 1, 4, 1]),
				tf.tensor2d([[1, 0, 0.75, 0, 1, 0, 0, 0]]),
			);
			assert.deepEqual([...result.dataSync()], [2, 3, 4, 0]);
		});
	});

	it('divides by k = c0 x + c1 y + 1, and fills where that is 0', async () => {
		for (const backend of BACKENDS) {
			await onBackend(backend, () => {
				// k is 1, 1/2, 0 and -1/2: the positions are 0, 2, none and -6.
				const shape: Shape = [1, 1, 4, 1];
				const given = { shape, outputShape: [1, 4] as [number, number], images: [1, 2, 3, 4], fillValue: 9 };
				const matrix = { transforms: [[1, 0, 0, 0, 1, 0, -0.5, 0]], interpolation: 'nearest' as const };
				assert.deepEqual([...transformed({ ...given, ...matrix, fillMode: 'constant' })], [1, 3, 9, 9]);
				assert.deepEqual([...transformed({ ...given, ...matrix, fillMode: 'nearest' })], [1, 3, 9, 1]);
			});
		}
	});

	it('leaves the image where the matrix does', () => {
		for (const fillMode of FILL_MODES) {
			assert.deepEqual(moved(0, fillMode, 'bilinear'), [1, 2, 3, 4]);
			assert.deepEqual(moved(0, fillMode, 'nearest'), [1, 2, 3, 4]);
		}
	});

	it('fills by each mode what lies outside', () => {
		// (k k | a b c d | k k), (b a | a b c d | d c), (c d | a b c d | a b), (a a | a b c d | d d)
		const left = { constant: [9, 9, 1, 2], reflect: [2, 1, 1, 2], wrap: [3, 4, 1, 2], nearest: [1, 1, 1, 2] };
		const right = { constant: [3, 4, 9, 9], reflect: [3, 4, 4, 3], wrap: [3, 4, 1, 2], nearest: [3, 4, 4, 4] };
		for (const fillMode of FILL_MODES) {
			for (const interpolation of INTERPOLATIONS) {
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

describe('tf.image.transform', () => {
	const file = join(__dirname, '..', 'fixtures', 'tensorflow', 'transform.json');
	for (const { result, ...given } of JSON.parse(readFileSync(file, 'utf8')) as (Case & { result: number[] })[]) {
		const { fillMode, interpolation, outputShape } = given;
		it(`gives TensorFlow's values: ${fillMode}, ${interpolation}, to ${outputShape}`, async () => {
			for (const backend of BACKENDS) {
				await onBackend(backend, () => near(transformed(given), result, 1e-5, backend));
			}
		});
	}

	it('makes nothing of nothing', async () => {
		for (const backend of BACKENDS) {
			await onBackend(backend, () => {
				const given = { outputShape: [2, 3] as [number, number], fillValue: 9, images: [], transforms: [IDENTITY] };
				for (const fillMode of FILL_MODES) {
					for (const interpolation of INTERPOLATIONS) {
						const empty = { ...given, fillMode, interpolation };
						assert.equal(transformed({ ...empty, shape: [0, 4, 4, 1] }).length, 0);
						assert.equal(transformed({ ...empty, shape: [0, 4, 4, 1], transforms: [] }).length, 0);
						assert.equal(transformed({ ...empty, shape: [2, 4, 4, 0] }).length, 0);
						const one = { ...empty, shape: [2, 1, 1, 1] as Shape, images: [1, 2] };
						assert.equal(transformed({ ...one, outputShape: [0, 3] }).length, 0);
						assert.equal(transformed({ ...one, outputShape: [3, 0] }).length, 0);
						// An image without pixels has none to repeat.
						assert.deepEqual([...transformed({ ...empty, shape: [1, 0, 4, 1] })], Array(6).fill(9));
					}
				}
				const same = tf.image.transform(tf.zeros([2, 0, 3, 1]), tf.tensor2d([IDENTITY]));
				assert.deepEqual(same.shape, [2, 0, 3, 1]);
			});
		}
	});

	it('leaves no tensors', async () => {
		for (const backend of BACKENDS) {
			await onBackend(backend, () => {
				const images = tf.tensor4d(normals(2 * 4 * 4, 1), [2, 4, 4, 1]);
				const matrix = tf.tensor2d([[1, 0, 0.5, 0, 1, 0, 0, 0]]);
				for (const outputShape of [
					[8, 8],
					[0, 8],
				] as [number, number][]) {
					keepsNoTensors(() => tf.dispose(tf.image.transform(images, matrix, 'bilinear', 'nearest', 0, outputShape)));
				}
				tf.dispose([images, matrix]);
			});
		}
	});
});
