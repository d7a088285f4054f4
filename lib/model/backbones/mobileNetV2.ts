import { type Backbone, findByName, type StagedBlock } from './backbone';
import { type BlockNames, buildInvertedResiduals, type Stage } from './invertedResidual';

/** Stages of MobileNetV2 1.0 (Sandler et al. 2018, table 2). */
const STAGES: readonly Stage[] = [
	[1, 3, 1, 1, 16],
	[2, 3, 2, 6, 24],
	[3, 3, 2, 6, 32],
	[4, 3, 2, 6, 64],
	[3, 3, 1, 6, 96],
	[3, 3, 2, 6, 160],
	[1, 3, 1, 6, 320],
];

function blockNames({ index }: StagedBlock<Stage>): BlockNames {
	const block = index === 0 ? 'expanded_conv' : `block_${index}`;
	const layer = (part: string) => ({ convolution: `${block}_${part}`, batchNormalization: `${block}_${part}_BN` });
	return { block, expand: layer('expand'), depthwise: layer('depthwise'), project: layer('project') };
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
	build: ({ stochasticDepthRate }) =>
		buildInvertedResiduals({
			name: 'mobilenet-v2',
			stages: STAGES,
			stem: { convolution: 'Conv1', batchNormalization: 'bn_Conv1' },
			head: { convolution: 'Conv_1', batchNormalization: 'Conv_1_bn' },
			blockNames,
			stochasticDepthRate,
		}),
	find: findByName,
};
