import * as tf from '@tensorflow/tfjs';

const KERNEL = tf.DepthwiseConv2dNativeBackpropInput;

/** What tfjs hands to the kernel. */
interface Attributes {
	readonly strides: number | [number, number];
	readonly pad: 'same' | 'valid' | number;
	/** Of what the gradient is for: `[batch, height, width, channels]`. */
	readonly inputShape: [number, number, number, number];
}

/** Gives a backend that has no gradient of depthwise convolutions one that is made of its other kernels: wasm needs it. */
export function provideDepthwiseGradient(backendName: string): void {
	if (tf.getKernel(KERNEL, backendName)) return;
	tf.registerKernel({
		kernelName: KERNEL,
		backendName,
		kernelFunc: ({ inputs, attrs }) =>
			depthwiseGradient(inputs.dy as tf.Tensor4D, inputs.filter as tf.Tensor4D, attrs as unknown as Attributes),
	});
}

/**
 * The gradient of a depthwise convolution for what went into it: each value is spread back over the pixels that it came from,
 * which is a convolution with the filter turned about, of the gradient with zeros where a stride has left pixels out.
 * @param dy `[batch, height, width, channels]`, the gradient for what came out.
 * @param filter `[height, width, channels, 1]`.
 */
export function depthwiseGradient(dy: tf.Tensor4D, filter: tf.Tensor4D, attributes: Attributes): tf.Tensor4D {
	const { strides, pad, inputShape } = attributes;
	const info = tf.backend_util.computeConv2DInfo(inputShape, filter.shape, strides, 1, pad, undefined, true);
	const { strideHeight, strideWidth, filterHeight, filterWidth, padInfo } = info;
	return tf.tidy(() => {
		const spread = spreadOut(dy, strideHeight, strideWidth);
		const down = room(inputShape[1], spread.shape[1], filterHeight, padInfo.top);
		const across = room(inputShape[2], spread.shape[2], filterWidth, padInfo.left);
		const padded = tf.pad4d(spread, [[0, 0], down, across, [0, 0]]);
		return tf.depthwiseConv2d(padded, tf.reverse4d(filter, [0, 1]), 1, 'valid');
	});
}

/** How many zeros go before and behind along an axis, so that what comes out is as long as what went in. */
function room(input: number, spread: number, filter: number, padBefore: number): [number, number] {
	const before = filter - 1 - padBefore;
	return [before, input + filter - 1 - spread - before];
}

/** Puts zeros between the values, as many as a stride steps over. */
function spreadOut(values: tf.Tensor4D, down: number, right: number): tf.Tensor4D {
	const [batch, height, width, channels] = values.shape;
	const zerosBehind = (x: tf.Tensor, rows: number, length: number, step: number) => {
		const lines = tf.reshape(x, [rows, 1, length]) as tf.Tensor3D;
		return tf.pad3d(lines, [
			[0, 0],
			[0, step - 1],
			[0, 0],
		]);
	};
	const rows = zerosBehind(values, batch * height, width * channels, down);
	const both = zerosBehind(rows, batch * height * down * width, channels, right);
	const spread = tf.reshape(both, [batch, height * down, width * right, channels]) as tf.Tensor4D;
	// Behind the last value there are none.
	return tf.slice4d(spread, [0, 0, 0, 0], [batch, (height - 1) * down + 1, (width - 1) * right + 1, channels]);
}
