import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend';
import { hasOwnOps, type NativeOp, nativeOp } from './native';
import { NATIVE_BACKEND, tf } from './tf';

type Inputs = Record<'x' | 'filter' | 'bias', tf.Tensor>;
type Pair = number | readonly [number, number];

/** Those that tfjs gives to both kernels. */
interface Attributes {
	readonly strides: Pair;
	readonly pad: unknown;
	readonly dilations: Pair;
	readonly dataFormat: 'NHWC' | 'NCHW';
	readonly activation: string;
}

/** The activations that the ops know, with the largest value they let pass; 0 for no limits. */
const HIGHEST: Readonly<Record<string, number>> = { linear: 0, relu: Number.POSITIVE_INFINITY, relu6: 6 };
const RELU_OPS: Readonly<Record<string, string[]>> = { linear: [], relu: ['Relu'], relu6: ['Relu6'] };

const isPair = (pair: Pair, value: number) => [pair].flat().every((each) => each === value);

/** Whether the fused ops do what is asked for; all else is done by tfjs's own kernels. */
function isServed({ x, filter, bias }: Inputs, { pad, dilations = 1, dataFormat, activation }: Attributes): boolean {
	const isFloat = [x, filter, bias].every((tensor) => tensor?.dtype === 'float32' && tensor.size > 0);
	if (!isFloat) return false;
	const isPlain = isPair(dilations, 1) && dataFormat === 'NHWC' && (pad === 'same' || pad === 'valid');
	return bias.shape.length === 1 && isPlain && activation in HIGHEST && hasOwnOps();
}

/** TensorFlow's convolution with bias and ReLU, which its graphs are made of. */
function convolve(op: NativeOp, { x, filter, bias }: Inputs, { strides, pad, activation }: Attributes): tf.Tensor {
	const [height, width] = typeof strides === 'number' ? [strides, strides] : strides;
	const [output] = op('_FusedConv2D', [x, filter, bias], {
		T: { type: 'float32' },
		TArgs: { types: ['float32'] },
		num_args: { integer: 1 },
		num_host_args: { integer: 0 },
		strides: { integers: [1, height, width, 1] },
		padding: String(pad).toUpperCase(),
		fused_ops: { strings: ['BiasAdd', ...RELU_OPS[activation]] },
	});
	return output;
}

/** The same of each channel by itself, in a kernel of native/depthwiseConvolution.cc. */
function convolveDepthwise(op: NativeOp, { x, filter, bias }: Inputs, attributes: Attributes): tf.Tensor {
	const { strides, pad, activation } = attributes;
	const stride = { integer: typeof strides === 'number' ? strides : strides[0] };
	const settings = { stride, same: pad === 'same', highest: HIGHEST[activation] };
	return op('FerDepthwiseConvolution', [x, filter, bias], settings)[0];
}

/** What comes of no image: on processors with AVX-512, TensorFlow's convolution gives it as many channels as it has itself. */
function emptyOutput({ x, filter }: Inputs, { strides, dilations, pad }: Attributes, depthwise: boolean): tf.Tensor {
	const [shape, kernel] = [x.shape, filter.shape] as [number, number, number, number][];
	const pair = (each: Pair) => each as number | [number, number];
	const { computeConv2DInfo } = tf.backend_util;
	const { outShape } = computeConv2DInfo(
		shape,
		kernel,
		pair(strides),
		pair(dilations),
		pad as 'same' | 'valid' | number,
		undefined,
		depthwise,
	);
	return tf.zeros(outShape);
}

/** Puts a kernel before tfjs's own, for the inputs that it serves. */
function precede(
	kernelName: string,
	serves: (inputs: Inputs, attributes: Attributes) => boolean,
	kernel: typeof convolve,
): void {
	const stock = tf.getKernel(kernelName, NATIVE_BACKEND);
	tf.unregisterKernel(kernelName, NATIVE_BACKEND);
	tf.registerKernel({
		...stock,
		kernelFunc: (call) => {
			const [inputs, attributes] = [call.inputs as Inputs, call.attrs as unknown as Attributes];
			if (inputs.x.size === 0) return emptyOutput(inputs, attributes, kernelName === tf.FusedDepthwiseConv2D);
			if (!serves(inputs, attributes)) return stock.kernelFunc(call);
			return kernel(nativeOp(call.backend as NodeJSKernelBackend), inputs, attributes);
		},
	});
}

precede(tf.FusedConv2D, isServed, convolve);

precede(
	tf.FusedDepthwiseConv2D,
	(inputs, attributes) => {
		const { strides } = attributes;
		const isSquare = typeof strides === 'number' || strides[0] === strides[1];
		return isSquare && inputs.filter.shape[3] === 1 && isServed(inputs, attributes);
	},
	convolveDepthwise,
);
