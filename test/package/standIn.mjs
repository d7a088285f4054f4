// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import fer from '../../dist/lib/index.js';

const { tf } = fer;

/** Side in pixels of the images that the network takes. */
export const IMAGE_SIZE = 60;

/**
 * A small classifier of the layers that EfficientNet-Lite has, with weights drawn from a seed: a stem, a block with a
 * residual, one with a stride, and a head. Its answers differ between faces as a trained network's do.
 * @param {number} classes
 * @param {number} [seed]
 */
function smallClassifier(classes, seed = 1) {
	const drawn = (scale = 4) =>
		tf.initializers.varianceScaling({ scale, mode: 'fanIn', distribution: 'normal', seed: seed++ });
	/** @typedef {import('@tensorflow/tfjs').SymbolicTensor} Values */
	/** @param {Values} x @param {import('@tensorflow/tfjs').layers.Layer} layer */
	const add = (x, layer) => /** @type {Values} */ (layer.apply(x));
	/** @param {Values} x @param {string} name @param {boolean} [isActive] */
	const finish = (x, name, isActive = true) => {
		const normal = add(x, tf.layers.batchNormalization({ name: `${name}_bn`, epsilon: 1e-3 }));
		return isActive ? add(normal, tf.layers.reLU({ maxValue: 6, name: `${name}_relu` })) : normal;
	};
	const padding = /** @type {const} */ ('same');
	/** @param {Values} x @param {string} name @param {number} filters @param {number} [kernelSize] @param {number} [strides] */
	const convolve = (x, name, filters, kernelSize = 1, strides = 1) => {
		const options = { filters, kernelSize, strides, padding, useBias: false, name, kernelInitializer: drawn() };
		return add(x, tf.layers.conv2d(options));
	};
	/** @param {Values} x @param {string} name @param {number} strides */
	const spread = (x, name, strides) => {
		const options = { kernelSize: 3, strides, padding, useBias: false, name, depthwiseInitializer: drawn() };
		return finish(add(x, tf.layers.depthwiseConv2d(options)), name);
	};
	const inputs = tf.input({ shape: [IMAGE_SIZE, IMAGE_SIZE, 3] });
	const stem = finish(convolve(inputs, 'stem', 8, 3, 2), 'stem');
	const wide = spread(finish(convolve(stem, 'expand', 16), 'expand'), 'depthwise', 1);
	const narrow = finish(convolve(wide, 'project', 8), 'project', false);
	const sum = /** @type {Values} */ (tf.layers.add({ name: 'residual' }).apply([stem, narrow]));
	const deep = finish(convolve(spread(sum, 'stride', 2), 'head', 24), 'head');
	const pooled = add(deep, tf.layers.globalAveragePooling2d({ name: 'pooling' }));
	const dropped = add(pooled, tf.layers.dropout({ rate: 0.3, name: 'dropout' }));
	const logits = tf.layers.dense({ units: classes, name: 'logits', kernelInitializer: drawn(40) });
	return tf.model({ inputs, outputs: add(dropped, logits), name: 'emotions' });
}

/**
 * Stores a small untrained model as `npx fer train` stores a trained one.
 * @param {string} folder
 * @param {{emotions?: readonly string[], imageShape?: readonly [number, number, number], name?: string, seed?: number}} [kind] Its classes,
 * the faces that it takes, the name of the data that it is said to have learnt, and the seed of its weights.
 */
export async function storeStandIn(folder, kind = {}) {
	const { emotions = fer.EMOTIONS, imageShape = /** @type {const} */ ([48, 48, 1]), name = 'FER2013', seed } = kind;
	const backbone = fer.BACKBONES['efficientnet-lite0'];
	const classifier = smallClassifier(emotions.length, seed);
	const options = { backbone, imageSize: IMAGE_SIZE, imageShape, emotions };
	const model = await fer.exportModel(classifier, options);
	await fer.saveModel(model, folder, { bits: 16 });
	model.dispose();
	classifier.dispose();
	const config = fer.createConfig('full', { imageSize: IMAGE_SIZE });
	const metrics = { config, part: 'test', dataset: { name, drawn: false, fingerprint: '' } };
	fs.writeFileSync(path.join(folder, 'metrics.json'), JSON.stringify(metrics));
}
