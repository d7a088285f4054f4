import * as tf from '@tensorflow/tfjs';

const KERNEL = tf.DepthwiseConv2dNativeBackpropInput;

/** Attributes that tfjs passes to the kernel. */
interface Attributes {
	readonly strides: number | [number, number];
	readonly pad: 'same' | 'valid' | number;
	/** Shape of the convolution's input: `[batch, height, width, channels]`. */
	readonly inputShape: [number, number, number, number];
}

/** Registers a gradient of depthwise convolutions for a backend without one, such as wasm. */
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
 * Computes the gradient of a depthwise convolution with respect to its input: a convolution with the flipped filter, of the
 * output's gradient with zeros where the stride skipped pixels.
 * @param dy `[batch, height, width, channels]`, gradient with respect to the output.
 * @param filter `[height, width, channels, 1]`.
 */
export function depthwiseGradient(dy: tf.Tensor4D, filter: tf.Tensor4D, attributes: Attributes): tf.Tensor4D {
	const { strides, pad, inputShape } = attributes;
	const info = tf.backend_util.computeConv2DInfo(inputShape, filter.shape, strides, 1, pad, undefined, true);
	const { strideHeight, strideWidth, filterHeight, filterWidth, padInfo } = info;
	return tf.tidy(() => {
		const spread = spreadOut(dy, strideHeight, strideWidth);
		const down = padding(inputShape[1], spread.shape[1], filterHeight, padInfo.top);
		const across = padding(inputShape[2], spread.shape[2], filterWidth, padInfo.left);
		const padded = tf.pad4d(spread, [[0, 0], down, across, [0, 0]]);
		return tf.depthwiseConv2d(padded, tf.reverse4d(filter, [0, 1]), 1, 'valid');
	});
}

/** Returns the padding before and after along an axis, so that the result is as long as the input. */
function padding(input: number, spread: number, filter: number, padBefore: number): [number, number] {
	const before = filter - 1 - padBefore;
	return [before, input + filter - 1 - spread - before];
}

/** Inserts zeros between the values, as many as the stride skipped. */
function spreadOut(values: tf.Tensor4D, down: number, right: number): tf.Tensor4D {
	const [batch, height, width, channels] = values.shape;
	const zerosAfter = (x: tf.Tensor, rows: number, length: number, step: number) => {
		const lines = tf.reshape(x, [rows, 1, length]) as tf.Tensor3D;
		return tf.pad3d(lines, [
			[0, 0],
			[0, step - 1],
			[0, 0],
		]);
	};
	const rows = zerosAfter(values, batch * height, width * channels, down);
	const both = zerosAfter(rows, batch * height * down * width, channels, right);
	const spread = tf.reshape(both, [batch, height * down, width * right, channels]) as tf.Tensor4D;
	// There are none after the last value.
	return tf.slice4d(spread, [0, 0, 0, 0], [batch, (height - 1) * down + 1, (width - 1) * right + 1, channels]);
}
