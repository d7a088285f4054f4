// @ts-check
/** This project's training as `fineTune` runs it: its trainer, optimizer, weight average and loss. */
import { FULL } from '../../dist/lib/profiles.js';
import { createRandom } from '../../dist/lib/random.js';
import { setDropoutNoise } from '../../dist/lib/tensorflow/dropout.js';
import { AdamW } from '../../dist/lib/tensorflow/optimizer.js';
import { WeightAverage } from '../../dist/lib/tensorflow/weightAverage.js';
import { fit } from '../../dist/lib/training/fit.js';
import { crossEntropy } from '../../dist/lib/training/losses.js';
import { SEED } from './classifier.mjs';

/** @typedef {import('../../dist/lib/tensorflow/tf.js').tf.LayersModel} LayersModel */
/** @typedef {import('../../dist/lib/tensorflow/tf.js').tf.Variable} Variable */

/**
 * Starts `fit` and holds it before its first step. It never ends: the steps are asked for in portions.
 * @param {LayersModel} model
 * @param {(step: number) => import('../../dist/lib/augmentation/mixup.js').Batch} batch Makes the batch of a step, from 1.
 * @param {() => void} [onStep] Called after each step.
 */
export function startTraining(model, batch, onStep) {
	const { learningRate, labelSmoothing, averageDecay, ...options } = FULL.phase2;
	let left = 0;
	/** @type {() => void} */
	let resume = () => {};
	/** @type {() => void} */
	let finished = () => {};
	const hold = () =>
		/** @type {Promise<void>} */ (
			new Promise((resolve) => {
				resume = resolve;
			})
		);
	const ended = fit({
		model,
		optimizer: new AdamW(parameterGroups(model), { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, ...options }),
		average: new WeightAverage(model, averageDecay),
		epochs: 1,
		stepsPerEpoch: Number.POSITIVE_INFINITY,
		learningRate: () => learningRate,
		batch: (_, step) => {
			setDropoutNoise(createRandom(SEED, step));
			return batch(step);
		},
		loss: (targets, logits) => crossEntropy(targets, logits, { labelSmoothing }),
		validate: () => Promise.reject(new Error('No epoch ends here.')),
		imageSize: () => 0,
		monitor: 'validationAccuracy',
		patience: 1,
		callbacks: [
			{
				onTrainBegin: hold,
				onStepEnd() {
					onStep?.();
					if (--left > 0) return;
					finished();
					return hold();
				},
			},
		],
	});
	return {
		/**
		 * Takes steps; returns the seconds that they took.
		 * @param {number} steps
		 * @returns {Promise<number>}
		 */
		async takeSteps(steps) {
			left = steps;
			const start = performance.now();
			const done = /** @type {Promise<void>} */ (
				new Promise((resolve) => {
					finished = resolve;
				})
			);
			resume();
			await Promise.race([done, ended]);
			return (performance.now() - start) / 1000;
		},
	};
}

/**
 * The groups that `fineTune` makes: kernels, which decay, and all else, of the backbone and of the head.
 * @param {LayersModel} model
 */
function parameterGroups(model) {
	const variables = model.trainableWeights.map((weight) => /** @type {Variable} */ (weight.read()));
	const head = new Set(model.getLayer('logits').trainableWeights.map((weight) => weight.read()));
	const groups = [false, true].flatMap((ofHead) =>
		[true, false].map((decays) => ({
			variables: variables.filter((variable) => head.has(variable) === ofHead && variable.rank > 1 === decays),
			decays,
			learningRateScale: 1,
		})),
	);
	return groups.filter((group) => group.variables.length > 0);
}
