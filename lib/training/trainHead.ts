import { stratifiedSample } from '../data/stratify';
import { predict } from '../evaluation/predict';
import type { OnProgress } from '../progress';
import { createRandom, shuffle } from '../random';
import { tf, valuesOf } from '../tensorflow/tf';
import { batchTargets } from './batch';
import { headImages } from './headImages';
import { crossEntropy } from './losses';
import type { Run } from './run';
import { phase1Key } from './trainingKey';
import { type PhaseData, type PhaseResult, publishedPhase, trainPhase } from './trainPhase';

/**
 * Trains the classification head on the frozen backbone (phase 1). Checkpoints go to `phase1` in the run's folder.
 * The backbone runs once on each image and its mirror image, with batch normalization in inference mode; the head then
 * trains on the stored features, within seconds per epoch.
 * @param run Left with the head of the best epoch in `run.classifier`.
 * @throws {RangeError} If the loss is not finite.
 * @throws {DataError} If `run.resume` is `required` and there is no stored training of the same settings and data.
 * @example
 * ```ts
 * const { history, notes } = await fer.trainHead(run);
 * history.length; // 1 epoch in the smoke profile
 * notes; // ['Resumes the stored training of phase1, finished after epoch 1.']
 * ```
 */
export async function trainHead(run: Run, onProgress?: OnProgress): Promise<PhaseResult> {
	const phase = run.published ? publishedPhase(run.published, 'phase1') : await train(run, onProgress);
	return { ...phase, notes: [...(run.notes ?? []), ...phase.notes] };
}

async function train(run: Run, onProgress?: OnProgress): Promise<PhaseResult> {
	const { config, classifier } = run;
	const images = trainingImages(run);
	const examples = Uint32Array.from({ length: 2 * images.length }, (_, i) => i);
	const { labelSmoothing } = config.phase1;
	const optimization = { clipNorm: 0, warmupEpochs: 1, averageDecay: 0, backboneLearningRateScale: 1 };
	return trainPhase(run, onProgress, {
		number: 1,
		key: phase1Key(run),
		model: classifier.head,
		settings: { ...optimization, monitor: 'validationAccuracy', tensorBoard: '', ...config.phase1 },
		examples: examples.length,
		order: (random) => shuffle(examples.slice(), random),
		loss: (targets, logits) => crossEntropy(targets, logits, { labelSmoothing }),
		imageSize: () => config.imageSize,
		prepare: () => extractFeatures(run, images, onProgress),
	});
}

function trainingImages({ config, dataset, split, backbone }: Run): Uint32Array {
	const images = headImages(config, { pixels: dataset.pixels, train: split.train, features: backbone.features });
	if (images === split.train.length) return split.train;
	return stratifiedSample(dataset.labels, images, createRandom(config.seed, 1), split.train);
}

/** Runs the backbone; the features stay in memory. Examples are the images, then their mirror images. */
async function extractFeatures(run: Run, images: Uint32Array, onProgress?: OnProgress): Promise<PhaseData> {
	const { config, dataset, split, classifier, backbone } = run;
	const extract = (indices: Uint32Array, mirror: boolean, stage: string) => {
		const options = { backbone, imageSize: config.imageSize, placement: { mirror }, onProgress, stage };
		return predict(classifier.base, dataset, indices, options);
	};
	const values = new Float32Array(2 * images.length * backbone.features);
	values.set(await extract(images, false, 'Phase 1, features'));
	values.set(await extract(images, true, 'Phase 1, features of the mirrored images'), values.length / 2);
	const held = await extract(split.validation, false, 'Phase 1, features for validation');
	const [training, validation] = [values, held].map((each) =>
		tf.tensor2d(each, [each.length / backbone.features, backbone.features]),
	);
	return {
		batch: (examples) => {
			const indices = examples.map((i) => images[i % images.length]);
			const inputs = tf.tidy(() => tf.gather(training, tf.tensor1d(Int32Array.from(examples), 'int32')));
			return { inputs, targets: batchTargets(dataset, indices) };
		},
		validate: async () => valuesOf(() => classifier.head.apply(validation) as tf.Tensor),
		dispose: () => tf.dispose([training, validation]),
	};
}
