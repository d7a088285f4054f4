import { type Dataset, makeDataset } from '../../lib/data/dataset';
import { EMOTIONS } from '../../lib/emotions';
import { backbone as backboneOf } from '../../lib/model/backbones/registry';
import { buildClassifier, unfreezeFrom } from '../../lib/model/classifier';
import { FULL } from '../../lib/profiles';
import { createRandom } from '../../lib/random';
import { tf } from '../../lib/tensorflow/tf';

export const SEED = FULL.seed;

/**
 * Builds a classifier as a run does, but with random weights, which do not affect the speed.
 * @param options.frozen Whether batch normalization is frozen. Default false.
 * @param options.stochasticDepthRate Default 0, as the peers.
 */
export function openClassifier(options: { network: string; frozen?: boolean; stochasticDepthRate?: number }) {
	const { network, frozen = false, stochasticDepthRate = 0 } = options;
	const backbone = backboneOf(network);
	const { dropoutRate } = FULL.phase2;
	const settings = { classes: EMOTIONS.length, dropoutRate, stochasticDepthRate, seed: SEED };
	const classifier = buildClassifier(backbone, settings);
	unfreezeFrom(classifier.model, 'all', frozen);
	const { binding } = tf.backend() as unknown as { binding: { TF_Version: string } };
	const versions = { tensorflow: binding.TF_Version, node: process.versions.node, tfjs: tf.version['tfjs-core'] };
	return { backbone, classifier, info: { versions, parameters: classifier.model.countParams() } };
}

/** Makes a dataset of noise, since the content of images does not affect the speed. */
export function noiseFaces(size: number): Dataset {
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
