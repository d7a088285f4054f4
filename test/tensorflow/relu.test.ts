import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { relu, relu6 } from '../../lib/tensorflow/relu';
import { tf } from '../../lib/tensorflow/tf';
import { BACKENDS, differenceQuotients, keepsNoTensors, near, normals, onBackend } from './tensors';

/** Output of a layer, and the gradient of its product with factors. */
function run(make: () => tf.layers.Layer, values: Float32Array, shape: number[], factors: Float32Array) {
	return tf.tidy(() => {
		const layer = make();
		const loss = (x: tf.Tensor) => tf.sum(tf.mul(layer.apply(x) as tf.Tensor, tf.tensor(factors, shape))) as tf.Scalar;
		const x = tf.tensor(values, shape);
		const y = (layer.apply(x) as tf.Tensor).dataSync<'float32'>();
		return { y: y.slice(), dx: tf.grad(loss)(x).dataSync<'float32'>().slice() };
	});
}

const stock = () => tf.layers.reLU({ maxValue: 6 });

describe('relu6', () => {
	for (const shape of [
		[2, 3, 5, 4],
		[1, 1, 1, 1],
		[1, 7],
		[3, 1, 9, 2],
		[4, 4, 4, 16],
		[3, 17, 13, 33],
	]) {
		it(`[${shape}]: the definition, and tfjs's own layer, on TensorFlow and in JavaScript`, async () => {
			const size = tf.util.sizeFromShape(shape);
			const x = normals(size, size, 4).map((value) => value + 3);
			const factors = normals(size, 7);
			const y = x.map((value) => Math.min(Math.max(value, 0), 6));
			const dx = factors.map((factor, i) => (x[i] > 0 && x[i] < 6 ? factor : 0));
			for (const backend of BACKENDS) {
				await onBackend(backend, () => {
					for (const make of [relu6, stock]) {
						const received = run(make, x, shape, factors);
						near(received.y, y, 0);
						near(received.dx, dx, 0);
					}
				});
			}
		});
	}

	it('cuts off at 0 and 6; at the kinks its gradient is TensorFlow’s, 0', () => {
		const x = Float32Array.of(-Infinity, -1, -0, 0, 1e-30, 3, 5.9999995, 6, 6.0000005, 1e30, Infinity);
		const { y, dx } = run(relu6, x, [x.length], new Float32Array(x.length).fill(1));
		assert.deepEqual(
			Array.from(y, (value) => value + 0),
			[0, 0, 0, 0, 1e-30, 3, 5.9999995, 6, 6, 6, 6].map(Math.fround),
		);
		assert.deepEqual([...dx], [0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0]);
		assert.ok(Number.isNaN(run(relu6, Float32Array.of(NaN), [1], Float32Array.of(1)).y[0]));
	});

	it('its gradient is the difference quotient of its output', () => {
		const factors = normals(30, 2);
		// At least 0.1 from the kinks, where there is none.
		const x = normals(30, 1, 4).map((value) => (Math.abs(value) < 0.1 || Math.abs(value - 6) < 0.1 ? 3 : value));
		const loss = (at: Float32Array) => {
			return run(relu6, at, [30], factors).y.reduce((sum, value, i) => sum + value * factors[i], 0);
		};
		near(run(relu6, x, [30], factors).dx, differenceQuotients(loss, x, 0.05), 1e-3);
	});

	it('has a gradient of its gradient’s input: chained layers', () => {
		const x = normals(20, 3, 4);
		const chained = (make: () => tf.layers.Layer) =>
			tf.tidy(() => {
				const [first, second] = [make(), make()];
				const through = (at: tf.Tensor) => second.apply(tf.mul(first.apply(at) as tf.Tensor, 1.5)) as tf.Tensor;
				return tf
					.grad((at: tf.Tensor) => tf.sum(tf.square(through(at))))(tf.tensor1d(x))
					.dataSync()
					.slice();
			});
		assert.deepEqual(chained(relu6), chained(stock));
	});

	it('leaves no tensors and runs the fused kernels', async () => {
		const x = tf.tensor1d(normals(12, 1));
		const layer = relu6();
		keepsNoTensors(() => tf.dispose(layer.apply(x) as tf.Tensor));
		const gradient = tf.grad((at: tf.Tensor) => tf.sum(layer.apply(at) as tf.Tensor));
		keepsNoTensors(() => tf.dispose(gradient(x)));
		const { kernelNames } = await tf.profile(() => gradient(x));
		assert.ok(kernelNames.includes('NativeRelu6') && kernelNames.includes('NativeRelu6Gradient'));
		x.dispose();
	});

	it('is saved as the stock layer', () => {
		const layer = relu6({ name: 'r' });
		assert.equal(layer.getClassName(), 'ReLU');
		assert.deepEqual(layer.getConfig(), tf.layers.reLU({ maxValue: 6, name: 'r' }).getConfig());
	});
});

describe('relu', () => {
	const stockRelu = () => tf.layers.activation({ activation: 'relu' });

	it('is the definition, and tfjs’s own layer, on TensorFlow and in JavaScript', async () => {
		const size = 3 * 17 * 13 * 33;
		const [x, factors] = [normals(size, 5, 4), normals(size, 7)];
		for (const backend of BACKENDS) {
			await onBackend(backend, () => {
				for (const make of [relu, stockRelu]) {
					const received = run(make, x, [3, 17, 13, 33], factors);
					near(
						received.y,
						x.map((value) => Math.max(value, 0)),
						0,
					);
					near(
						received.dx,
						factors.map((factor, i) => (x[i] > 0 ? factor : 0)),
						0,
					);
				}
			});
		}
	});

	it('passes infinity and what is no number, and at 0 no gradient', () => {
		const x = Float32Array.of(-Infinity, -1, 0, 1e-30, 7, Infinity);
		const { y, dx } = run(relu, x, [x.length], new Float32Array(x.length).fill(1));
		assert.deepEqual([...y], [0, 0, 0, Math.fround(1e-30), 7, Infinity]);
		assert.deepEqual([...dx], [0, 0, 0, 1, 1, 1]);
		assert.ok(Number.isNaN(run(relu, Float32Array.of(NaN), [1], Float32Array.of(1)).y[0]));
	});

	it('is saved as the stock layer', () => {
		const layer = relu({ name: 'r' });
		assert.equal(layer.getClassName(), 'Activation');
		assert.deepEqual(layer.getConfig(), tf.layers.activation({ activation: 'relu', name: 'r' }).getConfig());
	});
});
