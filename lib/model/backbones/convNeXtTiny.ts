import { stochasticDepth } from '../../tensorflow/dropout';
import { layerNormalization } from '../../tensorflow/layerNormalization';
import { tf } from '../../tensorflow/tf';
import { applyLayers, type Backbone, IMAGENET_NORMALIZATION, type StagedBlock, stagedBlocks } from './backbone';

/** Stages of ConvNeXt-T: blocks, filters (Liu et al. 2022, section 2.7 and appendix). */
const STAGES = [
	[3, 96],
	[3, 192],
	[9, 384],
	[3, 768],
] as const;
// Keras's default, and by far tfjs's fastest: JavaScript draws 28 million weights.
const kernelInitializer = 'glorotUniform';

const normalize = (name: string) => layerNormalization({ epsilon: 1e-6, name });

/** A convolution of patches that do not overlap. */
const patches = (filters: number, side: number, name: string) =>
	tf.layers.conv2d({ filters, kernelSize: side, strides: side, kernelInitializer, name });

/** LayerScale (Touvron et al. 2021, arXiv:2103.17239), a learned factor for each channel, in a stock layer. */
function layerScale(name: string): tf.layers.Layer {
	const depthwiseInitializer = tf.initializers.constant({ value: 1e-6 });
	return tf.layers.depthwiseConv2d({ kernelSize: 1, useBias: false, depthwiseInitializer, name });
}

/** Adds a block: a depthwise convolution, two dense layers over the channels of each pixel, and the residual. */
function addBlock(input: tf.SymbolicTensor, name: string, rate: number): tf.SymbolicTensor {
	const channels = input.shape[3] as number;
	const branch = applyLayers(
		input,
		tf.layers.depthwiseConv2d({ kernelSize: 7, padding: 'same', name: `${name}_depthwise_conv` }),
		normalize(`${name}_layernorm`),
		tf.layers.dense({ units: 4 * channels, kernelInitializer, name: `${name}_pointwise_conv_1` }),
		// The exact GELU, with the error function, as in Keras.
		tf.layers.activation({ activation: 'gelu', name: `${name}_gelu` }),
		tf.layers.dense({ units: channels, kernelInitializer, name: `${name}_pointwise_conv_2` }),
		layerScale(`${name}_layer_scale`),
		rate > 0 && stochasticDepth({ rate, name: `${name}_drop` }),
	);
	return applyLayers([input, branch], tf.layers.add({ name: `${name}_add` }));
}

/** Adds a block, and before the first of a stage the stem or the downsampling. */
function addStaged(x: tf.SymbolicTensor, block: StagedBlock<(typeof STAGES)[number]>): tf.SymbolicTensor {
	const { stage, stageIndex, position, rate } = block;
	const [, filters] = stage;
	const name = `stage${stageIndex}_block${position}`;
	if (position > 0) return addBlock(x, name, rate);
	const entry = `downsampling${stageIndex - 1}`;
	const layers =
		stageIndex === 0
			? [patches(filters, 4, 'stem_conv'), normalize('stem_layernorm')]
			: [normalize(`${entry}_layernorm`), patches(filters, 2, `${entry}_conv`)];
	return addBlock(applyLayers(x, ...layers), name, rate);
}

const find: Backbone['find'] = (file, layer, weight) => {
	// In Keras's file, stem and downsampling are models of two layers each.
	const group = layer
		.replace(/^stage(\d)_block(\d)_/, 'convnext_tiny_stage_$1_block_$2_')
		.replace(/^stem_.*/, 'convnext_tiny_stem')
		.replace(/^downsampling(\d)_.*/, 'convnext_tiny_downsampling_block_$1');
	const findBy = (matches: (name: string) => boolean) => [...file].find(([name]) => matches(name))?.[1];
	// Keras numbers the name of the last layer, and a layer scale's only tensor has no name.
	const last = new RegExp(`^layer_normalization(_\\d+)?/${weight}$`);
	if (layer === 'layernorm') return findBy((name) => last.test(name));
	if (layer.endsWith('_layer_scale')) {
		const stored = findBy((name) => name.startsWith(`${group}/`));
		return stored && { ...stored, shape: [1, 1, ...stored.shape, 1] };
	}
	// Inside a larger model, those two are not the outermost.
	const own = layer
		.replace(/^stem_/, 'convnext_tiny_stem_')
		.replace(/^downsampling(\d)_(.*)/, 'convnext_tiny_downsampling_$2_$1');
	if (weight !== 'depthwise_kernel') return file.get(`${group}/${weight}`) ?? file.get(`${own}/${weight}`);
	// A grouped convolution, [height, width, 1, channels]; the values are in the same order.
	const stored = file.get(`${group}/kernel`);
	return stored && { ...stored, shape: [...stored.shape.slice(0, 2), ...stored.shape.slice(2).reverse()] };
};

/** ConvNeXt-T as in keras.applications, whose preprocessing is part of the model; here it is part of the record. */
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
	build({ stochasticDepthRate }) {
		const input: tf.SymbolicTensor = tf.input({ shape: [null, null, 3], name: 'image' });
		const features = stagedBlocks(STAGES, stochasticDepthRate).reduce(addStaged, input);
		return tf.model({ inputs: input, outputs: applyLayers(features, normalize('layernorm')), name: 'convnext-tiny' });
	},
	find,
};
