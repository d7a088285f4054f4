import { tf } from '../../lib/tensorflow/tf';
import { NETWORKS } from '../sizes';

const CLASSES = 7;

type Layer = tf.layers.Layer;

function apply(x: tf.SymbolicTensor, ...layers: readonly Layer[]): tf.SymbolicTensor {
	return layers.reduce((value, layer) => layer.apply(value) as tf.SymbolicTensor, x);
}

const norm = () => tf.layers.batchNormalization({ epsilon: 1e-3, momentum: 0.99 });
const relu6 = () => tf.layers.reLU({ maxValue: 6 });

function dense(filters: number, kernelSize: number, strides: number): Layer {
	return tf.layers.conv2d({ filters, kernelSize, strides, padding: 'same', useBias: false });
}

function depthwise(kernelSize: number, strides: number): Layer {
	return tf.layers.depthwiseConv2d({ kernelSize, strides, padding: 'same', useBias: false });
}

/** Builds a network of networks.json from the layers of TensorFlow.js, with logits of seven classes. */
export function buildStock(network: string): tf.LayersModel {
	const { stem, head, stages } = NETWORKS[network];
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
			x = isResidual ? (tf.layers.add().apply([x, projected]) as tf.SymbolicTensor) : projected;
		}
	}
	const features = apply(x, dense(head, 1, 1), norm(), relu6(), tf.layers.globalAveragePooling2d({}));
	const outputs = apply(features, tf.layers.dropout({ rate: 0.3 }), tf.layers.dense({ units: CLASSES }));
	return tf.model({ inputs: input, outputs });
}
