// @ts-check
import { tf } from '../../dist/lib/tensorflow/tf.js';
import { noiseBatch, openClassifier, versionsOfOurs } from './classifier.mjs';
import { serve } from './protocol.mjs';
import { startTraining } from './training.mjs';

/**
 * Fine-tuning of all layers on one batch in memory.
 * @typedef {{network: string, imageSize: number, batchSize: number, steps: number, warmUp: number, frozen: boolean}} Options
 */
await serve(async (/** @type {Options} */ { network, imageSize, batchSize, steps, warmUp, frozen }) => {
	const { model } = openClassifier({ network, frozen }).classifier;
	const { inputs, targets } = noiseBatch(batchSize, imageSize);
	// The trainer disposes the batch of each step.
	const training = startTraining(model, () => ({ inputs: tf.clone(inputs), targets: tf.clone(targets) }));
	await training.takeSteps(warmUp);
	return {
		info: { versions: versionsOfOurs(), parameters: model.countParams() },
		repeat: async () => ({
			figures: { imagesPerSecond: (steps * batchSize) / (await training.takeSteps(steps)) },
		}),
	};
});
