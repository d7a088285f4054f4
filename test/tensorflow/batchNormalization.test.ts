import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { batchNormalization } from '../../lib/tensorflow/batchNormalization';
import { relu, relu6 } from '../../lib/tensorflow/relu';
import { tf } from '../../lib/tensorflow/tf';
import { BACKENDS, differenceQuotients, keepsNoTensors, near, normals, onBackend } from './tensors';

type Mode = 'training' | 'inference' | 'frozen';
type Shape = [number, number, number, number];

// One value, one pixel, one channel, fewer rows than threads, more than a block of rows, odd and large numbers of channels.
const SHAPES: Shape[] = [
	[2, 3, 4, 5],
	[1, 7, 5, 3],
	[4, 1, 1, 6],
	[1, 1, 1, 2],
	[3, 9, 1, 1],
	[5, 8, 8, 17],
	[3, 21, 20, 33],
	[1, 1, 3, 261],
];
const MODES: Mode[] = ['training', 'inference', 'frozen'];
const EPSILON = 1e-3;
const MOMENTUM = 0.9;

/** All numbers that go into a layer, and the factors whose product with the output is the loss. */
interface Inputs {
	shape: Shape;
	x: Float32Array;
	gamma: Float32Array;
	beta: Float32Array;
	mean: Float32Array;
	variance: Float32Array;
	factors: Float32Array;
}
/** All numbers that come out. */
interface Outputs {
	y: ArrayLike<number>;
	dx: ArrayLike<number>;
	dGamma: ArrayLike<number>;
	dBeta: ArrayLike<number>;
	mean: ArrayLike<number>;
	variance: ArrayLike<number>;
}

function someInputs(shape: Shape, draw = 0): Inputs {
	const size = tf.util.sizeFromShape(shape);
	const channels = shape[3];
	const seed = 10 * draw;
	return {
		shape,
		x: normals(size, seed + 1, 2).map((value) => value + 3),
		gamma: normals(channels, seed + 2).map((value) => value + 1),
		beta: normals(channels, seed + 3),
		mean: normals(channels, seed + 4),
		variance: normals(channels, seed + 5).map((value) => value ** 2 + 0.1),
		factors: normals(size, seed + 6),
	};
}

/** A normalisation, or one with a ReLU behind it: this project's layers or tfjs's own. */
interface Layers {
	/** Upper limit of the ReLU; 0 for none. */
	readonly highest: number;
	readonly own: boolean;
}

function makeLayers({ highest, own }: Layers): [tf.layers.Layer, ...tf.layers.Layer[]] {
	const config = { epsilon: EPSILON, momentum: MOMENTUM };
	const stock = { 0: [], 6: [tf.layers.reLU({ maxValue: 6 })] }[highest] ?? [tf.layers.reLU()];
	if (!own) return [tf.layers.batchNormalization(config), ...stock];
	const normalization = batchNormalization({ ...config, reluFollows: highest });
	if (highest === 0) return [normalization];
	return [normalization, (highest === 6 ? relu6 : relu)({ after: normalization })];
}

/** Runs layers and their gradient on the backend in use. */
function run(layers: Layers, inputs: Inputs, mode: Mode): Outputs {
	const [normalization, ...behind] = makeLayers(layers);
	normalization.build([null, null, null, inputs.shape[3]]);
	if (mode === 'frozen') normalization.trainable = false;
	const training = mode !== 'inference';
	const apply = (x: tf.Tensor) => {
		const normalized = normalization.apply(x, { training }) as tf.Tensor;
		return behind.reduce((y, layer) => layer.apply(y, { training }) as tf.Tensor, normalized);
	};
	return tf.tidy(() => {
		const vectors = [inputs.gamma, inputs.beta, inputs.mean, inputs.variance];
		const restart = () => normalization.setWeights(vectors.map((values) => tf.tensor1d(values)));
		restart();
		const factors = tf.tensor(inputs.factors, inputs.shape);
		const loss = (input: tf.Tensor) => tf.sum(tf.mul(apply(input), factors)) as tf.Scalar;
		const x = tf.tensor(inputs.x, inputs.shape);
		const y = apply(x).dataSync();
		const [mean, variance] = normalization
			.getWeights()
			.slice(-2)
			.map((weight) => weight.dataSync().slice());
		restart();
		const dx = tf.grad(loss)(x).dataSync();
		restart();
		const [gamma, beta] = normalization.weights.map((weight) => weight.read() as tf.Variable);
		const gradients = mode === 'frozen' ? undefined : tf.variableGrads(() => loss(x), [gamma, beta]).grads;
		const [dGamma, dBeta] = [gamma, beta].map(({ name }) => gradients?.[name].dataSync() ?? []);
		return { y, dx, dGamma, dBeta, mean, variance };
	});
}

/** The same by its formulas in double precision (Ioffe and Szegedy 2015, section 3), with biased variances. */
function byHand({ shape, x, gamma, beta, mean, variance, ...inputs }: Inputs, mode: Mode, highest: number): Outputs {
	const channels = shape[3];
	const count = x.length / channels;
	const sums = (of: (i: number, channel: number) => number) => {
		const result = new Float64Array(channels);
		x.forEach((_, i) => {
			result[i % channels] += of(i, i % channels);
		});
		return result;
	};
	const batchMean = sums((i) => x[i] / count);
	const batchVariance = sums((i, c) => (x[i] - batchMean[c]) ** 2 / count);
	const training = mode === 'training';
	const [usedMean, usedVariance] = training ? [batchMean, batchVariance] : [mean, variance];
	const deviation = Float64Array.from(usedVariance, (value) => Math.sqrt(value + EPSILON));
	const normal = Float64Array.from(x, (value, i) => (value - usedMean[i % channels]) / deviation[i % channels]);
	const unclipped = normal.map((value, i) => value * gamma[i % channels] + beta[i % channels]);
	const factors = inputs.factors.map((value, i) =>
		highest && (unclipped[i] <= 0 || unclipped[i] >= highest) ? 0 : value,
	);
	const dBeta = sums((i) => factors[i]);
	const dGamma = sums((i) => factors[i] * normal[i]);
	const throughStatistics = (i: number, c: number) => (training ? (dBeta[c] + normal[i] * dGamma[c]) / count : 0);
	const mix = (old: Float32Array, batch: Float64Array) =>
		training ? old.map((value, c) => MOMENTUM * value + (1 - MOMENTUM) * batch[c]) : old;
	return {
		y: unclipped.map((value) => (highest ? Math.min(Math.max(value, 0), highest) : value)),
		dx: normal.map((_, i) => {
			const c = i % channels;
			return (gamma[c] / deviation[c]) * (factors[i] - throughStatistics(i, c));
		}),
		dGamma: mode === 'frozen' ? [] : dGamma,
		dBeta: mode === 'frozen' ? [] : dBeta,
		mean: mix(mean, batchMean),
		variance: mix(variance, batchVariance),
	};
}

function same(received: Outputs, expected: Outputs, tolerance: number): void {
	for (const key of ['y', 'dx', 'dGamma', 'dBeta', 'mean', 'variance'] as const) {
		near(received[key], expected[key], tolerance, key);
	}
}

for (const highest of [0, 6, Number.POSITIVE_INFINITY]) {
	for (const mode of MODES) {
		describe(`batch normalisation${highest ? ` with a ReLU up to ${highest}` : ''}, ${mode}`, () => {
			for (const shape of SHAPES) {
				it(`[${shape}]: the formulas, and tfjs's own layers, on TensorFlow and in JavaScript`, async () => {
					const inputs = someInputs(shape);
					const expected = byHand(inputs, mode, highest);
					for (const backend of BACKENDS) {
						await onBackend(backend, () => same(run({ highest, own: true }, inputs, mode), expected, 2e-5));
					}
					// tfjs knows no frozen mode.
					const stock = mode === 'frozen' ? 'inference' : mode;
					same(run({ highest, own: false }, inputs, stock), byHand(inputs, stock, highest), 2e-5);
				});
			}
		});
	}
}

/** The first inputs drawn whose outputs lie below 0, between and above 6, all at least 0.3 from the kinks. */
function awayFromKinks(shape: Shape, mode: Mode): Inputs {
	for (let draw = 0; draw < 1000; draw++) {
		const drawn = someInputs(shape, draw);
		const inputs = {
			...drawn,
			gamma: drawn.gamma.map((value) => 3 * value),
			beta: drawn.beta.map((value) => value + 3),
		};
		const y = Array.from(byHand(inputs, mode, 0).y);
		const parts = new Set(y.map((value) => (value < 0 ? 'below' : value > 6 ? 'above' : 'between')));
		if (parts.size === 3 && y.every((value) => Math.abs(value) > 0.3 && Math.abs(value - 6) > 0.3)) return inputs;
	}
	assert.fail('no such inputs');
}

describe('the gradients of batch normalisation', () => {
	for (const [mode, highest, shape] of MODES.flatMap((each) => [
		[each, 0, [2, 3, 2, 2]] as const,
		[each, 6, [2, 3, 2, 2]] as const,
		[each, 6, [1, 3, 5, 1]] as const,
	])) {
		it(`are the difference quotients of its outputs, [${shape}], ${mode}${highest ? ', with ReLU6' : ''}`, () => {
			const inputs = highest ? awayFromKinks([...shape], mode) : someInputs([...shape]);
			const layers = { highest, own: true };
			const received = run(layers, inputs, mode);
			const loss = (changed: Partial<Inputs>) => {
				const { y } = run(layers, { ...inputs, ...changed }, mode);
				return Array.from(y).reduce((sum, value, i) => sum + value * inputs.factors[i], 0);
			};
			const quotients = (key: 'x' | 'gamma' | 'beta') =>
				differenceQuotients((at) => loss({ [key]: at }), inputs[key], 0.01);
			near(received.dx, quotients('x'), 2e-3);
			if (mode === 'frozen') return;
			near(received.dGamma, quotients('gamma'), 2e-3);
			near(received.dBeta, quotients('beta'), 2e-3);
		});
	}
});

interface KerasRun {
	shape: Shape;
	momentum: number;
	weights: number[][];
	steps: { x: number[]; y: number[]; mean: number[]; variance: number[]; frozen?: boolean }[];
}

describe('batch normalisation as in Keras', () => {
	const file = join(__dirname, '..', 'fixtures', 'tensorflow', 'batchNormalization.json');
	const runs = JSON.parse(readFileSync(file, 'utf8')) as KerasRun[];
	for (const backend of BACKENDS) {
		for (const { shape, momentum, weights, steps } of runs) {
			it(`[${shape}], ${backend}: three steps of training, and one with the layer frozen`, async () => {
				await onBackend(backend, () => {
					const layer: tf.layers.Layer = batchNormalization({ epsilon: EPSILON, momentum });
					layer.build([null, null, null, shape[3]]);
					tf.tidy(() => {
						layer.setWeights(weights.map((values) => tf.tensor1d(values)));
						for (const { x, y, mean, variance, frozen } of steps) {
							layer.trainable = !frozen;
							const received = layer.apply(tf.tensor(x, shape), { training: true }) as tf.Tensor;
							near(received.dataSync(), y, 2e-5, 'output');
							const [movingMean, movingVariance] = layer.getWeights().slice(-2);
							near(movingMean.dataSync(), mean, 1e-6, 'moving mean');
							near(movingVariance.dataSync(), variance, 1e-6, 'moving variance');
						}
					});
					assert.ok(steps.at(-1)?.frozen);
					assert.deepEqual(steps.at(-1)?.mean, steps.at(-2)?.mean);
				});
			});
		}
	}
});

describe('the batch normalisation layer', () => {
	it('leaves no tensors', () => {
		for (const mode of MODES) {
			const layer: tf.layers.Layer = batchNormalization();
			layer.build([null, null, null, 3]);
			layer.trainable = mode !== 'frozen';
			const x = tf.tensor(normals(24, 1), [2, 2, 2, 3]);
			const training = mode !== 'inference';
			keepsNoTensors(() => tf.dispose(layer.apply(x, { training }) as tf.Tensor));
			const loss = (input: tf.Tensor) => tf.sum(layer.apply(input, { training }) as tf.Tensor) as tf.Scalar;
			keepsNoTensors(() => tf.dispose(tf.grad(loss)(x)));
			x.dispose();
		}
	});

	it('takes all of a batch into the moving statistics where momentum is 0', () => {
		const inputs = someInputs([2, 3, 4, 5]);
		const layer = batchNormalization({ momentum: 0 });
		tf.tidy(() => void layer.apply(tf.tensor(inputs.x, inputs.shape), { training: true }));
		const [mean, variance] = layer.getWeights().slice(-2);
		const moments = tf.tidy(() => {
			const { mean: expected, variance: spread } = tf.moments(tf.tensor(inputs.x, inputs.shape), [0, 1, 2]);
			return [expected.dataSync().slice(), spread.dataSync().slice()];
		});
		near(mean.dataSync(), moments[0], 1e-5);
		near(variance.dataSync(), moments[1], 1e-5);
	});

	it('normalises vectors, sequences and along another axis as tfjs does, and has its gradients', () => {
		for (const [shape, axis] of [
			[[4, 3], -1],
			[[1, 3], -1],
			[[2, 5, 3], 2],
			[[2, 3, 4, 2], 1],
		] as const) {
			const [own, stock] = [batchNormalization, tf.layers.batchNormalization].map((make) =>
				tf.tidy(() => {
					const layer = make({ axis });
					const x = tf.tensor(normals(tf.util.sizeFromShape([...shape]), 1), [...shape]);
					return [true, false].flatMap((training) => {
						const apply = (at: tf.Tensor) => layer.apply(at, { training }) as tf.Tensor;
						const y = Array.from(apply(x).dataSync());
						// tfjs throws where it takes the gradient along another axis than the last.
						if (axis === 1) return y;
						const gradient = tf.grad((at: tf.Tensor) => tf.sum(tf.pow(apply(at), 3)))(x);
						return [...y, ...gradient.dataSync()];
					});
				}),
			);
			near(own, stock, 1e-5, `[${shape}], axis ${axis}`);
		}
	});

	it('runs its own kernels and no others', async () => {
		const inputs = someInputs([2, 3, 4, 5]);
		const layers = { highest: 6, own: true };
		const { kernelNames } = await tf.profile(() => tf.tensor1d(Array.from(run(layers, inputs, 'training').dx)));
		assert.ok(kernelNames.includes('NativeBatchNormalization'));
		assert.ok(kernelNames.includes('NativeBatchNormalizationGradient'));
		assert.deepEqual(
			kernelNames.filter((name) => /Mean|SquaredDifference|Rsqrt|FusedBatchNorm|Relu|Clip/.test(name)),
			[],
		);
	});

	it('clips only where its ReLU6 follows, and passes at the kinks what TensorFlow’s ReLU6 passes: nothing', () => {
		tf.tidy(() => {
			const layer = batchNormalization({ epsilon: 0, reluFollows: 6 });
			layer.build([null, 1]);
			const x = tf.tensor2d([-1, 0, 1e-3, 5.999, 6, 7], [6, 1]);
			const clipped = layer.apply(x) as tf.Tensor;
			near(clipped.dataSync(), [0, 0, 1e-3, 5.999, 6, 6], 1e-6);
			const passedOn = relu6({ after: layer }).apply(clipped) as tf.Tensor;
			assert.equal(passedOn.dataId, clipped.dataId);
			const gradient = tf.grad((at: tf.Tensor) => tf.sum(layer.apply(at) as tf.Tensor))(x);
			assert.deepEqual([...gradient.dataSync()], [0, 0, 1, 1, 0, 0]);
			const plain = batchNormalization({ epsilon: 0 });
			near((plain.apply(x) as tf.Tensor).dataSync(), x.dataSync(), 1e-6);
			near((relu6({ after: plain }).apply(x) as tf.Tensor).dataSync(), [0, 0, 1e-3, 5.999, 6, 6], 1e-6);
		});
	});

	it('has at the kinks the gradients worked by hand, in every mode', () => {
		for (const mode of MODES) {
			tf.tidy(() => {
				const layer: tf.layers.Layer = batchNormalization({ epsilon: 0, reluFollows: 6 });
				layer.build([null, 1]);
				// Mean 0 and variance 1, of the batch as well: the outputs are 0, 6 and six times 3.
				layer.setWeights([1.5, 3, 0, 1].map((value) => tf.tensor1d([value])));
				layer.trainable = mode !== 'frozen';
				const x = tf.tensor2d([-2, 2, 0, 0, 0, 0, 0, 0], [8, 1]);
				const training = mode !== 'inference';
				const loss = (at: tf.Tensor) => tf.sum(layer.apply(at, { training }) as tf.Tensor) as tf.Scalar;
				assert.equal(loss(x).dataSync()[0], 24);
				// Six of the eight pass; batch statistics take the mean of their gradients away from all.
				const dx = tf.grad(loss)(x).dataSync();
				const [shut, open] = mode === 'training' ? [-1.5 * 0.75, 1.5 * 0.25] : [0, 1.5];
				assert.deepEqual([...dx], [shut, shut, open, open, open, open, open, open], mode);
				if (mode === 'frozen') return;
				const [gamma, beta] = layer.weights.map((weight) => weight.read() as tf.Variable);
				const { grads } = tf.variableGrads(() => loss(x), [gamma, beta]);
				assert.deepEqual([grads[gamma.name].dataSync()[0], grads[beta.name].dataSync()[0]], [0, 6]);
			});
		}
	});

	it('keeps its digits where the mean is large and the moving mean far off', () => {
		const inputs = someInputs([4, 16, 16, 3]);
		const x = inputs.x.map((value) => value + 100);
		const far = { ...inputs, x, mean: Float32Array.of(0, 0, 0) };
		const received = run({ highest: 0, own: true }, far, 'training');
		const expected = byHand(far, 'training', 0);
		near(received.y, expected.y, 1e-3);
		near(received.mean, expected.mean, 1e-6);
		near(received.variance, expected.variance, 1e-4);
	});

	it('lets numbers that are none be seen', () => {
		tf.tidy(() => {
			const layer = batchNormalization({ reluFollows: 6 });
			const y = layer.apply(tf.tensor4d([1, NaN, 2, 3], [1, 2, 2, 1]), { training: true }) as tf.Tensor;
			assert.ok(y.dataSync().every(Number.isNaN));
		});
	});

	it('is saved as the stock layer', () => {
		const layer = batchNormalization({ momentum: 0.9, name: 'bn' });
		const stock = tf.layers.batchNormalization({ momentum: 0.9, name: 'bn' });
		assert.equal(layer.getClassName(), 'BatchNormalization');
		assert.deepEqual(layer.getConfig(), stock.getConfig());
	});
});
