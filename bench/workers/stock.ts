import { applyLayers } from '../../lib/model/backbones/backbone';
import { firstOf, tf } from '../../lib/tensorflow/tf';
import { NETWORKS } from '../sizes';
import { type Options, secondsOf, serve } from './protocol';

const norm = () => tf.layers.batchNormalization({ epsilon: 1e-3, momentum: 0.99 });
const relu6 = () => tf.layers.reLU({ maxValue: 6 });

const SAME = { padding: 'same', useBias: false } as const;
const dense = (filters: number, kernelSize: number, strides: number) =>
	tf.layers.conv2d({ filters, kernelSize, strides, ...SAME });
const depthwise = (kernelSize: number, strides: number) => tf.layers.depthwiseConv2d({ kernelSize, strides, ...SAME });

/** Builds a network of networks.json from the layers of TensorFlow.js, with logits of seven classes. */
function buildStock(network: string): tf.LayersModel {
	const { stem, head, stages } = NETWORKS[network];
	const input = tf.input({ shape: [null, null, 3] });
	let x = applyLayers(input, dense(stem, 3, 2), norm(), relu6());
	for (const [blocks, kernelSize, firstStrides, expansion, filters] of stages) {
		for (let block = 0; block < blocks; block++) {
			const channels = Number(x.shape[3]);
			const strides = block === 0 ? firstStrides : 1;
			const expanded = expansion === 1 ? x : applyLayers(x, dense(channels * expansion, 1, 1), norm(), relu6());
			const filtered = applyLayers(expanded, depthwise(kernelSize, strides), norm(), relu6());
			const projected = applyLayers(filtered, dense(filters, 1, 1), norm());
			const isResidual = strides === 1 && channels === filters;
			x = isResidual ? applyLayers([x, projected], tf.layers.add()) : projected;
		}
	}
	const features = applyLayers(x, dense(head, 1, 1), norm(), relu6(), tf.layers.globalAveragePooling2d({}));
	const outputs = applyLayers(features, tf.layers.dropout({ rate: 0.3 }), tf.layers.dense({ units: 7 }));
	return tf.model({ inputs: input, outputs });
}

/** Prepares training with plain Adam: the stock optimizers have no weight decay, clipping or average. */
async function prepareTraining(model: tf.LayersModel, { imageSize, batchSize, steps, warmUp }: Options) {
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
	return async () => ({ figures: { imagesPerSecond: (steps * batchSize) / (await train(steps)) } });
}

async function preparePrediction(model: tf.LayersModel, options: Options) {
	const { network, imageSize, batchSize, faces, calls } = options;
	const { scale, offset } = NETWORKS[network];
	const pixels = tf.randomUniform<tf.Rank.R4>([faces, 48, 48, 1], 0, 256);
	const predict = (start: number, count: number, mirror: boolean) =>
		tf.tidy(() => {
			const some = tf.slice(pixels, [start, 0, 0, 0], [count, 48, 48, 1]);
			const view = mirror ? tf.reverse(some, 2) : some;
			const grey = tf.image.resizeBilinear(view, [imageSize, imageSize]).mul(scale).add(offset);
			return tf.softmax(firstOf(model.predictOnBatch(tf.concat([grey, grey, grey], 3)))).dataSync();
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
	return async () => {
		const figures = { imagesPerSecond: faces / (await many(faces)) };
		const latency: number[] = [];
		for (let i = 0; i < calls; i++) latency.push(1000 * (await one()));
		return { figures, samples: { latency } };
	};
}

// tfjs-node as its users get it: our library's modules here register nothing with TensorFlow.js.
void serve(async (options) => {
	const model = buildStock(options.network);
	const info = { versions: { 'tfjs-node': tf.version['tfjs-node'] }, parameters: model.countParams() };
	const prepare = options.task === 'train' ? prepareTraining : preparePrediction;
	return { info, repeat: await prepare(model, options) };
});
