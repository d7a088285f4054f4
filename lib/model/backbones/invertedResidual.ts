import { batchNormalization } from '../../tensorflow/batchNormalization';
import { convolution2d } from '../../tensorflow/convolution';
import { stochasticDepth } from '../../tensorflow/dropout';
import { relu6 } from '../../tensorflow/relu';
import { tf } from '../../tensorflow/tf';
import { applyLayers, type StagedBlock, stagedBlocks } from './backbone';

/** The names of a convolution and the layers after it, as in the network's weight file. */
interface LayerNames {
	readonly convolution: string;
	readonly batchNormalization: string;
	/** Name of a swish activation. Default: ReLU6, named after the batch normalisation. */
	readonly swish?: string;
	/** Default 0.99: Keras's 0.999 is too slow for epochs of a few hundred steps. */
	readonly momentum?: number;
}

type ConvolutionOptions = LayerNames & Pick<BlockOptions, 'filters' | 'kernelSize'> & { strides?: number };

/** Adds a convolution without bias, batch normalisation and an activation: `[batch, h, w, filters]`. */
export function convolution(input: tf.SymbolicTensor, options: ConvolutionOptions): tf.SymbolicTensor {
	const { filters, kernelSize, strides = 1, convolution: name } = options;
	return applyLayers(input, convolution2d({ filters, kernelSize, strides, name }), ...normalization(options));
}

function normalization({ momentum = 0.99, batchNormalization: name, swish }: LayerNames, isLinear = false) {
	const layer = batchNormalization({ epsilon: 1e-3, momentum, name, reluFollows: isLinear || swish ? 0 : 6 });
	if (isLinear) return [layer];
	if (swish) return [layer, tf.layers.activation({ activation: 'swish', name: swish })];
	return [layer, relu6({ name: `${name}_relu`, after: layer })];
}

/** The names of a block's layers; `block` is the prefix of those not listed. */
export type BlockNames = Readonly<Record<'expand' | 'depthwise' | 'project', LayerNames> & { block: string }>;

interface BlockOptions {
	readonly filters: number;
	readonly kernelSize: number;
	readonly strides: number;
	/** Ratio of the middle's channels to the input's; 1 omits the expanding convolution. */
	readonly expansion: number;
	/** Whether to add squeeze-and-excitation. */
	readonly squeezes?: boolean;
	readonly stochasticDepthRate: number;
	readonly names: BlockNames;
}

/**
 * Adds an inverted residual with a linear bottleneck (Sandler et al. 2018, arXiv:1801.04381): expand, filter each channel,
 * project; the input is added if the shapes agree.
 */
export function invertedResidual(input: tf.SymbolicTensor, options: BlockOptions): tf.SymbolicTensor {
	const { filters, kernelSize, strides, expansion, squeezes, names, stochasticDepthRate: rate } = options;
	const { block, expand, depthwise, project } = names;
	const channels = input.shape[3] as number;
	const wide = { filters: channels * expansion, kernelSize: 1 };
	const spatial = { kernelSize, strides, padding: 'same', useBias: false } as const;
	const filtered = applyLayers(
		expansion === 1 ? input : convolution(input, { ...expand, ...wide }),
		tf.layers.depthwiseConv2d({ ...spatial, name: depthwise.convolution }),
		...normalization(depthwise),
	);
	const projected = applyLayers(
		squeezes ? squeezeAndExcite(filtered, Math.floor(channels / 4), block) : filtered,
		convolution2d({ filters, kernelSize: 1, name: project.convolution }),
		...normalization(project, true),
	);
	if (strides !== 1 || channels !== filters) return projected;
	const branch = applyLayers(projected, rate > 0 && stochasticDepth({ rate, name: `${block}_drop` }));
	// The order of Keras's two networks, which saved models keep.
	return applyLayers(squeezes ? [branch, input] : [input, branch], tf.layers.add({ name: `${block}_add` }));
}

/** Scales each channel by a factor computed from the means of all channels (Hu et al. 2018, arXiv:1709.01507). */
function squeezeAndExcite(input: tf.SymbolicTensor, squeezed: number, block: string): tf.SymbolicTensor {
	const channels = input.shape[3] as number;
	const factors = applyLayers(
		input,
		tf.layers.globalAveragePooling2d({ name: `${block}_se_squeeze` }),
		tf.layers.reshape({ targetShape: [1, 1, channels], name: `${block}_se_reshape` }),
		tf.layers.conv2d({ filters: squeezed, kernelSize: 1, activation: 'swish', name: `${block}_se_reduce` }),
		tf.layers.conv2d({ filters: channels, kernelSize: 1, activation: 'sigmoid', name: `${block}_se_expand` }),
	);
	return applyLayers([input, factors], tf.layers.multiply({ name: `${block}_se_excite` }));
}

/** Blocks, kernel size, stride of the first block, expansion, filters. */
export type Stage = readonly [blocks: number, kernelSize: number, strides: number, expansion: number, filters: number];

interface Network extends Pick<BlockOptions, 'squeezes' | 'stochasticDepthRate'> {
	readonly name: string;
	readonly stages: readonly Stage[];
	readonly stem: LayerNames;
	readonly head: LayerNames;
	readonly blockNames: (block: StagedBlock<Stage>) => BlockNames;
}

/** Builds a network of inverted residuals between a stem of 32 filters and a head of 1,280. */
export function buildInvertedResiduals(network: Network): tf.LayersModel {
	const { name, stages, stem, head, blockNames, squeezes, stochasticDepthRate } = network;
	const input = tf.input({ shape: [null, null, 3], name: 'image' });
	let x = convolution(input, { ...stem, filters: 32, kernelSize: 3, strides: 2 });
	for (const block of stagedBlocks(stages, stochasticDepthRate)) {
		const [, kernelSize, firstStrides, expansion, filters] = block.stage;
		const strides = block.position === 0 ? firstStrides : 1;
		const shape = { filters, kernelSize, strides, expansion, squeezes };
		x = invertedResidual(x, { ...shape, stochasticDepthRate: block.rate, names: blockNames(block) });
	}
	return tf.model({ inputs: input, outputs: convolution(x, { ...head, filters: 1280, kernelSize: 1 }), name });
}
