import { type Backbone, findByName, IMAGENET_NORMALIZATION } from './backbone';
import { EFFICIENTNET_STAGES } from './efficientNetLite';
import { type BlockNames, buildInvertedResiduals, type Stage } from './invertedResidual';
import type { StagedBlock } from './stagedBlocks';

/** Names of the layers behind a prefix that ends in an underscore. */
function layer(prefix: string, convolution = 'conv') {
	return { convolution: prefix + convolution, batchNormalization: `${prefix}bn`, swish: `${prefix}activation` };
}

function blockNames({ stageIndex, position }: StagedBlock<Stage>): BlockNames {
	const block = `block${stageIndex + 1}${'abcd'[position]}`;
	const [expand, project] = [layer(`${block}_expand_`), layer(`${block}_project_`)];
	return { block, expand, depthwise: layer(`${block}_`, 'dwconv'), project };
}

/**
 * EfficientNet-B0 as in keras.applications, whose preprocessing is part of the model; here it is part of the record. Keras
 * pads strided convolutions explicitly, by as much on each side as 'same' does.
 */
export const efficientNetB0: Backbone = {
	name: 'efficientnet-b0',
	pretrainedSize: 224,
	normalization: IMAGENET_NORMALIZATION,
	features: 1280,
	parameters: 4_049_564,
	multiplyAdds: 385e6,
	imagenetTop1: 0.771,
	license: 'Apache-2.0',
	source: 'Tan and Le 2019, arXiv:1905.11946; weights of keras.applications, from the TensorFlow TPU repository',
	pretrained: {
		fileName: 'efficientnetb0_notop.h5',
		url: 'https://storage.googleapis.com/keras-applications/efficientnetb0_notop.h5',
		md5: '50bc09e76180e00e4465e1a485ddc09d',
	},
	build: ({ stochasticDepthRate }) =>
		buildInvertedResiduals({
			name: 'efficientnet-b0',
			stages: EFFICIENTNET_STAGES,
			stem: layer('stem_'),
			head: layer('top_'),
			blockNames,
			squeezes: true,
			stochasticDepthRate,
		}),
	// Keras 2, which wrote the published file, has `depthwise_kernel`; Keras 3 has `kernel`.
	find: (file, layer, weight) =>
		findByName(file, layer, weight) ?? (weight === 'depthwise_kernel' ? file.get(`${layer}/kernel`) : undefined),
};
