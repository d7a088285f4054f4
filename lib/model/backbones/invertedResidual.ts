import { batchNormalization } from '../../tensorflow/batchNormalization';
import { convolution2d } from '../../tensorflow/convolution';
import { stochasticDepth } from '../../tensorflow/dropout';
import { relu6 } from '../../tensorflow/relu6';
import { tf } from '../../tensorflow/tf';

/** The names of a block's layers; each network keeps those of its own weight file. */
export interface LayerNames {
	readonly convolution: string;
	readonly batchNormalization: string;
}

interface ConvolutionOptions extends LayerNames {
	readonly filters: number;
	readonly kernelSize: number;
	readonly strides?: number;
	/** Part of the moving statistics that a batch leaves as it was. */
	readonly momentum: number;
	readonly activation: boolean;
}

/** Convolution without bias, batch normalisation and, if `activation`, ReLU6: `[batch, h, w, filters]`. */
export function convolution(input: tf.SymbolicTensor, options: ConvolutionOptions): tf.SymbolicTensor {
	const { filters, kernelSize, strides = 1, convolution: name } = options;
	const layer = convolution2d({ filters, kernelSize, strides, name });
	return normalize(layer.apply(input) as tf.SymbolicTensor, options);
}

/** The same with one filter a channel. */
function depthwiseConvolution(input: tf.SymbolicTensor, options: Omit<ConvolutionOptions, 'filters'>) {
	const { kernelSize, strides = 1, convolution: name } = options;
	const layer = tf.layers.depthwiseConv2d({ kernelSize, strides, padding: 'same', useBias: false, name });
	return normalize(layer.apply(input) as tf.SymbolicTensor, options);
}

function normalize(input: tf.SymbolicTensor, options: Omit<ConvolutionOptions, 'filters' | 'kernelSize'>) {
	const { momentum, activation, batchNormalization: name } = options;
	const normalization = batchNormalization({ epsilon: 1e-3, momentum, name, relu6Follows: activation });
	const normalized = normalization.apply(input) as tf.SymbolicTensor;
	if (!activation) return normalized;
	return relu6({ name: `${name}_relu`, after: normalization }).apply(normalized) as tf.SymbolicTensor;
}

export interface InvertedResidualOptions {
	readonly filters: number;
	readonly kernelSize: number;
	readonly strides: number;
	/** Channels of the middle as a multiple of the input's; 1 leaves the expanding convolution out. */
	readonly expansion: number;
	readonly momentum: number;
	readonly stochasticDepthRate: number;
	readonly names: Readonly<Record<'expand' | 'depthwise' | 'project', LayerNames>> & { readonly block: string };
}

/**
 * Inverted residual with a linear bottleneck (Sandler et al. 2018, arXiv:1801.04381): expand, filter each channel,
 * project; the input is added where the shapes agree.
 */
export function invertedResidual(input: tf.SymbolicTensor, options: InvertedResidualOptions): tf.SymbolicTensor {
	const { filters, kernelSize, strides, expansion, momentum, names } = options;
	const channels = input.shape[3] as number;
	const common = { momentum, activation: true };
	const expanded =
		expansion === 1
			? input
			: convolution(input, { ...common, ...names.expand, filters: channels * expansion, kernelSize: 1 });
	const filtered = depthwiseConvolution(expanded, { ...common, ...names.depthwise, kernelSize, strides });
	const projected = convolution(filtered, { ...names.project, momentum, activation: false, filters, kernelSize: 1 });
	if (strides !== 1 || channels !== filters) return projected;
	const rate = options.stochasticDepthRate;
	const dropped = rate > 0 ? stochasticDepth({ rate, name: `${names.block}_drop` }).apply(projected) : projected;
	const added = tf.layers.add({ name: `${names.block}_add` }).apply([input, dropped as tf.SymbolicTensor]);
	return added as tf.SymbolicTensor;
}
