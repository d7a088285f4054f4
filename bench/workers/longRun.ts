import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { FULL } from '../../lib/profiles';
import { createRandom } from '../../lib/random';
import { tf } from '../../lib/tensorflow/tf';
import { augmentedBatch } from '../../lib/training/batch';
import { noiseFaces, openClassifier, SEED, startTraining } from './classifier';
import { serve } from './protocol';

setFlagsFromString('--expose_gc');
/** Collects JavaScript's garbage, which would blur the memory of the training. */
const collectGarbage: () => void = runInNewContext('gc');

// A training with every option on, mixup and stochastic depth too, so small that its many steps are fast.
void serve(async ({ network, imageSize, batchSize, counts, early, late }) => {
	const { stochasticDepthRate } = FULL.phase2;
	const { backbone, classifier, info } = openClassifier(network, { stochasticDepthRate });
	const dataset = noiseFaces(8 * batchSize);
	const options = { augmentation: { ...FULL.phase2.augmentation, mixupAlpha: 0.2 }, backbone, imageSize };
	const tensors: Record<string, number> = {};
	const bytes = new Map<number, number>();
	let taken = 0;
	const batch = (step: number) => {
		const indices = Uint32Array.from({ length: batchSize }, (_, i) => (step % 8) * batchSize + i);
		return augmentedBatch(dataset, indices, options, createRandom(SEED, step));
	};
	const training = startTraining(classifier.model, batch, () => {
		taken++;
		if (counts.includes(taken)) tensors[`tensors ${taken}`] = tf.memory().numTensors;
		if (!early.includes(taken) && !late.includes(taken)) return;
		collectGarbage();
		bytes.set(taken, process.memoryUsage.rss());
	});
	return {
		info,
		async repeat() {
			await training.takeSteps(Math.max(...counts, ...late));
			return early.map((step, reading) => ({
				figures: { ...tensors, earlyBytes: bytes.get(step) ?? 0, lateBytes: bytes.get(late[reading]) ?? 0 },
			}));
		},
	};
});
