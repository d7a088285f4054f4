import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom, type Random } from '../../lib/random';
import { dropout, stochasticDepth } from '../../lib/tensorflow/dropout';
import { tf } from '../../lib/tensorflow/tf';
import { BACKENDS, keepsNoTensors, normals, onBackend } from './tensors';

/** A layer's output for an image of ones, in training. */
function masked(layer: tf.layers.Layer, shape: number[], random?: Random, training = true): number[] {
	return tf.tidy(() => Array.from((layer.apply(tf.ones(shape), { training, random }) as tf.Tensor).dataSync()));
}

/** The same with a source of its own. */
function seeded(seed: number, layer: tf.layers.Layer, shape: number[]): number[] {
	return masked(layer, shape, createRandom(seed));
}

describe('dropout', () => {
	it('draws the same mask for the same seed, on every backend, and another for another', async () => {
		const layer = dropout({ rate: 0.4 });
		const first = seeded(1, layer, [3, 50]);
		// A stored value: other numbers would change what a stored run goes on with.
		assert.equal(
			first
				.slice(0, 20)
				.map((value) => (value > 0 ? 1 : 0))
				.join(''),
			'01110100001101000111',
		);
		for (const backend of BACKENDS) {
			await onBackend(backend, () => assert.deepEqual(seeded(1, layer, [3, 50]), first));
		}
		assert.notDeepEqual(seeded(2, layer, [3, 50]), first);
	});

	it('goes on in its source: the next mask is another, and two layers share no mask', () => {
		const random = createRandom(1);
		const layer = dropout({ rate: 0.5 });
		const masks = [layer, layer, dropout({ rate: 0.5 })].map((each) => masked(each, [100], random).join());
		assert.equal(new Set(masks).size, 3);
		assert.equal(seeded(1, layer, [100]).join(), masks[0]);
	});

	it('drops the given part of the values and keeps their expectation', () => {
		for (const rate of [0.1, 0.3, 0.5, 0.9]) {
			const values = seeded(3, dropout({ rate }), [200, 500]);
			const kept = Math.fround(1 / (1 - rate));
			assert.ok(values.every((value) => value === 0 || Math.abs(value - kept) < 1e-6));
			const dropped = values.filter((value) => value === 0).length / values.length;
			// Five standard deviations of a binomial share.
			assert.ok(Math.abs(dropped - rate) < 5 * Math.sqrt((rate * (1 - rate)) / values.length), `${dropped}`);
			const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
			assert.ok(Math.abs(mean - 1) < 0.05, `mean ${mean}`);
		}
	});

	it('scales what it keeps, and its gradient is its mask', () => {
		const layer = dropout({ rate: 0.25 });
		const x = normals(60, 1);
		const mask = seeded(4, layer, [60]);
		tf.tidy(() => {
			const apply = (at: tf.Tensor) => layer.apply(at, { training: true, random: createRandom(4) }) as tf.Tensor;
			const y = apply(tf.tensor1d(x)).dataSync();
			assert.deepEqual(
				[...y],
				Array.from(x, (value, i) => Math.fround(value * mask[i])),
			);
			const gradient = tf.grad((at: tf.Tensor) => tf.sum(apply(at)));
			assert.deepEqual([...gradient(tf.tensor1d(x)).dataSync()], mask);
		});
	});

	it('drops everything at rate 1, and no gradient passes', () => {
		const layer = dropout({ rate: 1 });
		assert.deepEqual(seeded(1, layer, [1, 5]), [0, 0, 0, 0, 0]);
		tf.tidy(() => {
			const gradient = tf.grad((at: tf.Tensor) =>
				tf.sum(layer.apply(at, { training: true, random: createRandom(1) }) as tf.Tensor),
			);
			assert.deepEqual([...gradient(tf.ones([1, 5])).dataSync()], [0, 0, 0, 0, 0]);
		});
	});

	it('is the identity in inference and at rate 0, and draws nothing there', () => {
		const random = createRandom(5);
		const ones = new Array<number>(30).fill(1);
		assert.deepEqual(masked(dropout({ rate: 0.5 }), [30], random, false), ones);
		assert.deepEqual(masked(dropout({ rate: 0 }), [30], random), ones);
		assert.equal(random.uniform(), createRandom(5).uniform());
	});

	it('takes its source through a model, and through a model inside of it', () => {
		const input = tf.input({ shape: [50] });
		const inner = tf.model({ inputs: input, outputs: dropout({ rate: 0.4 }).apply(input) as tf.SymbolicTensor });
		const outer = tf.model({ inputs: input, outputs: inner.apply(input) as tf.SymbolicTensor });
		const expected = seeded(1, dropout({ rate: 0.4 }), [3, 50]);
		for (const model of [inner, outer]) assert.deepEqual(seeded(1, model, [3, 50]), expected);
	});

	it('works with tfjs’s own noise where no source is set', () => {
		const values = masked(dropout({ rate: 0.5 }), [1000]);
		const dropped = values.filter((value) => value === 0).length;
		assert.ok(dropped > 400 && dropped < 600);
	});

	it('leaves no tensors', () => {
		const layer = dropout({ rate: 0.5 });
		const x = tf.ones([4, 2, 2, 3]);
		const apply = (at: tf.Tensor) => layer.apply(at, { training: true, random: createRandom(1) }) as tf.Tensor;
		keepsNoTensors(() => tf.dispose(apply(x)));
		const gradient = tf.grad((at: tf.Tensor) => tf.sum(apply(at)));
		keepsNoTensors(() => tf.dispose(gradient(x)));
		x.dispose();
	});

	it('is saved as the stock layer', () => {
		const config = { rate: 0.3, name: 'd' };
		assert.equal(dropout(config).getClassName(), 'Dropout');
		assert.deepEqual(dropout(config).getConfig(), tf.layers.dropout(config).getConfig());
	});
});

describe('stochastic depth', () => {
	it('shares one value an image', () => {
		const images = 400;
		const values = seeded(1, stochasticDepth({ rate: 0.2 }), [images, 2, 3, 4]);
		const firsts = Array.from({ length: images }, (_, image) => values[image * 24]);
		assert.ok(values.every((value, i) => value === firsts[Math.floor(i / 24)]));
		assert.deepEqual([...new Set(firsts)].sort(), [0, 1.25]);
		const dropped = firsts.filter((value) => value === 0).length;
		assert.ok(Math.abs(dropped / images - 0.2) < 5 * Math.sqrt(0.16 / images), `${dropped}`);
	});

	it('passes the gradients of the images that it keeps, on every backend', async () => {
		const layer = stochasticDepth({ rate: 0.5 });
		const shape = [9, 1, 3, 2];
		const mask = seeded(2, layer, shape);
		assert.equal(new Set(mask).size, 2);
		const factors = normals(mask.length, 1);
		for (const backend of BACKENDS) {
			await onBackend(backend, () => {
				tf.tidy(() => {
					const loss = (at: tf.Tensor) => {
						const kept = layer.apply(at, { training: true, random: createRandom(2) }) as tf.Tensor;
						return tf.sum(tf.mul(kept, tf.tensor(factors, shape))) as tf.Scalar;
					};
					const gradient = tf.grad(loss)(tf.tensor(normals(mask.length, 2), shape));
					assert.deepEqual(
						[...gradient.dataSync()],
						mask.map((value, i) => value * factors[i]),
					);
				});
			});
		}
	});

	it('does so with tfjs’s own noise too, as a saved model has it', () => {
		const config = stochasticDepth({ rate: 0.5, name: 's' }).getConfig();
		assert.deepEqual(config.noiseShape, [null, 1, 1, 1]);
		const values = masked(stochasticDepth({ rate: 0.5 }), [50, 2, 2, 1]);
		assert.ok(values.every((value, i) => value === values[i - (i % 4)]));
		assert.equal(new Set(values).size, 2);
	});
});
