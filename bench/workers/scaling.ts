// @ts-check
import fs from 'node:fs';
import { tf } from '../../dist/lib/tensorflow/tf.js';
import { noiseBatch, openClassifier, versionsOfOurs } from './classifier.mjs';
import { serve } from './protocol.mjs';
import { startTraining } from './training.mjs';

/** @typedef {{batchSize: number, imageSize: number}} Shape */

/** The largest memory that this process has held so far, in bytes; 0 where the system does not tell. */
function peakBytes() {
	const status = fs.existsSync('/proc/self/status') ? fs.readFileSync('/proc/self/status', 'utf8') : '';
	return 1024 * Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
}

/**
 * Training at several shapes in one process, in ascending order, so that each peak of memory is the shape's own.
 * @typedef {{network: string, shapes: Shape[], imagesAShape: number, minSteps: number}} Options
 */
await serve(async (/** @type {Options} */ { network, shapes, imagesAShape, minSteps }) => {
	const { model } = openClassifier({ network }).classifier;
	let current = noiseBatch(shapes[0].batchSize, shapes[0].imageSize);
	const training = startTraining(model, () => ({
		inputs: tf.clone(current.inputs),
		targets: tf.clone(current.targets),
	}));
	return {
		info: { versions: versionsOfOurs(), parameters: model.countParams() },
		async repeat() {
			/** @type {Record<string, number>} */
			const figures = {};
			for (const { batchSize, imageSize } of shapes) {
				tf.dispose({ ...current });
				current = noiseBatch(batchSize, imageSize);
				await training.takeSteps(1);
				const steps = Math.max(minSteps, Math.round(imagesAShape / batchSize));
				const imagesPerSecond = (steps * batchSize) / (await training.takeSteps(steps));
				const name = `${batchSize}x${imageSize}`;
				figures[`imagesPerSecond ${name}`] = imagesPerSecond;
				figures[`pixelsPerSecond ${name}`] = imagesPerSecond * imageSize ** 2;
				figures[`peakBytes ${name}`] = peakBytes();
			}
			return { figures };
		},
	};
});
