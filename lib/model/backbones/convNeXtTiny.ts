import { stochasticDepth } from '../../tensorflow/dropout';
import { layerNormalization } from '../../tensorflow/layerNormalization';
import { tf } from '../../tensorflow/tf';
import type { StoredTensor, WeightMap } from './backbone';
import { type Backbone, IMAGENET_NORMALIZATION, type WeightName } from './backbone';

/** Stages of ConvNeXt-T: blocks, filters (Liu et al. 2022, section 2.7 and appendix). */
const STAGES = [
	[3, 96],
	[3, 192],
	[9, 384],
	[3, 768],
] as const;
const BLOCKS = STAGES.reduce((total, [blocks]) => total + blocks, 0);
const LAYER_SCALE = 1e-6;
// Keras's default, and of tfjs's the quicker one by far: 28 million weights are drawn in JavaScript.
const kernelInitializer = 'glorotUniform';

function normalize(input: tf.SymbolicTensor, name: string): tf.SymbolicTensor {
	return layerNormalization({ epsilon: 1e-6, name }).apply(input) as tf.SymbolicTensor;
}

/** Convolution of patches that do not overlap. */
function patches(input: tf.SymbolicTensor, filters: number, side: number, name: string): tf.SymbolicTensor {
	const layer = tf.layers.conv2d({ filters, kernelSize: side, strides: side, kernelInitializer, name });
	return layer.apply(input) as tf.SymbolicTensor;
}

/**
 * A learned factor for each channel (Touvron et al. 2021, arXiv:2103.17239), as a depthwise convolution of one pixel.
 * tfjs has no layer for it, and this one has the same gradient and loads anywhere: batch normalisation would follow its
 * batch in training, and as a part of the dense layer before it the factor would get another gradient.
 */
function layerScale(name: string): tf.layers.Layer {
	const depthwiseInitializer = tf.initializers.constant({ value: LAYER_SCALE });
	return tf.layers.depthwiseConv2d({ kernelSize: 1, useBias: false, depthwiseInitializer, name });
}

/** Depthwise convolution, then two dense layers over the channels of each pixel; the input is added. */
function block(input: tf.SymbolicTensor, name: string, stochasticDepthRate: number): tf.SymbolicTensor {
	const channels = input.shape[3] as number;
	const layers = [
		tf.layers.depthwiseConv2d({ kernelSize: 7, padding: 'same', name: `${name}_depthwise_conv` }),
		layerNormalization({ epsilon: 1e-6, name: `${name}_layernorm` }),
		tf.layers.dense({ units: 4 * channels, kernelInitializer, name: `${name}_pointwise_conv_1` }),
		// The exact one, by the error function, as Keras's.
		tf.layers.activation({ activation: 'gelu', name: `${name}_gelu` }),
		tf.layers.dense({ units: channels, kernelInitializer, name: `${name}_pointwise_conv_2` }),
		layerScale(`${name}_layer_scale`),
	];
	if (stochasticDepthRate > 0) layers.push(stochasticDepth({ rate: stochasticDepthRate, name: `${name}_drop` }));
	const branch = layers.reduce((x, layer) => layer.apply(x) as tf.SymbolicTensor, input);
	return tf.layers.add({ name: `${name}_add` }).apply([input, branch]) as tf.SymbolicTensor;
}

function build({ stochasticDepthRate }: { stochasticDepthRate: number }): tf.LayersModel {
	const input = tf.input({ shape: [null, null, 3], name: 'image' });
	let x = input;
	let index = 0;
	STAGES.forEach(([blocks, filters], stage) => {
		const entry = `downsampling${stage - 1}`;
		x =
			stage === 0
				? normalize(patches(x, filters, 4, 'stem_conv'), 'stem_layernorm')
				: patches(normalize(x, `${entry}_layernorm`), filters, 2, `${entry}_conv`);
		for (let i = 0; i < blocks; i++) {
			x = block(x, `stage${stage}_block${i}`, (stochasticDepthRate * index) / (BLOCKS - 1));
			index++;
		}
	});
	return tf.model({ inputs: input, outputs: normalize(x, 'layernorm'), name: 'convnext-tiny' });
}

/** The group of a layer in Keras's file. Stem and downsampling are models of their own there, of two layers each. */
function groupOf(layer: string): string {
	return layer
		.replace(/^stage(\d)_block(\d)_/, 'convnext_tiny_stage_$1_block_$2_')
		.replace(/^stem_.*/, 'convnext_tiny_stem')
		.replace(/^downsampling(\d)_.*/, 'convnext_tiny_downsampling_block_$1');
}

function find(file: WeightMap, layer: string, weight: WeightName): StoredTensor | undefined {
	const group = groupOf(layer);
	// The last layer has no name of its own: Keras counts those that it makes.
	const last = (name: string) => new RegExp(`^layer_normalization(_\\d+)?/${weight}$`).test(name);
	if (layer === 'layernorm') return findBy(file, last);
	if (layer.endsWith('_layer_scale')) {
		// Its only tensor has no name of its own either.
		const stored = findBy(file, (name) => name.startsWith(`${group}/`));
		return stored && { ...stored, shape: [1, 1, ...stored.shape, 1] };
	}
	if (weight !== 'depthwise_kernel') return file.get(`${group}/${weight}`);
	// A convolution of as many groups as channels: height, width, 1, channels; values in the same order.
	const stored = file.get(`${group}/kernel`);
	return stored && { ...stored, shape: [...stored.shape.slice(0, 2), ...stored.shape.slice(2).reverse()] };
}

function findBy(file: WeightMap, isIt: (name: string) => boolean): StoredTensor | undefined {
	return [...file].find(([name]) => isIt(name))?.[1];
}

/** ConvNeXt-T as in keras.applications, whose preprocessing is part of the model; here it is the record's. */
export const convNeXtTiny: Backbone = {
	name: 'convnext-tiny',
	pretrainedSize: 224,
	normalization: IMAGENET_NORMALIZATION,
	features: 768,
	parameters: 27_820_128,
	multiplyAdds: 4.45e9,
	imagenetTop1: 0.821,
	license: 'MIT',
	source:
		'Liu et al. 2022, arXiv:2201.03545; weights of keras.applications, converted from the authors’ PyTorch repository',
	pretrained: {
		fileName: 'convnext_tiny_notop.h5',
		url: 'https://storage.googleapis.com/tensorflow/keras-applications/convnext/convnext_tiny_notop.h5',
		sha256: 'd547c096cabd03329d7be5562c5e14798aa39ed24b474157cef5e85ab9e49ef1',
	},
	build,
	find,
};
