import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend';
import { hasOwnOps, type NativeOp, nativeOp } from './native';
import { NATIVE_BACKEND, tf } from './tf';

type Inputs = Record<'x' | 'filter', tf.Tensor4D> & { readonly bias: tf.Tensor };
type Pair = number | [number, number];

/** The attributes that tfjs passes to both kernels. */
interface Attributes {
	readonly strides: Pair;
	readonly pad: 'same' | 'valid' | number;
	readonly dilations: Pair;
	readonly dataFormat: 'NHWC' | 'NCHW';
	readonly activation: string;
}

/** The largest value that each supported activation lets pass; 0 for no limits. */
const HIGHEST: Readonly<Record<string, number>> = { linear: 0, relu: Number.POSITIVE_INFINITY, relu6: 6 };
const RELU_OPS: Readonly<Record<string, string[]>> = { linear: [], relu: ['Relu'], relu6: ['Relu6'] };

const pairOf = (pair: Pair): [number, number] => (typeof pair === 'number' ? [pair, pair] : pair);

/** Whether the fused ops support a call; tfjs's own kernels run all others. */
function isSupported({ x, filter, bias }: Inputs, { pad, dilations = 1, dataFormat, activation }: Attributes): boolean {
	const isFloat = [x, filter, bias].every((tensor) => tensor?.dtype === 'float32' && tensor.size > 0);
	if (!isFloat) return false;
	const isDilated = pairOf(dilations).some((each) => each !== 1);
	const isPlain = !isDilated && dataFormat === 'NHWC' && typeof pad === 'string' && ['same', 'valid'].includes(pad);
	return bias.shape.length === 1 && isPlain && activation in HIGHEST && hasOwnOps();
}

/** Runs TensorFlow's convolution with bias and ReLU, as its graph optimizer makes it. */
function convolve(op: NativeOp, { x, filter, bias }: Inputs, { strides, pad, activation }: Attributes): tf.Tensor {
	return op('_FusedConv2D', [x, filter, bias], {
		T: { type: 'float32' },
		TArgs: { types: ['float32'] },
		num_args: { integer: 1 },
		num_host_args: { integer: 0 },
		strides: { integers: [1, ...pairOf(strides), 1] },
		padding: String(pad).toUpperCase(),
		fused_ops: { strings: ['BiasAdd', ...RELU_OPS[activation]] },
	})[0];
}

/** Runs the same for each channel separately, in a kernel of native/depthwiseConvolution.cc. */
function convolveDepthwise(op: NativeOp, inputs: Inputs, { strides, pad, activation }: Attributes): tf.Tensor {
	const attributes = { stride: { integer: pairOf(strides)[0] }, same: pad === 'same', highest: HIGHEST[activation] };
	return op('FerDepthwiseConvolution', [inputs.x, inputs.filter, inputs.bias], attributes)[0];
}

/** Returns the output for no images. With AVX-512, TensorFlow's convolution gives it the input's number of channels. */
function emptyOutput({ x, filter }: Inputs, { strides, dilations, pad }: Attributes, depthwise: boolean): tf.Tensor {
	const { computeConv2DInfo } = tf.backend_util;
	return tf.zeros(computeConv2DInfo(x.shape, filter.shape, strides, dilations, pad, undefined, depthwise).outShape);
}

/** Runs a kernel instead of tfjs's own for the calls that it supports. */
function precede(kernelName: string, supports: typeof isSupported, kernel: typeof convolve): void {
	const stock = tf.getKernel(kernelName, NATIVE_BACKEND);
	tf.unregisterKernel(kernelName, NATIVE_BACKEND);
	tf.registerKernel({
		...stock,
		kernelFunc: (call) => {
			const [inputs, attributes] = [call.inputs as Inputs, call.attrs as unknown as Attributes];
			if (inputs.x.size === 0) return emptyOutput(inputs, attributes, kernelName === tf.FusedDepthwiseConv2D);
			if (!supports(inputs, attributes)) return stock.kernelFunc(call);
			return kernel(nativeOp(call.backend as NodeJSKernelBackend), inputs, attributes);
		},
	});
}

precede(tf.FusedConv2D, isSupported, convolve);

precede(
	tf.FusedDepthwiseConv2D,
	(inputs, attributes) => {
		const [height, width] = pairOf(attributes.strides);
		return height === width && inputs.filter.shape[3] === 1 && isSupported(inputs, attributes);
	},
	convolveDepthwise,
);
