import { FULL } from '../../lib/profiles';
import { createRandom } from '../../lib/random';
import { tf } from '../../lib/tensorflow/tf';
import { augmentedBatch } from '../../lib/training/batch';
import { noiseBatch, noiseFaces, openClassifier, repeated, SEED, startTraining } from './classifier';
import { secondsOf, serve } from './protocol';

// Augmented batches with all transforms, and the training step that takes one.
void serve(async ({ network, imageSize, batchSize, batches, steps, mixupAlpha }) => {
	const { backbone, classifier, info } = openClassifier(network);
	const dataset = noiseFaces(4 * batchSize);
	const options = { augmentation: { ...FULL.phase2.augmentation, mixupAlpha }, backbone, imageSize };
	let drawn = 0;
	const augment = (count: number) => {
		for (let i = 0; i < count; i++) {
			const start = (drawn++ % 4) * batchSize;
			const indices = Uint32Array.from({ length: batchSize }, (_, i) => start + i);
			tf.dispose({ ...augmentedBatch(dataset, indices, options, createRandom(SEED, drawn)) });
		}
	};
	const training = startTraining(classifier.model, repeated(noiseBatch(batchSize, imageSize)));
	augment(3);
	await training.takeSteps(2);
	return {
		// Without the number of weights: Keras augments without a network.
		info: { versions: info.versions },
		async repeat() {
			const seconds = await secondsOf(() => augment(batches));
			const stepMilliseconds = (1000 * (await training.takeSteps(steps))) / steps;
			const imagesPerSecond = (batches * batchSize) / seconds;
			return { figures: { imagesPerSecond, batchMilliseconds: (1000 * seconds) / batches, stepMilliseconds } };
		},
	};
});
