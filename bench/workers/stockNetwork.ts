// @ts-check
import fs from 'node:fs';

/** @typedef {typeof import('@tensorflow/tfjs-node-gpu')} Tf */
/** @typedef {import('@tensorflow/tfjs-node-gpu').SymbolicTensor} SymbolicTensor */

/** @type {Record<string, {scale: number, offset: number, stem: number, head: number, stages: number[][]}>} */
const NETWORKS = JSON.parse(fs.readFileSync(new URL('../networks.json', import.meta.url), 'utf8'));
const CLASSES = 7;

/**
 * Network input = grey level x scale + offset.
 * @param {string} network
 */
export function normalizationOf(network) {
	const { scale, offset } = NETWORKS[network];
	return { scale, offset };
}

/**
 * Builds a network of networks.json with tfjs's own layers: the same network as the project's, as its users write it.
 * @param {Tf} tf
 * @param {string} network
 */
export function buildStock(tf, network) {
	const { stem, head, stages } = NETWORKS[network];
	/** @param {SymbolicTensor} x @param {...import('@tensorflow/tfjs-node-gpu').layers.Layer} layers */
	const apply = (x, ...layers) =>
		layers.reduce((value, layer) => /** @type {SymbolicTensor} */ (layer.apply(value)), x);
	const norm = () => tf.layers.batchNormalization({ epsilon: 1e-3, momentum: 0.99 });
	const relu6 = () => tf.layers.reLU({ maxValue: 6 });
	/** @param {number} filters @param {number} kernelSize @param {number} strides */
	const dense = (filters, kernelSize, strides) =>
		tf.layers.conv2d({ filters, kernelSize, strides, padding: 'same', useBias: false });
	/** @param {number} kernelSize @param {number} strides */
	const depthwise = (kernelSize, strides) =>
		tf.layers.depthwiseConv2d({ kernelSize, strides, padding: 'same', useBias: false });
	const input = tf.input({ shape: [null, null, 3] });
	let x = apply(input, dense(stem, 3, 2), norm(), relu6());
	for (const [blocks, kernelSize, firstStrides, expansion, filters] of stages) {
		for (let block = 0; block < blocks; block++) {
			const channels = Number(x.shape[3]);
			const strides = block === 0 ? firstStrides : 1;
			const expanded = expansion === 1 ? x : apply(x, dense(channels * expansion, 1, 1), norm(), relu6());
			const filtered = apply(expanded, depthwise(kernelSize, strides), norm(), relu6());
			const projected = apply(filtered, dense(filters, 1, 1), norm());
			const isResidual = strides === 1 && channels === filters;
			x = isResidual ? /** @type {SymbolicTensor} */ (tf.layers.add().apply([x, projected])) : projected;
		}
	}
	const features = apply(x, dense(head, 1, 1), norm(), relu6(), tf.layers.globalAveragePooling2d({}));
	const outputs = apply(features, tf.layers.dropout({ rate: 0.3 }), tf.layers.dense({ units: CLASSES }));
	return tf.model({ inputs: input, outputs });
}
