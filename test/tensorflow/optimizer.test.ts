import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { AdamW, type AdamWOptions } from '../../lib/tensorflow/optimizer';
import { tf } from '../../lib/tensorflow/tf';
import { BACKENDS, keepsNoTensors, leavesNoTensors, near, normals, onBackend } from './tensors';

type Values = Record<string, number[]>;
interface KerasRun {
	name: string;
	options: { clipNorm: number; weightDecay: number; headScale: number };
	start: Values;
	steps: { learningRate: number; gradients: Values; weights: Values }[];
}

const runs: KerasRun[] = JSON.parse(
	readFileSync(join(__dirname, '..', 'fixtures', 'tensorflow', 'optimizer.json'), 'utf8'),
);
const CONSTANTS = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };
const SHAPES: Record<string, number[]> = { kernel: [3, 4], bias: [4], depthwise: [2, 2, 3, 1], gamma: [3] };

/** The variables of a run, and their optimizer: kernels decay, and kernel and bias are the head. */
function start({ start: values, options }: KerasRun) {
	const variables = Object.fromEntries(
		Object.entries(SHAPES).map(([name, shape]) => [name, tf.tidy(() => tf.variable(tf.tensor(values[name], shape)))]),
	);
	const { kernel, bias, depthwise, gamma } = variables;
	const { headScale, ...rest } = options;
	const optimizer = new AdamW(
		[
			{ variables: [kernel], decays: true, learningRateScale: headScale },
			{ variables: [bias], decays: false, learningRateScale: headScale },
			{ variables: [depthwise], decays: true, learningRateScale: 1 },
			{ variables: [gamma], decays: false, learningRateScale: 1 },
		],
		{ ...CONSTANTS, ...rest },
	);
	return { variables, optimizer };
}

type Started = ReturnType<typeof start>;

function take({ variables, optimizer }: Started, { gradients, learningRate }: KerasRun['steps'][number]): void {
	tf.tidy(() => {
		const tensors = Object.entries(variables).map(([name, variable]) => {
			return [variable.name, tf.tensor(gradients[name], variable.shape)] as const;
		});
		optimizer.beginStep(learningRate);
		optimizer.update(Object.fromEntries(tensors));
	});
}

function dispose({ variables, optimizer }: Started): void {
	optimizer.dispose();
	tf.dispose(variables);
}

function weightsOf({ variables }: Started): Float32Array[] {
	return Object.values(variables).map((variable) => variable.dataSync<'float32'>().slice());
}

for (const backend of BACKENDS) {
	describe(`AdamW on ${backend}`, () => {
		for (const run of runs) {
			it(`has the values of keras.optimizers.AdamW: ${run.name}`, async () => {
				await onBackend(backend, () => {
					const started = start(run);
					for (const step of run.steps) {
						take(started, step);
						for (const [name, variable] of Object.entries(started.variables)) {
							near(variable.dataSync(), step.weights[name], 1e-5, name);
						}
					}
					assert.equal(started.optimizer.stepsTaken, run.steps.length);
					dispose(started);
				});
			});
		}

		it('goes on from a stored state bit for bit', async () => {
			const run = runs[runs.length - 1];
			await onBackend(backend, async () => {
				const unbroken = start(run);
				const half = run.steps.length / 2;
				for (const step of run.steps.slice(0, half)) take(unbroken, step);
				const state = await unbroken.optimizer.state();
				const resumed = start({ ...run, start: toValues(unbroken) });
				// An optimizer that has gone other ways before.
				take(resumed, run.steps[0]);
				for (const [name, variable] of Object.entries(resumed.variables)) {
					variable.assign(unbroken.variables[name]);
				}
				resumed.optimizer.restore(state, unbroken.optimizer.stepsTaken);
				// What becomes of the caller's arrays is the caller's affair.
				for (const values of Object.values(state)) values.fill(NaN);
				for (const step of run.steps.slice(half)) {
					take(unbroken, step);
					take(resumed, step);
					assert.deepEqual(weightsOf(resumed), weightsOf(unbroken));
				}
				assert.deepEqual(await resumed.optimizer.state(), await unbroken.optimizer.state());
				assert.equal(resumed.optimizer.stepsTaken, run.steps.length);
				dispose(resumed);
				dispose(unbroken);
			});
		});

		it('leaves no tensors', async () => {
			const [run] = runs;
			await onBackend(backend, async () => {
				await leavesNoTensors(async () => {
					const started = start(run);
					for (const step of run.steps.slice(0, 2)) take(started, step);
					started.optimizer.restore(await started.optimizer.state(), 2);
					dispose(started);
				});
				const started = start(runs[3]);
				take(started, run.steps[0]);
				keepsNoTensors(() => take(started, run.steps[1]));
				dispose(started);
			});
		});

		it('clips only what is longer than the limit, and by all groups together', async () => {
			await onBackend(backend, async () => {
				const options = { ...CONSTANTS, weightDecay: 0, clipNorm: 5 };
				// Norms of 3 and 4 make 5; of 6 and 8, 10. The first moment is 0.1 of the clipped gradient.
				near(await firstMoments([3], [4], options), [0.3, 0.4], 1e-6);
				near(await firstMoments([6], [8], options), [0.3, 0.4], 1e-6);
				near(await firstMoments([6], [8], { ...options, clipNorm: 0 }), [0.6, 0.8], 1e-6);
				near(await firstMoments([0], [0], options), [0, 0], 0);
			});
		});
	});
}

function toValues(started: Started): Values {
	return Object.fromEntries(
		Object.entries(started.variables).map(([name, variable]) => [name, Array.from(variable.dataSync())]),
	);
}

/** First moments of two weights in groups of their own after one step. */
async function firstMoments(first: number[], second: number[], options: AdamWOptions): Promise<number[]> {
	const variables = [first, second].map(() => tf.tidy(() => tf.variable(tf.zeros([1]))));
	const groups = variables.map((variable) => ({ variables: [variable], decays: false, learningRateScale: 1 }));
	const optimizer = new AdamW(groups, options);
	tf.tidy(() => {
		const gradients = [first, second].map((gradient, i) => [variables[i].name, tf.tensor1d(gradient)] as const);
		optimizer.beginStep(0.1);
		optimizer.update(Object.fromEntries(gradients));
	});
	const state = await optimizer.state();
	optimizer.dispose();
	tf.dispose(variables);
	return [state['optimizer.0.first'][0], state['optimizer.1.first'][0]];
}

describe('AdamW', () => {
	it('without decay and clipping is tfjs’s own Adam, where epsilon is negligible', () => {
		const shapes = [[], [1], [3, 5], [1, 1, 7, 2], [33]];
		const [own, stock] = [0, 1].map(() =>
			shapes.map((shape, i) => tf.tidy(() => tf.variable(tf.tensor(normals(tf.util.sizeFromShape(shape), i), shape)))),
		);
		// Two groups, so that their vectors do not follow the variables' order.
		const groups = [1, 0].map((rest) => ({
			variables: own.filter((_, i) => i % 2 === rest),
			decays: false,
			learningRateScale: 1,
		}));
		const optimizer = new AdamW(groups, { ...CONSTANTS, epsilon: 1e-12, weightDecay: 0, clipNorm: 0 });
		const adam = tf.train.adam(0.01, 0.9, 0.999, 1e-12);
		for (let step = 1; step <= 20; step++) {
			tf.tidy(() => {
				const gradients = own.map(({ size, shape }, i) => tf.tensor(normals(size, 100 * step + i), shape));
				optimizer.beginStep(0.01);
				optimizer.update(Object.fromEntries(own.map(({ name }, i) => [name, gradients[i]])));
				adam.applyGradients(stock.map(({ name }, i) => ({ name, tensor: gradients[i] })));
			});
		}
		own.forEach((variable, i) => {
			near(variable.dataSync(), stock[i].dataSync(), 1e-5);
		});
		optimizer.dispose();
		adam.dispose();
		tf.dispose([own, stock]);
	});

	it('lets numbers that are none be seen, on every backend, clipped or not', async () => {
		for (const backend of BACKENDS) {
			for (const clipNorm of [0, 1]) {
				await onBackend(backend, async () => {
					const [first] = await firstMoments([NaN], [1], { ...CONSTANTS, weightDecay: 0, clipNorm });
					assert.ok(Number.isNaN(first));
				});
			}
		}
	});

	it('is the same on every backend over a long run of noise', async () => {
		const results: Float32Array[] = [];
		for (const backend of BACKENDS) {
			await onBackend(backend, () => {
				const variable = tf.tidy(() => tf.variable(tf.tensor1d(normals(40, 1))));
				const group = { variables: [variable], decays: true, learningRateScale: 1 };
				const optimizer = new AdamW([group], { ...CONSTANTS, weightDecay: 0.1, clipNorm: 1 });
				for (let step = 1; step <= 200; step++) {
					tf.tidy(() => {
						const gradient = tf.add(tf.tensor1d(normals(40, step)), variable);
						optimizer.beginStep(0.01);
						optimizer.update({ [variable.name]: gradient });
					});
				}
				results.push(variable.dataSync<'float32'>().slice());
				optimizer.dispose();
				variable.dispose();
			});
		}
		near(results[0], results[1], 1e-4);
		assert.ok(results[0].every(Number.isFinite));
	});

	it('finds the minimum of a quadratic function', () => {
		const variable = tf.variable(tf.tensor1d([5, -3]));
		const group = { variables: [variable], decays: false, learningRateScale: 1 };
		const optimizer = new AdamW([group], { ...CONSTANTS, weightDecay: 0, clipNorm: 0 });
		for (let step = 0; step < 300; step++) {
			tf.tidy(() => {
				const target = tf.tensor1d([1, 2]);
				const { grads } = tf.variableGrads(() => tf.sum(tf.square(tf.sub(variable, target))) as tf.Scalar, [variable]);
				optimizer.beginStep(0.3 * (1 - step / 300));
				optimizer.update(grads);
			});
		}
		near(variable.dataSync(), [1, 2], 1e-3);
		optimizer.dispose();
		variable.dispose();
	});

	it('gives TensorFlow’s memory back', () => {
		const size = 2_000_000;
		const variable = tf.variable(tf.zeros([size]));
		const group = { variables: [variable], decays: true, learningRateScale: 1 };
		const makeOne = () => new AdamW([group], { ...CONSTANTS, weightDecay: 0, clipNorm: 0 }).dispose();
		makeOne();
		const before = process.memoryUsage.rss();
		// 40 x 3 vectors of 8 MB: 960 MB if they stayed.
		for (let i = 0; i < 40; i++) makeOne();
		const grown = process.memoryUsage.rss() - before;
		assert.ok(grown < 300e6, `${Math.round(grown / 1e6)} MB stay`);
		variable.dispose();
	});
});
