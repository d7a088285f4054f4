// The programs for graphics cards against the kernels in C++ for TensorFlow, which are tested against Keras.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import '../../../lib/tensorflow/batchNormalization';
import { useBackend } from '../../../lib/tensorflow/backend';
import { flatten, unflatten } from '../../../lib/tensorflow/flatten';
import { runKernel } from '../../../lib/tensorflow/native';
import { AdamW } from '../../../lib/tensorflow/optimizer';
import '../../../lib/tensorflow/preprocessKernel';
import { tf, valuesOf } from '../../../lib/tensorflow/tf';
import { near, normals } from '../tensors';
import { hasCard, hasCardAndTime } from './graphicsCard';

type Values = Readonly<Record<string, readonly [values: Float32Array, shape: number[]]>>;

after(() => useBackend('tensorflow'));

/** Runs work on both backends; returns what each gives. */
async function onBoth<T>(work: () => Promise<T>): Promise<[expected: T, received: T]> {
	await useBackend('tensorflow');
	const expected = await work();
	await useBackend('webgpu');
	return [expected, await work()];
}

/** Asserts that a kernel has the same outputs on both backends, and leaves no tensors. */
async function sameOutputs(name: string, values: Values, attributes: object, tolerance: number): Promise<void> {
	const [expected, received] = await onBoth(async () => {
		const entries = Object.entries(values).map(
			([key, [data, shape]]) => [key, tf.tensor(data.slice(), shape)] as const,
		);
		const inputs = Object.fromEntries(entries);
		const before = tf.memory().numTensors;
		const outputs = runKernel(name, inputs, attributes);
		const results: { shape: number[]; values: Float32Array }[] = [];
		for (const output of outputs) results.push({ shape: output.shape, values: await valuesOf(() => output) });
		assert.equal(tf.memory().numTensors, before);
		tf.dispose(inputs);
		return results;
	});
	assert.equal(received.length, expected.length);
	for (const [i, output] of received.entries()) {
		assert.deepEqual(output.shape, expected[i].shape);
		near(output.values, expected[i].values, tolerance, `${name}, output ${i}`);
	}
}

const ones = (size: number) => new Float32Array(size).fill(1);
const positive = (size: number, seed: number) => normals(size, seed).map((value) => Math.abs(value) + 0.1);

/** Rows by channels: no multiples of a group of threads; with time, few and many of each, and one of each. */
const LAYOUTS = [
	[3, 20, 20, 33],
	...(process.env.FER_SLOW_TESTS
		? [
				[1, 1, 1, 1],
				[2, 3, 5, 7],
				[2, 2, 2, 130],
				[5, 9],
			]
		: []),
];

test('batch normalization with ReLU6, forward and backward', async (t) => {
	if (!(await hasCard(t))) return;
	for (const shape of LAYOUTS) {
		const channels = shape[shape.length - 1];
		const size = shape.reduce((product, side) => product * side, 1);
		const vector = (values: Float32Array) => [values, [channels]] as const;
		// A mean that is large beside the deviation costs digits in a careless sum.
		const x = [normals(size, 1, 3).map((value) => value + 50), shape] as const;
		const scale = vector(normals(channels, 2).map((value) => 2 + value));
		const offset = vector(normals(channels, 3));
		const movingMean = vector(normals(channels, 4).map((value) => value + 50));
		const movingVariance = vector(positive(channels, 5));
		const dy = [normals(size, 6), shape] as const;
		for (const training of [true, false]) {
			for (const highest of [0, 6, Number.POSITIVE_INFINITY]) {
				const attributes = { epsilon: 1e-3, update_fraction: 0.25, training, highest };
				const forward = { x, scale, offset, movingMean, movingVariance } as unknown as Values;
				await sameOutputs('NativeBatchNormalization', forward, attributes, 1e-5);
				const backward = { dy, x, scale, offset, mean: movingMean, variance: movingVariance } as unknown as Values;
				await sameOutputs('NativeBatchNormalizationGradient', backward, attributes, 1e-4);
			}
		}
		for (const highest of [0, 6, Number.POSITIVE_INFINITY]) {
			const attributes = { epsilon: 1e-3, update_fraction: 0, training: false, highest };
			const forward = { x, scale, offset, movingMean, movingVariance } as unknown as Values;
			await sameOutputs('NativeFrozenBatchNormalization', forward, attributes, 1e-5);
			const y = [normals(size, 7, 4), shape] as const;
			const backward = { dy, y, scale, variance: movingVariance } as unknown as Values;
			await sameOutputs('NativeFrozenBatchNormalizationGradient', backward, attributes, 1e-5);
		}
	}
});

test('NaN stays NaN through batch normalization with ReLU6', async (t) => {
	if (!(await hasCard(t))) return;
	await useBackend('webgpu');
	const [x, one] = [tf.tensor2d([[1], [Number.NaN], [3]]), tf.ones([1])];
	const inputs = { x, scale: one, offset: one, movingMean: one, movingVariance: one };
	const attributes = { epsilon: 1e-3, update_fraction: 0.01, training: true, highest: 6 };
	const [y, ...others] = runKernel('NativeBatchNormalization', inputs, attributes);
	assert.ok((await valuesOf(() => y)).every(Number.isNaN));
	tf.dispose([...others, x, one]);
});

test("a network's input", async (t) => {
	if (!(await hasCard(t))) return;
	for (const channels of [1, 3]) {
		const [batch, height, width] = [3, 9, 7];
		const images = [normals(batch * height * width * channels, 1, 100), [batch, height, width, channels]] as const;
		// Turned, enlarged, and shifted beyond the edges.
		const matrices = Float32Array.from(
			{ length: 8 * batch },
			(_, i) => [0.4, 0.2, 1.5, -0.3, 0.5, 2, 0, 0][i % 8] + i / 50,
		);
		const scale = [Float32Array.of(0.5, 2, 3), [3]] as const;
		const offset = [Float32Array.of(-1, 0.5, 4), [3]] as const;
		const inputs = { images, matrices: [matrices, [batch, 8]], scale, offset } as unknown as Values;
		for (const fraction of [1, 0.7]) {
			for (const reversed of [true, false]) {
				await sameOutputs('NativeNetworkInput', inputs, { size: 11, fraction, reversed }, 1e-5);
			}
		}
	}
});

test('variables to one vector and back, to the last bit', async (t) => {
	if (!(await hasCard(t))) return;
	const shapes = [[], [3], [2, 5], [0, 4], [1, 1, 3, 2], [40, 50]];
	const [expected, received] = await onBoth(async () => {
		const variables = shapes.map((shape, i) => {
			const size = shape.reduce((product, side) => product * side, 1);
			return tf.tidy(() => tf.variable(tf.tensor(normals(size, i), shape)));
		});
		const joined = await valuesOf(() => flatten(variables));
		tf.tidy(() => unflatten(tf.tensor1d(joined.map((value) => value + 1)), variables));
		const parts: Float32Array[] = [];
		for (const variable of variables) parts.push((await variable.data<'float32'>()).slice());
		tf.dispose(variables);
		return [joined.slice(), ...parts];
	});
	assert.deepEqual(received, expected);
});

test('AdamW with decay and clipping over many steps, and back from its state', async (t) => {
	if (!(await hasCard(t))) return;
	const sizes = [3, 500, 70_000];
	const options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0.05, clipNorm: 2 };
	const [expected, received] = await onBoth(async () => {
		const variables = sizes.map((size, i) => tf.tidy(() => tf.variable(tf.tensor1d(normals(size, i)))));
		const groups = variables.map((variable, i) => ({ variables: [variable], decays: i > 0, learningRateScale: 1 + i }));
		let optimizer = new AdamW(groups, options);
		for (let step = 0; step < 4; step++) {
			if (step === 2) {
				const [state, stepsTaken] = [await optimizer.state(), optimizer.stepsTaken];
				optimizer.dispose();
				optimizer = new AdamW(groups, options);
				optimizer.restore(state, stepsTaken);
			}
			tf.tidy(() => {
				const gradients = variables.map(({ name, size }, i) => [name, tf.tensor1d(normals(size, 10 * step + i))]);
				optimizer.beginStep(1e-2);
				optimizer.update(Object.fromEntries(gradients));
			});
		}
		const results: Float32Array[] = Object.values(await optimizer.state());
		for (const variable of variables) results.push((await variable.data<'float32'>()).slice());
		optimizer.dispose();
		tf.dispose(variables);
		return results;
	});
	for (const [i, values] of received.entries()) near(values, expected[i], 1e-5, `result ${i}`);
});

test('no images, and no rows', async (t) => {
	if (!(await hasCardAndTime(t))) return;
	const vector = [ones(4), [4]] as const;
	const x = [new Float32Array(0), [0, 4]] as const;
	const attributes = { epsilon: 1e-3, update_fraction: 0.1, training: true, highest: 6 };
	const inputs = { x, scale: vector, offset: vector, movingMean: vector, movingVariance: vector } as unknown as Values;
	await sameOutputs('NativeBatchNormalization', inputs, attributes, 1e-6);
});
