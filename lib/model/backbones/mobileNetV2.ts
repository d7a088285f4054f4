import { tf } from '../../tensorflow/tf';
import type { Backbone } from './backbone';
import { convolution, invertedResidual } from './invertedResidual';

/** Stages of MobileNetV2 1.0: blocks, stride of the first block, expansion, filters (Sandler et al. 2018, table 2). */
const STAGES = [
	[1, 1, 1, 16],
	[2, 2, 6, 24],
	[3, 2, 6, 32],
	[4, 2, 6, 64],
	[3, 1, 6, 96],
	[3, 2, 6, 160],
	[1, 1, 6, 320],
] as const;
const BLOCKS = STAGES.reduce((total, [blocks]) => total + blocks, 0);
// 0.99 instead of Keras's 0.999: a fine-tuning epoch has a few hundred steps, too few for the slower average.
const MOMENTUM = 0.99;

function build({ stochasticDepthRate }: { stochasticDepthRate: number }): tf.LayersModel {
	const input = tf.input({ shape: [null, null, 3], name: 'image' });
	const stem = { convolution: 'Conv1', batchNormalization: 'bn_Conv1', momentum: MOMENTUM, activation: true };
	let x = convolution(input, { ...stem, filters: 32, kernelSize: 3, strides: 2 });
	let index = 0;
	for (const [blocks, firstStrides, expansion, filters] of STAGES) {
		for (let i = 0; i < blocks; i++) {
			const block = index === 0 ? 'expanded_conv' : `block_${index}`;
			const layer = (part: string) => ({
				convolution: `${block}_${part}`,
				batchNormalization: `${block}_${part}_BN`,
			});
			const names = { block, expand: layer('expand'), depthwise: layer('depthwise'), project: layer('project') };
			const rate = (stochasticDepthRate * index) / (BLOCKS - 1);
			const shape = { filters, kernelSize: 3, strides: i === 0 ? firstStrides : 1, expansion };
			x = invertedResidual(x, { ...shape, momentum: MOMENTUM, stochasticDepthRate: rate, names });
			index++;
		}
	}
	const head = { convolution: 'Conv_1', batchNormalization: 'Conv_1_bn', momentum: MOMENTUM, activation: true };
	const features = convolution(x, { ...head, filters: 1280, kernelSize: 1 });
	return tf.model({ inputs: input, outputs: features, name: 'mobilenet-v2' });
}

/** MobileNetV2 1.0 as in keras.applications. */
export const mobileNetV2: Backbone = {
	name: 'mobilenet-v2',
	pretrainedSize: 224,
	normalization: { scale: 1 / 127.5, offset: -1 },
	features: 1280,
	parameters: 2_257_984,
	multiplyAdds: 300e6,
	imagenetTop1: 0.718,
	license: 'Apache-2.0',
	source: 'Sandler et al. 2018, arXiv:1801.04381; weights of keras.applications',
	pretrained: {
		fileName: 'mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5',
		url: 'https://storage.googleapis.com/tensorflow/keras-applications/mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5',
		sha256: '7296a5a954a18900011f3a0c40c93479a5c7d655dca1496f98f28276d445ff6d',
	},
	build,
	find: (file, layer, weight) => file.get(`${layer}/${weight}`),
};
