// @ts-check

import { FULL } from '../../dist/lib/profiles.js';
import { createRandom } from '../../dist/lib/random.js';
import { tf } from '../../dist/lib/tensorflow/tf.js';
import { augmentedBatch } from '../../dist/lib/training/batch.js';
import { noiseBatch, noiseFaces, openClassifier, SEED, versionsOfOurs } from './classifier.mjs';
import { secondsOf, serve } from './protocol.mjs';
import { startTraining } from './training.mjs';

/**
 * Augmented batches with all transforms on, and the training step that takes one.
 * @typedef {{network: string, imageSize: number, batchSize: number, batches: number, steps: number, mixupAlpha: number}} Options
 */
await serve(async (/** @type {Options} */ { network, imageSize, batchSize, batches, steps, mixupAlpha }) => {
	const { backbone, classifier } = openClassifier({ network });
	const dataset = noiseFaces(4 * batchSize);
	const augmentation = { ...FULL.phase2.augmentation, mixupAlpha };
	let drawn = 0;
	const augment = () => {
		const start = (drawn++ % 4) * batchSize;
		const indices = Uint32Array.from({ length: batchSize }, (_, i) => start + i);
		const options = { augmentation, backbone, imageSize };
		tf.dispose({ ...augmentedBatch(dataset, indices, options, createRandom(SEED, drawn)) });
	};
	const batch = noiseBatch(batchSize, imageSize);
	const training = startTraining(classifier.model, () => ({
		inputs: tf.clone(batch.inputs),
		targets: tf.clone(batch.targets),
	}));
	for (let i = 0; i < 3; i++) augment();
	await training.takeSteps(2);
	return {
		info: { versions: versionsOfOurs() },
		async repeat() {
			const seconds = await secondsOf(() => {
				for (let i = 0; i < batches; i++) augment();
			});
			return {
				figures: {
					imagesPerSecond: (batches * batchSize) / seconds,
					batchMilliseconds: (1000 * seconds) / batches,
					stepMilliseconds: (1000 * (await training.takeSteps(steps))) / steps,
				},
			};
		},
	};
});
