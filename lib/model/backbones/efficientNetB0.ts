import { batchNormalization } from '../../tensorflow/batchNormalization';
import { convolution2d } from '../../tensorflow/convolution';
import { stochasticDepth } from '../../tensorflow/dropout';
import { tf } from '../../tensorflow/tf';
import type { StoredTensor, WeightMap } from './backbone';
import { type Backbone, IMAGENET_NORMALIZATION, type WeightName } from './backbone';
import { EFFICIENTNET_STAGES } from './efficientNetLite';

const BLOCKS = EFFICIENTNET_STAGES.reduce((total, [blocks]) => total + blocks, 0);

/** Batch normalisation, `<name>bn`, and swish, `<name>activation`, unless `linear`. */
function normalize(input: tf.SymbolicTensor, name: string, linear = false): tf.SymbolicTensor {
	const normalization = batchNormalization({ epsilon: 1e-3, momentum: 0.99, name: `${name}bn` });
	const normalized = normalization.apply(input) as tf.SymbolicTensor;
	if (linear) return normalized;
	const swish = tf.layers.activation({ activation: 'swish', name: `${name}activation` });
	return swish.apply(normalized) as tf.SymbolicTensor;
}

interface ConvolutionOptions {
	/** Layers are called `<name>conv`, `<name>bn` and `<name>activation`. */
	readonly name: string;
	readonly filters: number;
	readonly kernelSize: number;
	readonly strides?: number;
	readonly linear?: boolean;
}

// Keras pads strided convolutions by itself, and by as much on each side as 'same' does.
function convolution(input: tf.SymbolicTensor, { name, linear, ...options }: ConvolutionOptions): tf.SymbolicTensor {
	const layer = convolution2d({ ...options, name: `${name}conv` });
	return normalize(layer.apply(input) as tf.SymbolicTensor, name, linear);
}

/** Weighs channels by what all pixels together say (Hu et al. 2018, arXiv:1709.01507). */
function squeezeAndExcite(input: tf.SymbolicTensor, squeezed: number, name: string): tf.SymbolicTensor {
	const channels = input.shape[3] as number;
	const layers = [
		tf.layers.globalAveragePooling2d({ name: `${name}se_squeeze` }),
		tf.layers.reshape({ targetShape: [1, 1, channels], name: `${name}se_reshape` }),
		tf.layers.conv2d({ filters: squeezed, kernelSize: 1, activation: 'swish', name: `${name}se_reduce` }),
		tf.layers.conv2d({ filters: channels, kernelSize: 1, activation: 'sigmoid', name: `${name}se_expand` }),
	];
	const weights = layers.reduce((x, layer) => layer.apply(x) as tf.SymbolicTensor, input);
	return tf.layers.multiply({ name: `${name}se_excite` }).apply([input, weights]) as tf.SymbolicTensor;
}

interface BlockOptions {
	/** Start of the layers' names: `block2a_`. */
	readonly name: string;
	readonly kernelSize: number;
	readonly strides: number;
	readonly expansion: number;
	readonly filters: number;
	readonly stochasticDepthRate: number;
}

/** Inverted residual with squeeze-and-excitation in its middle; the input is added where the shapes agree. */
function block(input: tf.SymbolicTensor, options: BlockOptions): tf.SymbolicTensor {
	const { name, kernelSize, strides, expansion, filters, stochasticDepthRate: rate } = options;
	const channels = input.shape[3] as number;
	const expand = { name: `${name}expand_`, filters: channels * expansion, kernelSize: 1 };
	const expanded = expansion === 1 ? input : convolution(input, expand);
	const depthwise = { kernelSize, strides, padding: 'same', useBias: false, name: `${name}dwconv` } as const;
	const filtered = tf.layers.depthwiseConv2d(depthwise).apply(expanded) as tf.SymbolicTensor;
	const excited = squeezeAndExcite(normalize(filtered, name), Math.floor(channels / 4), name);
	const projected = convolution(excited, { name: `${name}project_`, filters, kernelSize: 1, linear: true });
	if (strides !== 1 || channels !== filters) return projected;
	const dropped = rate > 0 ? stochasticDepth({ rate, name: `${name}drop` }).apply(projected) : projected;
	return tf.layers.add({ name: `${name}add` }).apply([dropped as tf.SymbolicTensor, input]) as tf.SymbolicTensor;
}

function build({ stochasticDepthRate }: { stochasticDepthRate: number }): tf.LayersModel {
	const input = tf.input({ shape: [null, null, 3], name: 'image' });
	let x = convolution(input, { name: 'stem_', filters: 32, kernelSize: 3, strides: 2 });
	let index = 0;
	EFFICIENTNET_STAGES.forEach(([blocks, kernelSize, firstStrides, expansion, filters], stage) => {
		for (let i = 0; i < blocks; i++) {
			const name = `block${stage + 1}${'abcd'[i]}_`;
			const rate = (stochasticDepthRate * index) / (BLOCKS - 1);
			const strides = i === 0 ? firstStrides : 1;
			x = block(x, { name, kernelSize, strides, expansion, filters, stochasticDepthRate: rate });
			index++;
		}
	});
	const features = convolution(x, { name: 'top_', filters: 1280, kernelSize: 1 });
	return tf.model({ inputs: input, outputs: features, name: 'efficientnet-b0' });
}

/** Keras 2, which wrote the published file, says `depthwise_kernel`, and Keras 3 `kernel`. */
function find(file: WeightMap, layer: string, weight: WeightName): StoredTensor | undefined {
	const stored = file.get(`${layer}/${weight}`);
	return weight === 'depthwise_kernel' ? (stored ?? file.get(`${layer}/kernel`)) : stored;
}

/** EfficientNet-B0 as in keras.applications, whose preprocessing is part of the model; here it is the record's. */
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
	build,
	find,
};
