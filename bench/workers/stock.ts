import { tf } from '../../lib/tensorflow/tf';
import { NETWORKS } from '../sizes';
import { type Options, secondsOf, serve, type Worker } from './protocol';
import { buildStock } from './stockNetwork';

const VERSIONS = { 'tfjs-node': tf.version['tfjs-node'] };

/** Prepares training with plain Adam: the stock optimizers have no weight decay, clipping or average. */
async function prepareTraining({ network, imageSize, batchSize, steps, warmUp }: Options): Promise<Worker> {
	const model = buildStock(network);
	model.compile({
		optimizer: tf.train.adam(1e-3),
		loss: (labels, logits) => tf.losses.softmaxCrossEntropy(labels, logits, undefined, 0.1),
		metrics: ['accuracy'],
	});
	const inputs = tf.randomUniform([batchSize, imageSize, imageSize, 3], -1, 1);
	const targets = tf.oneHot(tf.range(0, batchSize, 1, 'int32').mod(tf.scalar(7, 'int32')), 7).toFloat();
	const train = (count: number) =>
		secondsOf(async () => {
			for (let i = 0; i < count; i++) await model.trainOnBatch(inputs, targets);
		});
	await train(warmUp);
	return {
		info: { versions: VERSIONS, parameters: model.countParams() },
		repeat: async () => ({ figures: { imagesPerSecond: (steps * batchSize) / (await train(steps)) } }),
	};
}

async function preparePrediction({ network, imageSize, batchSize, faces, calls }: Options): Promise<Worker> {
	const model = buildStock(network);
	const { scale, offset } = NETWORKS[network];
	const pixels = tf.randomUniform<tf.Rank.R4>([faces, 48, 48, 1], 0, 256);
	const predict = (start: number, count: number, mirror: boolean) =>
		tf.tidy(() => {
			const some = tf.slice(pixels, [start, 0, 0, 0], [count, 48, 48, 1]);
			const view = mirror ? tf.reverse(some, 2) : some;
			const grey = tf.image.resizeBilinear(view, [imageSize, imageSize]).mul(scale).add(offset);
			const logits = model.predictOnBatch(tf.concat([grey, grey, grey], 3));
			return tf.softmax(Array.isArray(logits) ? logits[0] : logits).dataSync();
		});
	const many = (limit: number) =>
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
		info: { versions: VERSIONS, parameters: model.countParams() },
		async repeat() {
			const figures = { imagesPerSecond: faces / (await many(faces)) };
			const latency: number[] = [];
			for (let i = 0; i < calls; i++) latency.push(1000 * (await one()));
			return { figures, samples: { latency } };
		},
	};
}

// tfjs-node as its users get it: of our library only the import of TensorFlow.js, which registers nothing.
void serve((options) => (options.task === 'train' ? prepareTraining(options) : preparePrediction(options)));
