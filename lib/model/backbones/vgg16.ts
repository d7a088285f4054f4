import { tf } from '../../tensorflow/tf';
import { applyLayers, type Backbone, findByName } from './backbone';

/** Blocks of VGG-16: convolutions, filters (Simonyan and Zisserman 2015, table 1, column D). */
const BLOCKS = [
	[2, 64],
	[2, 128],
	[3, 256],
	[3, 512],
	[3, 512],
] as const;

/** Builds the first blocks, each with its pooling. There are no residual branches for stochastic depth to drop. */
function build(name: string, blocks: number): tf.LayersModel {
	const input = tf.input({ shape: [null, null, 3], name: 'image' });
	const layers = BLOCKS.slice(0, blocks).flatMap(([convolutions, filters], index) => {
		const block = `block${index + 1}`;
		const options = { filters, kernelSize: 3, padding: 'same', activation: 'relu' } as const;
		const names = Array.from({ length: convolutions }, (_, i) => `${block}_conv${i + 1}`);
		const pooling = tf.layers.maxPooling2d({ poolSize: 2, strides: 2, name: `${block}_pool` });
		return [...names.map((name) => tf.layers.conv2d({ ...options, name })), pooling];
	});
	return tf.model({ inputs: input, outputs: applyLayers(input, ...layers), name });
}

/** Finds a weight; Keras 1, which wrote the oldest published files, names it like `block1_conv1_W_1`. */
const find: Backbone['find'] = (file, layer, weight) =>
	findByName(file, layer, weight) ?? file.get(`${layer}/${layer}_${weight === 'kernel' ? 'W' : 'b'}_1`);

const common = {
	pretrainedSize: 224,
	normalization: { scale: 1, offset: [-103.939, -116.779, -123.68], channelOrder: 'bgr' },
	// The file contains the whole network.
	imagenetTop1: 0.713,
	license: 'CC-BY-4.0',
	source: 'Simonyan and Zisserman 2015, arXiv:1409.1556; weights of keras.applications',
	pretrained: {
		fileName: 'vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5',
		url: 'https://storage.googleapis.com/tensorflow/keras-applications/vgg16/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5',
		md5: '6d6bbae143d832006294945121d1f1fc',
	},
	find,
} as const;

/** VGG-16 as in keras.applications. */
export const vgg16: Backbone = {
	...common,
	name: 'vgg16',
	features: 512,
	parameters: 14_714_688,
	multiplyAdds: 15.35e9,
	build: () => build('vgg16', 5),
};

/** VGG-16 up to the pooling of its third block: an eighth of the weights, from the file of the whole network. */
export const vgg16Block3: Backbone = {
	...common,
	name: 'vgg16-block3',
	features: 256,
	parameters: 1_735_488,
	multiplyAdds: 9.34e9,
	build: () => build('vgg16-block3', 3),
};
