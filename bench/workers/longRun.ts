// @ts-check
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { FULL } from '../../dist/lib/profiles.js';
import { createRandom } from '../../dist/lib/random.js';
import { tf } from '../../dist/lib/tensorflow/tf.js';
import { augmentedBatch } from '../../dist/lib/training/batch.js';
import { noiseFaces, openClassifier, SEED, versionsOfOurs } from './classifier.mjs';
import { serve } from './protocol.mjs';
import { startTraining } from './training.mjs';

setFlagsFromString('--expose_gc');
/** Collects the garbage of JavaScript, which would blur what the training itself holds. */
const collectGarbage = /** @type {() => void} */ (runInNewContext('gc'));

/**
 * One training with every option on (augmentation with mixup, dropout, stochastic depth, clipping, decay, average), at a
 * small size so that its many steps are quick; tensors and memory are read on the way.
 * @typedef {{network: string, imageSize: number, batchSize: number, counts: number[], early: number[], late: number[]}} Options
 */
await serve(async (/** @type {Options} */ { network, imageSize, batchSize, counts, early, late }) => {
	const { stochasticDepthRate } = FULL.phase2;
	const { backbone, classifier } = openClassifier({ network, stochasticDepthRate });
	const dataset = noiseFaces(8 * batchSize);
	const augmentation = { ...FULL.phase2.augmentation, mixupAlpha: 0.2 };
	const options = { augmentation, backbone, imageSize };
	/** @type {Record<string, number>} */
	const tensors = {};
	/** @type {Map<number, number>} */
	const bytes = new Map();
	let taken = 0;
	const training = startTraining(
		classifier.model,
		(step) => {
			const indices = Uint32Array.from({ length: batchSize }, (_, i) => (step % 8) * batchSize + i);
			return augmentedBatch(dataset, indices, options, createRandom(SEED, step));
		},
		() => {
			taken++;
			if (counts.includes(taken)) tensors[`tensors ${taken}`] = tf.memory().numTensors;
			if (!early.includes(taken) && !late.includes(taken)) return;
			collectGarbage();
			bytes.set(taken, process.memoryUsage.rss());
		},
	);
	return {
		info: { versions: versionsOfOurs(), parameters: classifier.model.countParams() },
		async repeat() {
			await training.takeSteps(Math.max(...counts, ...late));
			return early.map((step, reading) => ({
				figures: { ...tensors, earlyBytes: bytes.get(step) ?? 0, lateBytes: bytes.get(late[reading]) ?? 0 },
			}));
		},
	};
});
