import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeDataset } from '../../lib/data/dataset';
import { PixelFile } from '../../lib/data/pixelFile';
import { EMOTIONS } from '../../lib/emotions';
import { FULL } from '../../lib/profiles';
import { createRandom, shuffle } from '../../lib/random';
import { augmentedBatch } from '../../lib/training/batch';
import { openClassifier, SEED, startTraining } from './classifier';
import { serve } from './protocol';

/** The faces have the size of the network's input; their noise repeats after so many. */
const DISTINCT = 500;

// Fine-tuning on augmented batches of a large data set, in a file or in memory; an epoch visits it in random order.
void serve(async ({ network, imageSize, batchSize, storedFaces, inFile, steps, warmUp }) => {
	const { backbone, classifier, info } = openClassifier(network);
	const random = createRandom(SEED, 1);
	const some = Uint8Array.from({ length: DISTINCT * imageSize ** 2 }, () => random.integer(256));
	const pixels = inFile ? noiseFile(some, storedFaces / DISTINCT) : new Uint8Array(storedFaces * imageSize ** 2);
	if (pixels instanceof Uint8Array) for (let at = 0; at < pixels.length; at += some.length) pixels.set(some, at);
	const labels = Uint8Array.from({ length: storedFaces }, (_, index) => index % EMOTIONS.length);
	const dataset = makeDataset({ name: 'noise', drawn: true, shape: [imageSize, imageSize, 1], pixels, labels });
	const order = shuffle(Uint32Array.from(labels.keys()), random);
	const options = { augmentation: FULL.phase2.augmentation, backbone, imageSize };
	const training = startTraining(classifier.model, (step) => {
		const start = (step * batchSize) % (storedFaces - batchSize);
		return augmentedBatch(dataset, order.subarray(start, start + batchSize), options, createRandom(SEED, step));
	});
	await training.takeSteps(warmUp);
	return {
		info,
		repeat: async () => ({ figures: { imagesPerSecond: (steps * batchSize) / (await training.takeSteps(steps)) } }),
	};
});

/** Repeats pixels in a file, which goes when the process ends. */
function noiseFile(pixels: Uint8Array, times: number): PixelFile {
	const folder = mkdtempSync(join(tmpdir(), 'fer-bench-'));
	process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
	const file = join(folder, 'pixels');
	for (let time = 0; time < times; time++) appendFileSync(file, pixels);
	return new PixelFile(file, times * pixels.length);
}
