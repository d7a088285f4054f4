import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { augment } from '../../lib/augmentation/augment';
import type { Dataset } from '../../lib/data/dataset';
import { sampleFaces } from '../../lib/data/sampleFaces/sampleFaces';
import { preprocess } from '../../lib/model/preprocess';
import { FULL } from '../../lib/profiles';
import { flatten, unflatten } from '../../lib/tensorflow/flatten';
import '../../lib/tensorflow/fusedLayers';
import { hasOwnOps, nativeOp } from '../../lib/tensorflow/native';
import { nativeNetworkInput } from '../../lib/tensorflow/preprocessKernel';
import { tf } from '../../lib/tensorflow/tf';

// A fault here ends the process: the runner then reports this file. Each call must end with an error or a result.
const skip = hasOwnOps() ? false : 'The binding has no ops of native/: npm run setup';
const { NaN: NAN, POSITIVE_INFINITY: INF } = Number;

/** Calls and forgets; an error has to be one of TensorFlow's or ours. */
function attempt(call: () => unknown): string {
	return tf.tidy(() => {
		try {
			call();
			return 'a result';
		} catch (error) {
			return (error as Error).message;
		}
	});
}

describe('FerNetworkInput', { skip }, () => {
	const input = ({ images = [2, 4, 4, 1], matrices = [2, 8], scale = [3], offset = [3] } = {}, attributes = {}) =>
		nativeNetworkInput(
			{ images: tf.ones(images), matrices: tf.ones(matrices), scale: tf.ones(scale), offset: tf.ones(offset) },
			{ size: 8, fraction: 1, reversed: false, ...attributes },
		);

	it('refuses sizes that do not fit each other', () => {
		assert.equal(
			attempt(() => input()),
			'a result',
		);
		assert.match(
			attempt(() => input({ images: [2, 4, 4] })),
			/rank 4/,
		);
		assert.match(
			attempt(() => input({ images: [2, 4, 4, 2] })),
			/1 or 3 channels/,
		);
		assert.match(
			attempt(() => input({ images: [2, 0, 4, 1] })),
			/sides from 1/,
		);
		assert.match(
			attempt(() => input({ images: [2, 4, 4, 0] })),
			/1 or 3 channels/,
		);
		assert.match(
			attempt(() => input({ matrices: [1, 8] })),
			/Input 1 must have 16 values/,
		);
		assert.match(
			attempt(() => input({ scale: [2] })),
			/Input 2 must have 3 values/,
		);
		assert.match(
			attempt(() => input({ offset: [0] })),
			/Input 3 must have 3 values/,
		);
	});

	it('refuses sizes that are none', () => {
		for (const size of [NAN, INF, -INF, 0, -1, 1e30, 20000]) {
			assert.match(
				attempt(() => input({}, { size })),
				/size must be from 1 to 16384/,
				String(size),
			);
		}
	});

	it('returns nothing for no images', () => {
		const empty = tf.tidy(() => input({ images: [0, 4, 4, 1], matrices: [0, 8] }).shape);
		assert.deepEqual(empty, [0, 8, 8, 3]);
	});

	it('takes any position, also one that is not a number', () => {
		for (const value of [NAN, INF, -INF, 1e38, -1e38, 2 ** 31, -(2 ** 31)]) {
			for (let at = 0; at < 6; at++) {
				const matrix = [1, 0, 0, 0, 1, 0, 0, 0].map((each, i) => (i === at ? value : each));
				const values = tf.tidy(() => {
					const [images, matrices] = [tf.ones([1, 4, 4, 3]), tf.tensor2d(matrix, [1, 8])];
					return nativeNetworkInput(
						{ images, matrices, scale: tf.ones([3]), offset: tf.zeros([3]) },
						{ size: 40, fraction: 1, reversed: true },
					).dataSync();
				});
				assert.ok(
					values.every((each) => each === 1),
					`${value} at ${at}`,
				);
			}
		}
	});

	it('takes any pixel, share and summand', () => {
		for (const value of [NAN, INF, 1e38]) {
			const images = () => tf.fill([3, 4, 4, 1], value);
			const options = { imageSize: 8, normalization: { scale: value, offset: value }, fraction: value };
			assert.equal(
				attempt(() => preprocess(images() as tf.Tensor4D, { zoom: 0, shear: value }, options)),
				'a result',
			);
		}
	});
});

describe('FerBatchNormalization and its gradients', { skip }, () => {
	const ATTRIBUTES = { epsilon: 1e-3, update_fraction: 0.1, training: true, highest: 6 };
	const run = (name: string, shapes: number[][], outputs: number, attributes = {}) =>
		attempt(() =>
			nativeOp()(
				name,
				shapes.map((shape) => tf.ones(shape)),
				{ ...ATTRIBUTES, ...attributes },
				outputs,
			),
		);
	const forward = (x: number[], c = [3], attributes = {}) =>
		run('FerBatchNormalization', [x, c, c, c, c], 5, attributes);

	it('refuse sizes that do not fit each other', () => {
		assert.equal(forward([2, 3]), 'a result');
		assert.match(forward([]), /last axis/);
		assert.match(forward([2, 4]), /must have 4 values/);
		assert.match(run('FerBatchNormalization', [[2, 3], [3], [3], [3], [2]], 5), /Input 4 must have 3 values/);
		const c = [3];
		assert.equal(run('FerBatchNormalizationGradient', [[2, 3], [2, 3], c, c, c, c], 3), 'a result');
		assert.match(run('FerBatchNormalizationGradient', [[1, 3], [2, 3], c, c, c, c], 3), /Input 0 must have 6 values/);
		assert.match(run('FerBatchNormalizationGradient', [[2, 3], [], c, c, c, c], 3), /last axis/);
		assert.match(run('FerBatchNormalizationGradient', [[2, 3], [2, 3], c, c, c, [1]], 3), /Input 5/);
		assert.equal(run('FerFrozenBatchNormalizationGradient', [[2, 3], [2, 3], c, c], 1), 'a result');
		assert.match(run('FerFrozenBatchNormalizationGradient', [[2, 3], [1, 3], c, c], 1), /Input 0 must have 3 values/);
		assert.match(run('FerFrozenBatchNormalizationGradient', [[], [], c, c], 1), /last axis/);
	});

	it('take no rows, no channels, and rows without end', () => {
		for (const x of [
			[0, 3],
			[0, 5, 5, 3],
		])
			assert.equal(forward(x), 'a result');
		for (const x of [
			[2, 0],
			[2 ** 30, 0],
		])
			assert.equal(forward(x, [0]), 'a result');
		assert.equal(run('FerBatchNormalizationGradient', [[0, 3], [0, 3], [3], [3], [3], [3]], 3), 'a result');
	});

	it('take any number', () => {
		for (const value of [NAN, INF, -INF, 1e38]) {
			const inputs = () => [tf.fill([300, 3], value), ...Array.from({ length: 4 }, () => tf.fill([3], value))];
			for (const epsilon of [1e-3, value]) {
				assert.equal(
					attempt(() => nativeOp()('FerBatchNormalization', inputs(), { ...ATTRIBUTES, epsilon }, 5)),
					'a result',
				);
			}
		}
	});

	it('refuse other types', () => {
		const inputs = () => Array.from({ length: 5 }, () => tf.ones([3], 'int32'));
		assert.notEqual(
			attempt(() => nativeOp()('FerBatchNormalization', inputs(), ATTRIBUTES, 5)),
			'a result',
		);
	});
});

describe('FerDepthwiseConvolution', { skip }, () => {
	const run = (x: number[], filter: number[], bias: number[], stride = 1, highest = 6) =>
		attempt(() => {
			const attributes = { stride: { integer: stride }, same: false, highest };
			nativeOp()(
				'FerDepthwiseConvolution',
				[x, filter, bias].map((shape) => tf.ones(shape)),
				attributes,
			);
		});

	it('refuses sizes that do not fit each other', () => {
		assert.equal(run([1, 4, 4, 3], [3, 3, 3, 1], [3]), 'a result');
		assert.match(run([4, 4, 3], [3, 3, 3, 1], [3]), /rank 4/);
		assert.match(run([1, 4, 4, 3], [3, 3, 3], [3]), /rank 4/);
		assert.match(run([1, 4, 4, 3], [3, 3, 2, 1], [3]), /filter must have/);
		assert.match(run([1, 4, 4, 3], [3, 3, 3, 2], [3]), /filter must have/);
		assert.match(run([1, 4, 4, 3], [0, 3, 3, 1], [3]), /filter must have/);
		assert.match(run([1, 4, 4, 3], [3, 3, 3, 1], [1]), /Input 2 must have 3 values/);
	});

	it('refuses strides that are none, and takes images smaller than the filter', () => {
		for (const stride of [0, -1, -(2 ** 31)]) assert.match(run([1, 4, 4, 3], [3, 3, 3, 1], [3], stride), /stride/);
		for (const x of [
			[0, 4, 4, 3],
			[1, 0, 4, 3],
			[1, 2, 2, 3],
		])
			assert.equal(run(x, [3, 3, 3, 1], [3]), 'a result');
		for (const highest of [NAN, -1, INF]) assert.equal(run([1, 4, 4, 3], [3, 3, 3, 1], [3], 1, highest), 'a result');
	});

	it('leaves a bias that is spread over the channels to tfjs', () => {
		const values = tf.tidy(() => {
			const options = {
				x: tf.ones([1, 3, 3, 16]) as tf.Tensor4D,
				strides: 1,
				pad: 'same',
				activation: 'relu',
			} as const;
			const bias = tf.tensor1d([5]);
			const filter = tf.zeros([1, 1, 16, 1]) as tf.Tensor4D;
			const wide = tf.zeros([1, 1, 16, 16]) as tf.Tensor4D;
			const outputs = [
				tf.fused.depthwiseConv2d({ ...options, filter, bias }),
				tf.fused.conv2d({ ...options, filter: wide, bias }),
			];
			return outputs.flatMap((each) => [...each.dataSync()]);
		});
		assert.ok(values.every((value) => value === 5));
	});
});

describe('flatten and unflatten', { skip }, () => {
	it('take empty tensors', () => {
		const [length, size] = tf.tidy(() => {
			const variable = tf.variable(tf.zeros([0, 3]));
			unflatten(tf.zeros([0]) as tf.Tensor1D, [variable]);
			return [flatten([tf.ones([0, 3]), tf.ones([2])]).size, variable.size];
		});
		assert.deepEqual([length, size], [2, 0]);
	});

	it('refuse vectors of another length, and nothing at all', () => {
		const variable = tf.variable(tf.zeros([2]));
		assert.match(
			attempt(() => unflatten(tf.ones([1]), [variable])),
			/shorter/,
		);
		assert.match(
			attempt(() => unflatten(tf.ones([3]), [variable])),
			/longer/,
		);
		assert.notEqual(
			attempt(() => flatten([])),
			'a result',
		);
		variable.dispose();
	});
});

describe('augment', () => {
	let dataset: Dataset;
	before(async () => {
		dataset = await sampleFaces({ size: 70, seed: 1 });
	});

	it('survives limits and sizes that no setting has', () => {
		const augmentation = FULL.phase2.augmentation;
		for (const value of [NAN, INF, 1e308, -1e308]) {
			for (const name of ['shear', 'zoomFraction', 'shiftFraction', 'rotationDegrees', 'contrastFraction'] as const) {
				attempt(() => augment(dataset, [0, 1], { augmentation: { ...augmentation, [name]: value } }).dataSync());
			}
			const erasing = { probability: 1, areaFraction: [value, value] as [number, number] };
			attempt(() => augment(dataset, [0], { augmentation: { ...augmentation, erasing } }).dataSync());
		}
		for (const imageSize of [0, -1, NAN, 0.5]) attempt(() => augment(dataset, [0], { imageSize }).dataSync());
		assert.equal(
			attempt(() => augment(dataset, []).dataSync()),
			'a result',
		);
	});
});
