import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend';
import { hasOwnOps, type NativeOp, nativeOp } from './native';
import { firstOf, NATIVE_BACKEND, tf } from './tf';

type Inputs = Record<'x' | 'filter', tf.Tensor4D> & { readonly bias: tf.Tensor };
type Attributes = tf.FusedConv2DAttrs & tf.FusedDepthwiseConv2DAttrs;

/** Upper limit of each supported activation; 0 for none. */
const HIGHEST: Readonly<Record<string, number>> = { linear: 0, relu: Number.POSITIVE_INFINITY, relu6: 6 };
const RELU_OPS: Readonly<Record<string, string[]>> = { linear: [], relu: ['Relu'], relu6: ['Relu6'] };

const pairOf = (pair: number | [number, number]): [number, number] => (typeof pair === 'number' ? [pair, pair] : pair);

/** Whether the fused ops support a call; tfjs's own kernels run all others. */
function isSupported({ x, filter, bias }: Inputs, attributes: Attributes, depthwise: boolean): boolean {
	const { strides, pad, dilations = 1, dataFormat, activation } = attributes;
	const isFloat = [x, filter, bias].every((tensor) => tensor?.dtype === 'float32' && tensor.size > 0);
	// Both ops read as many summands as there are output channels.
	const channels = filter.shape[depthwise ? 2 : 3];
	if (!isFloat || bias.shape.length !== 1 || bias.shape[0] !== channels) return false;
	const [height, width] = pairOf(strides);
	if (depthwise && (height !== width || filter.shape[3] !== 1)) return false;
	const isDilated = pairOf(dilations).some((each) => each !== 1);
	const isPlain = !isDilated && dataFormat === 'NHWC' && ['same', 'valid'].includes(String(pad));
	return isPlain && Object.hasOwn(HIGHEST, activation) && hasOwnOps();
}

/** Runs TensorFlow's convolution with bias and ReLU, as its graph optimizer makes it. */
function convolve(op: NativeOp, { x, filter, bias }: Inputs, { strides, pad, activation }: Attributes): tf.Tensor {
	return op('_FusedConv2D', [x, filter, bias], {
		T: { type: 'float32' },
		TArgs: { types: ['float32'] },
		num_args: { integer: 1 },
		num_host_args: { integer: 0 },
		strides: { integer: [1, ...pairOf(strides), 1] },
		padding: String(pad).toUpperCase(),
		fused_ops: { strings: ['BiasAdd', ...RELU_OPS[activation]] },
	})[0];
}

/** Runs the same for each channel separately, in a kernel of native/depthwiseConvolution.cc. */
function convolveDepthwise(op: NativeOp, inputs: Inputs, { strides, pad, activation }: Attributes): tf.Tensor {
	const attributes = { stride: { integer: pairOf(strides)[0] }, same: pad === 'same', highest: HIGHEST[activation] };
	return op('FerDepthwiseConvolution', [inputs.x, inputs.filter, inputs.bias], attributes)[0];
}

/** Returns the output for no images, in which TensorFlow's AVX-512 convolution has the input's number of channels. */
function emptyOutput({ x, filter }: Inputs, { strides, dilations, pad }: Attributes, depthwise: boolean): tf.Tensor {
	const { computeConv2DInfo } = tf.backend_util;
	return tf.zeros(computeConv2DInfo(x.shape, filter.shape, strides, dilations, pad, undefined, depthwise).outShape);
}

/** Runs a kernel instead of tfjs's own for the calls that it supports. */
function precede(kernelName: string, kernel: typeof convolve): void {
	const stock = tf.getKernel(kernelName, NATIVE_BACKEND);
	const depthwise = kernelName === tf.FusedDepthwiseConv2D;
	tf.unregisterKernel(kernelName, NATIVE_BACKEND);
	tf.registerKernel({
		...stock,
		kernelFunc: (call) => {
			const [inputs, attributes] = [call.inputs as Inputs, call.attrs as unknown as Attributes];
			if (inputs.x.size === 0) return emptyOutput(inputs, attributes, depthwise);
			if (!isSupported(inputs, attributes, depthwise)) return stock.kernelFunc(call);
			return kernel(nativeOp(call.backend as NodeJSKernelBackend), inputs, attributes);
		},
	});
}

precede(tf.FusedConv2D, convolve);
precede(tf.FusedDepthwiseConv2D, convolveDepthwise);

/** The members of tfjs's convolution layers used here. */
interface Convolution extends tf.layers.Layer {
	readonly kernel?: tf.LayerVariable;
	readonly depthwiseKernel?: tf.LayerVariable;
	readonly bias?: tf.LayerVariable | null;
}

type Activation = 'linear' | 'relu' | 'relu6';

/**
 * Fuses each convolution of a model with the ReLU or ReLU6 after it; the ReLU layer then passes its input on. The layers
 * stay tfjs's own and are saved as such.
 * @param model Its convolutions have a bias, as after `foldBatchNormalization`; nested models are fused too.
 */
export function fuseRelus(model: tf.LayersModel): void {
	const outputs = new Set(model.outputs.map(({ sourceLayer }) => sourceLayer));
	for (const layer of model.layers) {
		if (layer instanceof tf.LayersModel) fuseRelus(layer);
		if (!isPlainConvolution(layer)) continue;
		const [reader, another] = layer.outboundNodes.map(({ outboundLayer }) => outboundLayer);
		const relu = reader && !another && !outputs.has(layer) ? reluOf(reader) : undefined;
		layer.call = fusedCall(layer, relu ?? 'linear');
		if (relu) reader.call = firstOf;
	}
}

function isPlainConvolution(layer: tf.layers.Layer): boolean {
	if (layer.getClassName() !== 'Conv2D' && layer.getClassName() !== 'DepthwiseConv2D') return false;
	const { useBias, activation, dataFormat, dilationRate } = layer.getConfig();
	const isDilated = [dilationRate].flat().some((rate) => rate !== 1);
	return !isDilated && useBias === true && activation === 'linear' && dataFormat === 'channelsLast';
}

/** Returns which ReLU a layer is, if TensorFlow can fuse it. */
function reluOf(layer: tf.layers.Layer): Activation | undefined {
	if (layer.getClassName() !== 'ReLU') return undefined;
	const { maxValue } = layer.getConfig();
	if (maxValue === 6) return 'relu6';
	return maxValue === null || maxValue === undefined ? 'relu' : undefined;
}

/** Returns the `call` of a convolution layer with its activation. */
function fusedCall(layer: Convolution, activation: Activation): tf.layers.Layer['call'] {
	const { strides, padding } = layer.getConfig() as { strides: [number, number]; padding: 'same' | 'valid' };
	return (inputs) => {
		const options = { x: firstOf(inputs) as tf.Tensor4D, strides, pad: padding, bias: layer.bias?.read(), activation };
		if (layer.kernel) return tf.fused.conv2d({ ...options, filter: layer.kernel.read() as tf.Tensor4D });
		return tf.fused.depthwiseConv2d({ ...options, filter: layer.depthwiseKernel?.read() as tf.Tensor4D });
	};
}
