import { batchNormalization } from '../../tensorflow/batchNormalization';
import { convolution2d } from '../../tensorflow/convolution';
import { stochasticDepth } from '../../tensorflow/dropout';
import { relu } from '../../tensorflow/relu';
import { tf } from '../../tensorflow/tf';
import { applyLayers, type Backbone, findByName, type StagedBlock, stagedBlocks } from './backbone';

/** Stages of ResNet-50: blocks, stride of the first block, filters (He et al. 2016, table 1). */
const STAGES = [
	[3, 1, 64],
	[4, 2, 128],
	[6, 2, 256],
	[3, 2, 512],
] as const;

type ConvolutionOptions = Parameters<typeof convolution2d>[0] & {
	/** Name of a ReLU behind the batch normalisation. Default: none. */
	readonly activation?: string;
};

/** Makes a convolution and its batch normalisation. As in Keras, it has a bias, and the epsilon is 1.001e-5. */
function convolution({ name, activation, ...options }: ConvolutionOptions): tf.layers.Layer[] {
	const layer = convolution2d({ ...options, useBias: true, name: `${name}_conv` });
	const reluFollows = activation ? Number.POSITIVE_INFINITY : 0;
	const after = batchNormalization({ epsilon: 1.001e-5, momentum: 0.99, name: `${name}_bn`, reluFollows });
	return [layer, after, ...(activation ? [relu({ name: activation, after })] : [])];
}

const pad = (padding: number, name: string) => tf.layers.zeroPadding2d({ padding, name });

/** Adds a bottleneck block; the first of a stage projects its input to the block's shape. */
function bottleneck(input: tf.SymbolicTensor, block: StagedBlock<(typeof STAGES)[number]>): tf.SymbolicTensor {
	const { stageIndex, position, rate } = block;
	const [, firstStrides, filters] = block.stage;
	const name = `conv${stageIndex + 2}_block${position + 1}`;
	const strides = position === 0 ? firstStrides : 1;
	const wide = { filters: 4 * filters, kernelSize: 1 };
	const shortcut = position === 0 ? applyLayers(input, ...convolution({ ...wide, name: `${name}_0`, strides })) : input;
	const branch = applyLayers(
		input,
		// The stride is in the first convolution, as in the paper and unlike PyTorch's network.
		...convolution({ name: `${name}_1`, filters, kernelSize: 1, strides, activation: `${name}_1_relu` }),
		...convolution({ name: `${name}_2`, filters, kernelSize: 3, activation: `${name}_2_relu` }),
		...convolution({ ...wide, name: `${name}_3` }),
		rate > 0 && stochasticDepth({ rate, name: `${name}_drop` }),
	);
	return applyLayers([shortcut, branch], tf.layers.add({ name: `${name}_add` }), relu({ name: `${name}_out` }));
}

function build({ stochasticDepthRate }: { stochasticDepthRate: number }): tf.LayersModel {
	const input = tf.input({ shape: [null, null, 3], name: 'image' });
	const stem = applyLayers(
		input,
		pad(3, 'conv1_pad'),
		...convolution({
			...{ name: 'conv1', filters: 64, kernelSize: 7, strides: 2 },
			...{ padding: 'valid', activation: 'conv1_relu' },
		}),
		pad(1, 'pool1_pad'),
		tf.layers.maxPooling2d({ poolSize: 3, strides: 2, name: 'pool1_pool' }),
	);
	const outputs = stagedBlocks(STAGES, stochasticDepthRate).reduce(bottleneck, stem);
	return tf.model({ inputs: input, outputs, name: 'resnet50' });
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
	find: findByName,
};
