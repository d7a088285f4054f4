import { EventEmitter, once } from 'node:events';
import type { Batch } from '../../lib/augmentation/mixup';
import { type Dataset, makeDataset } from '../../lib/data/dataset';
import { EMOTIONS } from '../../lib/emotions';
import { backbone as backboneOf } from '../../lib/model/backbones/registry';
import { buildClassifier, unfreezeFrom } from '../../lib/model/classifier';
import { FULL } from '../../lib/profiles';
import { createRandom } from '../../lib/random';
import { AdamW } from '../../lib/tensorflow/optimizer';
import { tf } from '../../lib/tensorflow/tf';
import { WeightAverage } from '../../lib/tensorflow/weightAverage';
import { fit } from '../../lib/training/fit';
import { crossEntropy } from '../../lib/training/losses';
import { parameterGroups } from '../../lib/training/trainPhase';

export const SEED = FULL.seed;

/** Builds a classifier as a run does, but with random weights, which do not affect the speed; `frozen`: batch norm. */
export function openClassifier(network: string, { frozen = false, stochasticDepthRate = 0 } = {}) {
	const backbone = backboneOf(network);
	const options = { classes: EMOTIONS.length, dropoutRate: FULL.phase2.dropoutRate, stochasticDepthRate, seed: SEED };
	const classifier = buildClassifier(backbone, options);
	unfreezeFrom(classifier.model, 'all', frozen);
	const { binding } = tf.backend() as unknown as { binding: { TF_Version: string } };
	const versions = { tensorflow: binding.TF_Version, node: process.versions.node, tfjs: tf.version['tfjs-core'] };
	return { backbone, classifier, info: { versions, parameters: classifier.model.countParams() } };
}

/** Makes a dataset of noise, since the content of images does not affect the speed. */
export function noiseFaces(size: number): Dataset<Uint8Array> {
	const random = createRandom(SEED, size);
	const pixels = Uint8Array.from({ length: size * 48 * 48 }, () => random.integer(256));
	const labels = Uint8Array.from({ length: size }, (_, index) => index % EMOTIONS.length);
	return makeDataset({ name: 'noise', drawn: true, shape: [48, 48, 1], pixels, labels });
}

/** Makes a batch of noise: `[batchSize, imageSize, imageSize, 3]` inputs and one-hot targets. */
export function noiseBatch(batchSize: number, imageSize: number) {
	const labels = Int32Array.from({ length: batchSize }, (_, index) => index % EMOTIONS.length);
	return {
		inputs: tf.randomUniform<tf.Rank.R4>([batchSize, imageSize, imageSize, 3], -1, 1, 'float32', SEED),
		targets: tf.tidy(() => tf.oneHot(tf.tensor1d(labels, 'int32'), EMOTIONS.length).toFloat() as tf.Tensor2D),
	};
}

/** Repeats one batch; each step disposes its own. */
export function repeated({ inputs, targets }: Batch): () => Batch {
	return () => ({ inputs: inputs.clone(), targets: targets.clone() });
}

/** Starts `fit` with the optimizer, average and loss of `fineTune`; it waits before its first step, which is step 1. */
export function startTraining(model: tf.LayersModel, batch: (step: number) => Batch, onStep?: () => void) {
	const { learningRate, labelSmoothing, averageDecay, ...options } = FULL.phase2;
	const events = new EventEmitter();
	let left = 0;
	const hold = () => once(events, 'resume').then(() => {});
	const onStepEnd = () => {
		onStep?.();
		if (--left > 0) return;
		events.emit('finished');
		return hold();
	};
	const ended = fit({
		model,
		optimizer: new AdamW(parameterGroups(model, 1), { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, ...options }),
		average: new WeightAverage(model, averageDecay),
		epochs: 1,
		stepsPerEpoch: Number.POSITIVE_INFINITY,
		learningRate: () => learningRate,
		batch: (_, step) => ({ ...batch(step), random: createRandom(SEED, step) }),
		loss: (targets, logits) => crossEntropy(targets, logits, { labelSmoothing }),
		validate: () => Promise.reject(new Error('The epoch never ends.')),
		imageSize: () => 0,
		monitor: 'validationAccuracy',
		patience: 1,
		callbacks: [{ onTrainBegin: hold, onStepEnd }],
	});
	return {
		/** Takes steps and returns how long they took, in seconds. */
		async takeSteps(steps: number): Promise<number> {
			left = steps;
			const finished = once(events, 'finished');
			const start = performance.now();
			events.emit('resume');
			// `fit` ends only by an error.
			await Promise.race([finished, ended]);
			return (performance.now() - start) / 1000;
		},
	};
}
