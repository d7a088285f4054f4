import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend';
import { fuseRelus } from '../../lib/tensorflow/fusedLayers';
import { tf } from '../../lib/tensorflow/tf';
import { formulaWeights } from '../fixtures/training/formulaWeights';
import { near, normals } from './tensors';

const then = (input: tf.SymbolicTensor, layer: tf.layers.Layer) => layer.apply(input) as tf.SymbolicTensor;

/** Convolutions with all that may stand behind them. */
function network(dilationRate: number): tf.LayersModel {
	const input = tf.input({ shape: [9, 8, 3] });
	const convolve = (options: object) => tf.layers.conv2d({ filters: 5, kernelSize: 3, padding: 'same', ...options });
	let x = then(then(input, convolve({ strides: 2 })), tf.layers.reLU({ maxValue: 6 }));
	x = then(then(x, tf.layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' })), tf.layers.reLU());
	x = then(x, tf.layers.depthwiseConv2d({ kernelSize: 3, padding: 'valid', activation: 'tanh' }));
	x = then(then(x, convolve({})), tf.layers.reLU({ maxValue: 3 }));
	x = then(then(x, convolve({ useBias: false })), tf.layers.reLU({ maxValue: 6 }));
	x = then(then(x, convolve({ dilationRate })), tf.layers.reLU({ maxValue: 6 }));
	const shared = then(x, convolve({}));
	const sum = tf.layers.add().apply([shared, then(shared, tf.layers.reLU({ maxValue: 6 }))]) as tf.SymbolicTensor;
	const last = then(sum, convolve({ name: 'last' }));
	const model = tf.model({ inputs: input, outputs: [last, then(last, tf.layers.reLU({ maxValue: 6 }))] });
	formulaWeights(model);
	return model;
}

const images = () => tf.tensor4d(normals(2 * 9 * 8 * 3, 4, 2), [2, 9, 8, 3]);
const outputsOf = (model: tf.LayersModel) =>
	tf.tidy(() => (model.apply(images()) as tf.Tensor[]).map((output) => output.dataSync<'float32'>().slice()));

/** The names of TensorFlow's ops that some work runs. */
function opsOf(work: () => void): string[] {
	const backend = tf.backend() as NodeJSKernelBackend;
	const names: string[] = [];
	const methods = ['executeSingleOutput', 'executeMultipleOutputs'] as const;
	for (const method of methods) {
		backend[method] = ((name: string, ...rest: [never, never, never]) => {
			names.push(name);
			return Object.getPrototypeOf(backend)[method].call(backend, name, ...rest);
		}) as never;
	}
	try {
		work();
	} finally {
		for (const method of methods) delete (backend as unknown as Record<string, unknown>)[method];
	}
	return names;
}

describe('fuseRelus', () => {
	it('changes nothing but how it is computed: values, gradient, and what is saved', () => {
		// tfjs has no gradient of a dilated convolution.
		const [model, fused] = [network(1), network(1)];
		fuseRelus(fused);
		const [expected, received] = [outputsOf(model), outputsOf(fused)];
		expected.forEach((values, i) => {
			near(received[i], values, 1e-5);
		});
		const gradient = (of: tf.LayersModel) =>
			tf.tidy(() =>
				tf
					.grad((x) => tf.sum((of.apply(x) as tf.Tensor[])[1]))(images())
					.dataSync(),
			);
		near(gradient(fused), gradient(model), 1e-4);
		const classes = (of: tf.LayersModel) =>
			of.layers.map((layer) => [layer.getClassName(), layer.getConfig().maxValue]);
		assert.deepEqual(classes(fused), classes(model));
	});

	it('makes one op of a convolution and its ReLU, and leaves what others read or TensorFlow cannot fuse', () => {
		const input = tf.input({ shape: [8, 8, 3] });
		const first = then(then(input, tf.layers.conv2d({ filters: 4, kernelSize: 3 })), tf.layers.reLU({ maxValue: 6 }));
		const second = then(then(first, tf.layers.depthwiseConv2d({ kernelSize: 3 })), tf.layers.reLU());
		const model = tf.model({ inputs: input, outputs: second });
		// A model inside of another is fused with it.
		const outer = tf.input({ shape: [8, 8, 3] });
		const whole = tf.model({ inputs: outer, outputs: model.apply(outer) as tf.SymbolicTensor });
		fuseRelus(whole);
		const x = tf.ones([1, 8, 8, 3]);
		const ops = opsOf(() => tf.tidy(() => void whole.apply(x)));
		assert.deepEqual(ops, ['_FusedConv2D', 'FerDepthwiseConvolution']);
		const others = network(2);
		fuseRelus(others);
		const names = opsOf(() => outputsOf(others));
		const count = (name: string) => names.filter((each) => each === name).length;
		// In order: first, capped at 3, shared, last; without bias and dilated ones stay.
		assert.equal(count('_FusedConv2D'), 4);
		assert.equal(count('FerDepthwiseConvolution'), 1);
		tf.dispose(x);
	});
});
