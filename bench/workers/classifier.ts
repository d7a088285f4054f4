// @ts-check
/** What the workers of this project's side share: the network, as a run builds it, and images. */

import { makeDataset } from '../../dist/lib/data/dataset.js';
import { EMOTIONS } from '../../dist/lib/emotions.js';
import { backbone as backboneOf } from '../../dist/lib/model/backbones/registry.js';
import { buildClassifier, unfreezeFrom } from '../../dist/lib/model/classifier.js';
import { FULL } from '../../dist/lib/profiles.js';
import { createRandom } from '../../dist/lib/random.js';
import { tf } from '../../dist/lib/tensorflow/tf.js';

export const SEED = FULL.seed;

/**
 * Builds a classifier of the seven emotions with random weights, which take as long as pretrained ones.
 * @param {object} options
 * @param {string} options.network
 * @param {boolean} [options.frozen] Whether batch normalisation is frozen.
 * @param {number} [options.stochasticDepthRate] Default 0: peers have none.
 */
export function openClassifier({ network, frozen = false, stochasticDepthRate = 0 }) {
	const backbone = backboneOf(network);
	const { dropoutRate } = FULL.phase2;
	const options = { classes: EMOTIONS.length, dropoutRate, stochasticDepthRate, seed: SEED };
	const classifier = buildClassifier(backbone, options);
	unfreezeFrom(classifier.model, 'all', frozen);
	return { backbone, classifier };
}

/** The versions of what this project's side runs on. */
export function versionsOfOurs() {
	return { node: process.versions.node, tfjs: tf.version['tfjs-core'] };
}

/**
 * Makes a data set of noise: no step of the work takes longer or shorter for what an image shows.
 * @param {number} size
 */
export function noiseFaces(size) {
	const random = createRandom(SEED, size);
	const pixels = Uint8Array.from({ length: size * 48 * 48 }, () => random.integer(256));
	const labels = Uint8Array.from({ length: size }, (_, index) => index % EMOTIONS.length);
	return makeDataset({ name: 'noise', drawn: true, shape: [48, 48, 1], pixels, labels });
}

/**
 * Makes a batch of noise as the network takes it.
 * @param {number} batchSize
 * @param {number} imageSize
 */
export function noiseBatch(batchSize, imageSize) {
	const labels = Int32Array.from({ length: batchSize }, (_, index) => index % EMOTIONS.length);
	return {
		inputs: tf.randomUniform([batchSize, imageSize, imageSize, 3], -1, 1, 'float32', SEED),
		targets: tf.tidy(
			() => /** @type {tf.Tensor2D} */ (tf.oneHot(tf.tensor1d(labels, 'int32'), EMOTIONS.length).toFloat()),
		),
	};
}
