import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import '../../lib/tensorflow/fusedLayers';
import { tf } from '../../lib/tensorflow/tf';
import { keepsNoTensors, near, normals, onBackend } from './tensors';

type Activation = 'linear' | 'relu' | 'relu6' | 'elu';

interface Case {
	/** Batch, height, width, channels. */
	readonly shape: [number, number, number, number];
	/** Height and width of the kernel. */
	readonly kernel: [number, number];
	/** Filters of the convolution; of a depthwise one, for each channel. */
	readonly filters: number;
	readonly strides: number | [number, number];
	readonly pad: 'same' | 'valid';
	readonly dilations?: number;
}

/** Sizes around the widths of vectors, odd ones, single pixels, kernels larger than the image. */
const CASES: Case[] = [
	{ shape: [1, 1, 1, 1], kernel: [1, 1], filters: 1, strides: 1, pad: 'same' },
	{ shape: [2, 5, 3, 7], kernel: [3, 3], filters: 1, strides: 1, pad: 'same' },
	{ shape: [3, 9, 8, 8], kernel: [3, 3], filters: 1, strides: 2, pad: 'same' },
	{ shape: [1, 7, 10, 33], kernel: [5, 5], filters: 1, strides: 2, pad: 'same' },
	{ shape: [2, 6, 6, 41], kernel: [3, 3], filters: 1, strides: 1, pad: 'valid' },
	{ shape: [1, 8, 9, 16], kernel: [3, 2], filters: 1, strides: 3, pad: 'valid' },
	{ shape: [1, 2, 3, 5], kernel: [5, 5], filters: 1, strides: 1, pad: 'same' },
	// Those that tfjs's own kernels still do.
	{ shape: [1, 6, 6, 4], kernel: [3, 3], filters: 2, strides: 1, pad: 'same' },
	{ shape: [1, 6, 6, 4], kernel: [3, 3], filters: 1, strides: 1, pad: 'same', dilations: 2 },
	// More values than one thread takes.
	{ shape: [4, 24, 24, 40], kernel: [3, 3], filters: 1, strides: 1, pad: 'same' },
];
const ACTIVATIONS: Activation[] = ['linear', 'relu', 'relu6', 'elu'];

function operands({ shape, kernel, filters }: Case, depthwise: boolean) {
	const outputs = depthwise ? shape[3] * filters : filters + 3;
	const sides: [number, number, number, number] = [...kernel, shape[3], depthwise ? filters : outputs];
	return {
		x: tf.tensor4d(normals(tf.util.sizeFromShape(shape), 1, 2), shape),
		filter: tf.tensor4d(normals(tf.util.sizeFromShape(sides), 2, 2), sides),
		bias: tf.tensor1d(normals(outputs, 3)),
	};
}

function convolve(one: Case, depthwise: boolean, activation: Activation): tf.Tensor4D {
	const options = { ...operands(one, depthwise), ...one, activation };
	return depthwise ? tf.fused.depthwiseConv2d(options) : tf.fused.conv2d(options);
}

for (const depthwise of [false, true]) {
	describe(depthwise ? 'FusedDepthwiseConv2D' : 'FusedConv2D', () => {
		// TensorFlow has no dilated depthwise convolution on a CPU.
		for (const one of CASES.filter(({ dilations }) => !(depthwise && dilations))) {
			it(`is what tfjs computes in JavaScript: ${JSON.stringify(one)}`, async () => {
				for (const activation of ACTIVATIONS) {
					const [native, script] = [tf.tidy(() => convolve(one, depthwise, activation)), [] as tf.Tensor[]];
					await onBackend('cpu', () => void script.push(tf.tidy(() => convolve(one, depthwise, activation))));
					assert.deepEqual(native.shape, script[0].shape);
					near(await native.data(), await script[0].data(), 1e-4, activation);
					tf.dispose([native, script]);
				}
			});
		}

		it('cuts off at 0 and 6 exactly, lets values between pass, and keeps NaN: worked by hand', () => {
			tf.tidy(() => {
				const x = tf.tensor4d([-1, 0, 3, 6, 7, Number.NaN, Number.POSITIVE_INFINITY, 5.5], [1, 1, 8, 1]);
				const [filter, bias] = [tf.ones<tf.Rank.R4>([1, 1, 1, 1]), tf.zeros<tf.Rank.R1>([1])];
				const of = (activation: Activation) => {
					const options = { x, filter, bias, strides: 1, pad: 'same' as const, activation };
					return [...(depthwise ? tf.fused.depthwiseConv2d(options) : tf.fused.conv2d(options)).dataSync()];
				};
				const infinity = Number.POSITIVE_INFINITY;
				assert.deepEqual(of('linear'), [-1, 0, 3, 6, 7, Number.NaN, infinity, 5.5]);
				assert.deepEqual(of('relu').toSpliced(5, 1), [0, 0, 3, 6, 7, infinity, 5.5]);
				assert.deepEqual(of('relu6').toSpliced(5, 1), [0, 0, 3, 6, 6, 6, 5.5]);
			});
		});

		it('keeps its gradients, which tfjs takes of the separate ops', async () => {
			const one: Case = { shape: [2, 5, 4, 3], kernel: [3, 3], filters: 1, strides: 1, pad: 'same' };
			const results: Float32Array[][] = [];
			for (const name of ['tensorflow', 'cpu']) {
				await onBackend(name, () => {
					const gradients = tf.tidy(() => {
						const { x, filter, bias } = operands(one, depthwise);
						const loss = (...[image, kernel, offset]: tf.Tensor[]) => {
							const options = { x: image as tf.Tensor4D, filter: kernel as tf.Tensor4D, bias: offset };
							const call = { ...options, strides: 1, pad: 'same' as const, activation: 'relu6' as const };
							return tf.sum(tf.square(depthwise ? tf.fused.depthwiseConv2d(call) : tf.fused.conv2d(call)));
						};
						return tf
							.grads(loss)([x, filter, bias])
							.map((gradient) => gradient.dataSync<'float32'>().slice());
					});
					results.push(gradients);
				});
			}
			results[0].forEach((gradient, i) => {
				near(gradient, results[1][i], 1e-4);
			});
		});

		it('takes an empty batch, and leaves one tensor', () => {
			tf.tidy(() => {
				const { filter, bias } = operands(CASES[1], depthwise);
				const options = { x: tf.zeros<tf.Rank.R4>([0, 5, 3, 7]), filter, bias, strides: 1, pad: 'same' as const };
				const empty = depthwise ? tf.fused.depthwiseConv2d(options) : tf.fused.conv2d(options);
				assert.deepEqual(empty.shape, [0, 5, 3, bias.shape[0]]);
			});
			keepsNoTensors(() => tf.tidy(() => void convolve(CASES[2], depthwise, 'relu6')));
		});
	});
}
