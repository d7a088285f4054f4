import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { convolution2d } from '../../lib/tensorflow/convolution';
import { tf } from '../../lib/tensorflow/tf';
import { BACKENDS, differenceQuotients, keepsNoTensors, near, normals, onBackend } from './tensors';

type Make = () => tf.layers.Layer;

/** Seeds of the values. */
const [KERNEL, IMAGES, FACTORS] = [1, 2, 3];

/** A convolution of some images, and the gradients of its product with factors. */
function run(make: Make, shape: number[], changed: { x?: Float32Array; kernel?: Float32Array } = {}) {
	return tf.tidy(() => {
		const layer = make();
		layer.build([null, null, null, shape[3]]);
		const size = tf.util.sizeFromShape(shape);
		const sides = layer.weights[0].shape as number[];
		layer.setWeights([tf.tensor(changed.kernel ?? normals(tf.util.sizeFromShape(sides), KERNEL), sides)]);
		const x = tf.tensor(changed.x ?? normals(size, IMAGES), shape);
		const y = layer.apply(x) as tf.Tensor;
		const factors = tf.tensor(normals(y.size, FACTORS), y.shape);
		const loss = (input: tf.Tensor) => tf.sum(tf.mul(layer.apply(input) as tf.Tensor, factors)) as tf.Scalar;
		const kernel = layer.weights[0].read() as tf.Variable;
		const dKernel = tf.variableGrads(() => loss(x), [kernel]).grads[kernel.name];
		return [y, tf.grad(loss)(x), dKernel].map((tensor) => ({ shape: tensor.shape, values: tensor.dataSync().slice() }));
	});
}

describe('convolution2d', () => {
	for (const [shape, filters, kernelSize, strides] of [
		[[2, 3, 5, 4], 6, 1, 1],
		[[1, 1, 1, 3], 1, 1, 1],
		[[1, 7, 3, 1], 5, 1, 1],
		[[3, 4, 4, 16], 33, 1, 1],
		[[2, 6, 6, 3], 4, 1, 2],
		[[2, 8, 8, 3], 5, 3, 2],
		[[1, 7, 5, 2], 3, 3, 1],
		[[1, 9, 11, 3], 4, 5, 2],
		[[1, 1, 1, 1], 1, 1, 1],
		[[1, 5, 4, 2], 3, 2, 3],
		[[1, 2, 3, 2], 2, 5, 1],
		[[2, 1, 1, 257], 3, 1, 1],
	] as [number[], number, number, number][]) {
		const config = { filters, kernelSize, strides };
		it(`${JSON.stringify({ shape, ...config })}: as tfjs's own layer, on TensorFlow and in JavaScript`, async () => {
			const expected = run(() => tf.layers.conv2d({ ...config, padding: 'same', useBias: false }), shape);
			for (const backend of BACKENDS) {
				await onBackend(backend, () => {
					run(() => convolution2d(config), shape).forEach((received, i) => {
						assert.deepEqual(received.shape, expected[i].shape);
						near(received.values, expected[i].values, 1e-5);
					});
				});
			}
		});
	}

	for (const [shape, kernelSize, strides] of [
		[[2, 3, 2, 3], 1, 1],
		[[1, 5, 3, 2], 1, 2],
		[[1, 5, 4, 2], 3, 2],
	] as [number[], number, number][]) {
		it(`[${shape}], kernel ${kernelSize}, strides ${strides}: its gradients are the difference quotients`, () => {
			const make = () => convolution2d({ filters: 2, kernelSize, strides });
			const [, dx, dKernel] = run(make, shape);
			const loss = (changed: { x?: Float32Array; kernel?: Float32Array }) => {
				const [{ values: y }] = run(make, shape, changed);
				const factors = normals(y.length, FACTORS);
				return Array.from(y).reduce((sum, value, i) => sum + value * factors[i], 0);
			};
			// The output is linear in either, so the step may be large.
			const quotients = (key: 'x' | 'kernel', size: number, seed: number) =>
				differenceQuotients((at) => loss({ [key]: at }), normals(size, seed), 0.5);
			near(dx.values, quotients('x', dx.values.length, IMAGES), 1e-5);
			near(dKernel.values, quotients('kernel', dKernel.values.length, KERNEL), 1e-5);
		});
	}

	for (const [shape, kernelSize, strides, padding] of [
		[[2, 5, 4, 3], 1, 1, 'same'],
		[[2, 9, 8, 3], 7, 2, 'valid'],
		[[1, 6, 6, 4], 3, 1, 'same'],
		[[1, 6, 5, 4], 1, 2, 'same'],
	] as [number[], number, number, 'same' | 'valid'][]) {
		it(`[${shape}], kernel ${kernelSize}, strides ${strides}, ${padding}: with a bias as tfjs's own layer`, () => {
			const config = { filters: 5, kernelSize, strides, padding, useBias: true };
			const results = [convolution2d, tf.layers.conv2d].map((make) =>
				tf.tidy(() => {
					const layer = make(config);
					layer.build([null, null, null, shape[3]]);
					const drawn = layer.weights.map(({ shape: sides }, i) =>
						tf.tensor(normals(tf.util.sizeFromShape(sides as number[]), KERNEL + 10 * i), sides as number[]),
					);
					layer.setWeights(drawn);
					const x = tf.tensor(normals(tf.util.sizeFromShape(shape), IMAGES), shape);
					const loss = () => tf.sum(tf.square(layer.apply(x) as tf.Tensor)) as tf.Scalar;
					const variables = layer.weights.map((weight) => weight.read() as tf.Variable);
					const { grads } = tf.variableGrads(loss, variables);
					const dx = tf.grad((at: tf.Tensor) => tf.sum(tf.square(layer.apply(at) as tf.Tensor)))(x);
					const all = [layer.apply(x) as tf.Tensor, dx, ...variables.map(({ name }) => grads[name])];
					return all.map((tensor) => [...tensor.dataSync()]);
				}),
			);
			for (const [i, received] of results[0].entries()) near(received, results[1][i], 1e-5);
		});
	}

	it('takes no gradient for an input that none asks for', async () => {
		const layer = convolution2d({ filters: 3, kernelSize: 3, strides: 2 });
		const x = tf.tensor(normals(32, 1), [1, 4, 4, 2]);
		layer.apply(x);
		const { kernelNames } = await tf.profile(() => {
			const { grads } = tf.variableGrads(() => tf.sum(layer.apply(x) as tf.Tensor) as tf.Scalar);
			return Object.values(grads);
		});
		assert.ok(kernelNames.includes('Conv2DBackpropFilter'));
		assert.ok(!kernelNames.includes('Conv2DBackpropInput'));
		x.dispose();
		layer.dispose();
	});

	it('has the values worked by hand', () => {
		tf.tidy(() => {
			const layer = convolution2d({ filters: 2, kernelSize: 1 });
			layer.build([null, null, null, 2]);
			layer.setWeights([tf.tensor4d([1, 10, 100, 1000], [1, 1, 2, 2])]);
			const y = layer.apply(tf.tensor4d([1, 2, 3, 4], [1, 1, 2, 2])) as tf.Tensor;
			assert.deepEqual(y.shape, [1, 1, 2, 2]);
			assert.deepEqual([...y.dataSync()], [201, 2010, 403, 4030]);
		});
	});

	it('leaves no tensors and runs the matrix products', async () => {
		const layer = convolution2d({ filters: 3, kernelSize: 1 });
		const x = tf.tensor(normals(24, 1), [2, 2, 2, 3]);
		keepsNoTensors(() => tf.dispose(layer.apply(x) as tf.Tensor));
		const gradient = tf.grad((at: tf.Tensor) => tf.sum(layer.apply(at) as tf.Tensor));
		keepsNoTensors(() => tf.dispose(gradient(x)));
		const { kernelNames } = await tf.profile(() => gradient(x));
		assert.ok(kernelNames.includes('NativePointwiseConvolution'));
		assert.ok(kernelNames.includes('NativePointwiseConvolutionGradient'));
		assert.ok(!kernelNames.some((name) => name.startsWith('Conv2DBackprop')));
		x.dispose();
	});

	it('is saved as the stock layer', () => {
		const layer = convolution2d({ filters: 3, kernelSize: 1, name: 'c' });
		const stock = tf.layers.conv2d({
			filters: 3,
			kernelSize: 1,
			strides: 1,
			padding: 'same',
			useBias: false,
			name: 'c',
		});
		assert.equal(layer.getClassName(), 'Conv2D');
		assert.deepEqual(layer.getConfig(), stock.getConfig());
	});
});
