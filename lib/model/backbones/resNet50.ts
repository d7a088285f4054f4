import { batchNormalization } from '../../tensorflow/batchNormalization';
import { stochasticDepth } from '../../tensorflow/dropout';
import { tf } from '../../tensorflow/tf';
import type { Backbone } from './backbone';

/** Stages of ResNet-50: name, blocks, stride of the first block, filters (He et al. 2016, table 1). */
const STAGES = [
	['conv2', 3, 1, 64],
	['conv3', 4, 2, 128],
	['conv4', 6, 2, 256],
	['conv5', 3, 2, 512],
] as const;
const BLOCKS = STAGES.reduce((total, [, blocks]) => total + blocks, 0);

interface ConvolutionOptions {
	/** Layers are called `<name>_conv` and `<name>_bn`. */
	readonly name: string;
	readonly filters: number;
	readonly kernelSize: number;
	readonly strides?: number;
	readonly padding?: 'same' | 'valid';
}

/** Convolution with bias, as Keras has it though the next layer takes it away, and batch normalisation. */
function convolution(input: tf.SymbolicTensor, { name, padding = 'same', ...options }: ConvolutionOptions) {
	const layer = tf.layers.conv2d({ ...options, padding, name: `${name}_conv` });
	// 0.99 as Keras, whose epsilon here is another than elsewhere.
	const normalization = batchNormalization({ epsilon: 1.001e-5, momentum: 0.99, name: `${name}_bn` });
	return normalization.apply(layer.apply(input)) as tf.SymbolicTensor;
}

function relu(input: tf.SymbolicTensor, name: string): tf.SymbolicTensor {
	return tf.layers.activation({ activation: 'relu', name }).apply(input) as tf.SymbolicTensor;
}

function pad(input: tf.SymbolicTensor, pixels: number, name: string): tf.SymbolicTensor {
	return tf.layers.zeroPadding2d({ padding: pixels, name }).apply(input) as tf.SymbolicTensor;
}

interface BlockOptions {
	readonly name: string;
	/** Of the middle; the block has four times as many. */
	readonly filters: number;
	readonly strides: number;
	readonly isFirst: boolean;
	readonly stochasticDepthRate: number;
}

/** Bottleneck block; the first one of a stage brings its input to its own shape by a convolution. */
function bottleneck(input: tf.SymbolicTensor, options: BlockOptions): tf.SymbolicTensor {
	const { name, filters, strides, isFirst, stochasticDepthRate: rate } = options;
	const wide = { filters: 4 * filters, kernelSize: 1 };
	const shortcut = isFirst ? convolution(input, { ...wide, name: `${name}_0`, strides }) : input;
	// The stride is in the first convolution, as in the paper and unlike PyTorch's network.
	let x = relu(convolution(input, { name: `${name}_1`, filters, kernelSize: 1, strides }), `${name}_1_relu`);
	x = relu(convolution(x, { name: `${name}_2`, filters, kernelSize: 3 }), `${name}_2_relu`);
	x = convolution(x, { ...wide, name: `${name}_3` });
	if (rate > 0) x = stochasticDepth({ rate, name: `${name}_drop` }).apply(x) as tf.SymbolicTensor;
	const added = tf.layers.add({ name: `${name}_add` }).apply([shortcut, x]) as tf.SymbolicTensor;
	return relu(added, `${name}_out`);
}

function build({ stochasticDepthRate }: { stochasticDepthRate: number }): tf.LayersModel {
	const input = tf.input({ shape: [null, null, 3], name: 'image' });
	const stem = { name: 'conv1', filters: 64, kernelSize: 7, strides: 2, padding: 'valid' } as const;
	let x = relu(convolution(pad(input, 3, 'conv1_pad'), stem), 'conv1_relu');
	const pool = tf.layers.maxPooling2d({ poolSize: 3, strides: 2, name: 'pool1_pool' });
	x = pool.apply(pad(x, 1, 'pool1_pad')) as tf.SymbolicTensor;
	let index = 0;
	for (const [stage, blocks, firstStrides, filters] of STAGES) {
		for (let i = 0; i < blocks; i++) {
			const rate = (stochasticDepthRate * index) / (BLOCKS - 1);
			const isFirst = i === 0;
			const strides = isFirst ? firstStrides : 1;
			const name = `${stage}_block${i + 1}`;
			x = bottleneck(x, { name, filters, strides, isFirst, stochasticDepthRate: rate });
			index++;
		}
	}
	return tf.model({ inputs: input, outputs: x, name: 'resnet50' });
}

/** ResNet-50 as in keras.applications. */
export const resNet50: Backbone = {
	name: 'resnet50',
	pretrainedSize: 224,
	normalization: { scale: 1, offset: [-103.939, -116.779, -123.68], channelOrder: 'bgr' },
	features: 2048,
	parameters: 23_587_712,
	multiplyAdds: 3.86e9,
	imagenetTop1: 0.749,
	license: 'MIT',
	source: 'He et al. 2016, arXiv:1512.03385; weights of keras.applications',
	pretrained: {
		fileName: 'resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5',
		url: 'https://storage.googleapis.com/tensorflow/keras-applications/resnet/resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5',
		md5: '4d473c1dd8becc155b73f8504c6f6626',
	},
	build,
	find: (file, layer, weight) => file.get(`${layer}/${weight}`),
};
