// @ts-check
/** Plain @tensorflow/tfjs-node-gpu, without any file of this project's library: what its users get by default. */
import nodeUtil from 'node:util';
import { secondsOf, serve } from './protocol.mjs';
import { buildStock, normalizationOf } from './stockNetwork.mjs';

// Node 23 removed two functions that the package calls.
const util = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (nodeUtil));
util.isNullOrUndefined ??= (/** @type {unknown} */ value) => value === null || value === undefined;
util.isArray ??= Array.isArray;
const { default: tf } = await import('@tensorflow/tfjs-node-gpu');

/**
 * @typedef {object} Options
 * @property {'train' | 'predict'} task
 * @property {string} network
 * @property {number} imageSize
 * @property {number} batchSize
 * @property {number} steps
 * @property {number} warmUp
 * @property {number} faces
 * @property {number} calls
 */

/**
 * Adam on a smoothed loss: the stock optimizer has no weight decay, no clipping and no average.
 * @param {Options} options
 */
async function prepareTraining({ network, imageSize, batchSize, steps, warmUp }) {
	const model = buildStock(tf, network);
	model.compile({
		optimizer: tf.train.adam(1e-3),
		loss: (labels, logits) => tf.losses.softmaxCrossEntropy(labels, logits, undefined, 0.1),
		metrics: ['accuracy'],
	});
	const inputs = tf.randomUniform([batchSize, imageSize, imageSize, 3], -1, 1);
	const targets = tf.oneHot(tf.range(0, batchSize, 1, 'int32').mod(tf.scalar(7, 'int32')), 7).toFloat();
	/** @param {number} count */
	const train = (count) =>
		secondsOf(async () => {
			for (let i = 0; i < count; i++) await model.trainOnBatch(inputs, targets);
		});
	await train(warmUp);
	return {
		info: { versions: { 'tfjs-node': tf.version['tfjs-node'] }, parameters: model.countParams() },
		repeat: async () => ({ figures: { imagesPerSecond: (steps * batchSize) / (await train(steps)) } }),
	};
}

/** @param {Options} options */
async function preparePrediction({ network, imageSize, batchSize, faces, calls }) {
	const model = buildStock(tf, network);
	const { scale, offset } = normalizationOf(network);
	const pixels = /** @type {import('@tensorflow/tfjs-node-gpu').Tensor4D} */ (
		tf.randomUniform([faces, 48, 48, 1], 0, 256)
	);
	/** @param {number} start @param {number} count @param {boolean} mirror */
	const predict = (start, count, mirror) =>
		tf.tidy(() => {
			const some = tf.slice(pixels, [start, 0, 0, 0], [count, 48, 48, 1]);
			const view = mirror ? tf.reverse(some, 2) : some;
			const grey = tf.image.resizeBilinear(view, [imageSize, imageSize]).mul(scale).add(offset);
			const logits = model.predictOnBatch(tf.concat([grey, grey, grey], 3));
			return tf.softmax(Array.isArray(logits) ? logits[0] : logits).dataSync();
		});
	/** @param {number} limit */
	const many = (limit) =>
		secondsOf(() => {
			for (let start = 0; start < limit; start += batchSize) {
				const views = [false, true].map((mirror) => predict(start, Math.min(batchSize, limit - start), mirror));
				views[0].map((value, i) => (value + views[1][i]) / 2);
			}
		});
	const one = () => secondsOf(() => predict(0, 1, false));
	await many(Math.min(64, faces));
	for (let i = 0; i < 5; i++) await one();
	return {
		info: { versions: { 'tfjs-node': tf.version['tfjs-node'] }, parameters: model.countParams() },
		async repeat() {
			const figures = { imagesPerSecond: faces / (await many(faces)) };
			const milliseconds = [];
			for (let i = 0; i < calls; i++) milliseconds.push(1000 * (await one()));
			return { figures, samples: { latency: milliseconds } };
		},
	};
}

await serve((/** @type {Options} */ options) =>
	options.task === 'train' ? prepareTraining(options) : preparePrediction(options),
);
