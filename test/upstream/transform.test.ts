// tf.image.transform against a reference in plain JavaScript, written from tfjs's documentation.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../lib/random';
import { tf } from '../../lib/tensorflow/tf';
import { BACKENDS, near, normals, onBackend } from '../tensorflow/tensors';
import {
	documented,
	documentedAt,
	FILL_MODES,
	INTERPOLATIONS,
	randomCase,
	type Shape,
	transformed,
} from './transformReference';

describe('tf.image.transform does as documented', () => {
	for (const fillMode of ['constant', 'reflect', 'nearest'] as const) {
		for (const interpolation of INTERPOLATIONS) {
			it(`with ${fillMode}, ${interpolation}`, async () => {
				for (const backend of BACKENDS) {
					await onBackend(backend, () => {
						const random = createRandom(1);
						for (let i = 0; i < 50; i++) {
							const given = randomCase(random, fillMode, interpolation);
							near(transformed(given), documented(given), 1e-5, `${backend} ${JSON.stringify(given)}`);
						}
					});
				}
			});
		}
	}

	it('with perspective', async () => {
		for (const backend of BACKENDS) {
			await onBackend(backend, () => {
				const random = createRandom(2);
				for (let i = 0; i < 50; i++) {
					const given = randomCase(random, FILL_MODES[[0, 1, 3][i % 3]], 'bilinear');
					for (const matrix of given.transforms) {
						for (const at of [6, 7]) matrix[at] = (random.uniform() - 0.5) / 20;
					}
					near(transformed(given), documented(given), 1e-4, `${backend} ${JSON.stringify(given)}`);
				}
			});
		}
	});

	it('with wrap, as far as TensorFlow, Keras and tfjs’s own specs do', async () => {
		for (const backend of BACKENDS) {
			await onBackend(backend, () => {
				for (const length of [3, 4, 5, 8]) {
					const images = normals(length, length);
					const [first, last] = [2 - length, 2 * length - 3];
					for (const interpolation of INTERPOLATIONS) {
						const transforms = [[1, 0, first, 0, 1, 0, 0, 0]];
						const outputShape: [number, number] = [1, last - first + 1];
						const shape: Shape = [1, 1, length, 1];
						const given = {
							shape,
							outputShape,
							interpolation,
							fillMode: 'wrap' as const,
							fillValue: 9,
							transforms,
							images,
						};
						near(transformed(given), documented(given), 1e-6, `${backend} ${length}`);
					}
				}
			});
		}
	});

	for (const { what, shape, outputShape } of [
		{ what: 'a large picture', shape: [1, 2000, 3000, 1], outputShape: [1500, 2500] },
		{ what: 'many images', shape: [2000, 8, 8, 1], outputShape: [16, 16] },
		{ what: 'a batch of training', shape: [64, 48, 48, 3], outputShape: [96, 96] },
	] as { what: string; shape: Shape; outputShape: [number, number] }[]) {
		it(`with ${what}`, () => {
			const [batch, height, width, channels] = shape;
			const random = createRandom(batch);
			const turn = () => {
				const [angle, zoom] = [random.uniform() - 0.5, height / outputShape[0]];
				const [x, y] = [(random.uniform() * width) / 4, (random.uniform() * height) / 4];
				return [
					zoom * Math.cos(angle),
					-zoom * Math.sin(angle),
					x,
					zoom * Math.sin(angle),
					zoom * Math.cos(angle),
					y,
					0,
					0,
				];
			};
			const images = normals(tf.util.sizeFromShape(shape), 1);
			const transforms = Array.from({ length: batch }, turn);
			for (const fillMode of ['constant', 'reflect', 'nearest'] as const) {
				const given = {
					shape,
					outputShape,
					interpolation: 'bilinear' as const,
					fillMode,
					fillValue: 9,
					transforms,
					images,
				};
				const result = transformed(given);
				for (let i = 0; i < 5000; i++) {
					const [image, channel] = [random.integer(batch), random.integer(channels)];
					const [y, x] = [random.integer(outputShape[0]), random.integer(outputShape[1])];
					const received = result[((image * outputShape[0] + y) * outputShape[1] + x) * channels + channel];
					const expected = documentedAt(given, image, y, x, channel);
					// A position of 3,000 has a float32 error of 1e-4, and a pixel differs from the next by some tens at most.
					assert.ok(
						Math.abs(received - expected) < 1e-2,
						`${fillMode} ${received} is not ${expected} at ${[image, y, x]}`,
					);
				}
			}
		});
	}
});
