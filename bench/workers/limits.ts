// @ts-check
import { tf } from '../../dist/lib/tensorflow/tf.js';
import { noiseBatch, openClassifier, versionsOfOurs } from './classifier.mjs';
import { profileOps } from './profile.mjs';
import { secondsOf, serve } from './protocol.mjs';
import { startTraining } from './training.mjs';

/** @param {number} size @param {number} times */
async function matrixProduct(size, times) {
	const [a, b] = [tf.randomUniform([size, size]), tf.randomUniform([size, size])];
	tf.matMul(/** @type {tf.Tensor2D} */ (a), /** @type {tf.Tensor2D} */ (b)).dispose();
	const seconds = await secondsOf(() => {
		for (let i = 0; i < times; i++) {
			tf.matMul(/** @type {tf.Tensor2D} */ (a), /** @type {tf.Tensor2D} */ (b)).dispose();
		}
	});
	tf.dispose([a, b]);
	return (2 * size ** 3 * times) / seconds / 1e9;
}

/**
 * Adds two long vectors: two are read, one is written (the time also holds what the system does to give the memory).
 * @param {number} megabytes Of each vector; far more than the caches hold.
 * @param {number} times
 */
async function vectorSum(megabytes, times) {
	const [a, b] = [0, 1].map((value) => tf.fill([megabytes * 2 ** 18], value));
	tf.add(a, b).dispose();
	const seconds = await secondsOf(() => {
		for (let i = 0; i < times; i++) tf.add(a, b).dispose();
	});
	tf.dispose([a, b]);
	return (3 * megabytes * 2 ** 20 * times) / seconds / 1e9;
}

/**
 * The machine's limits, and how near to them each kind of op of a training step comes.
 * @typedef {object} Options
 * @property {string} network
 * @property {number} imageSize
 * @property {number} batchSize
 * @property {number} steps
 * @property {number[]} matrices
 * @property {number} megabytes
 */
await serve(async (/** @type {Options} */ { network, imageSize, batchSize, steps, matrices, megabytes }) => {
	const { inputs, targets } = noiseBatch(batchSize, imageSize);
	const trainings = [false, true].map((frozen) => {
		const { model } = openClassifier({ network, frozen }).classifier;
		return { frozen, ...startTraining(model, () => ({ inputs: tf.clone(inputs), targets: tf.clone(targets) })) };
	});
	for (const training of trainings) await training.takeSteps(2);
	return {
		info: { versions: versionsOfOurs() },
		async repeat() {
			/** @type {Record<string, number>} */
			const figures = {};
			for (const size of matrices) figures[`matrixProduct ${size}`] = await matrixProduct(size, 4);
			figures.vectorSum = await vectorSum(megabytes, 4);
			const profile = [];
			for (const { frozen, takeSteps } of trainings) {
				const { seconds, ops } = await profileOps(() => takeSteps(steps));
				profile.push({ frozen, steps, stepMilliseconds: (1000 * seconds) / steps, ops });
			}
			return { figures, profile };
		},
	};
});
