import type { Bits } from './encodeWeights';

/** An output in a graph; shapes are `[height, width, channels]` or `[features]`, without the batch. */
export interface Value {
	/** In the graph. */
	readonly id: string;
	readonly shape: readonly number[];
}

/** A convolution; kernels are `[height, width, input channels, output channels]`. */
export interface Convolution {
	readonly kernel: { readonly shape: readonly number[]; readonly values: Float32Array };
	/** Each input channel has its own output channels; the kernel is `[height, width, channels, multiplier]` then. */
	readonly depthwise: boolean;
	readonly bias?: Float32Array;
	readonly strides: readonly number[];
	readonly dilations: readonly number[];
	readonly padding: Padding;
	/** Of the kernel. */
	readonly bits: Bits;
}

/** A window's way over an image, as tfjs names it. */
export type Padding = 'same' | 'valid';

/** A maximum over windows. */
export interface Pooling {
	readonly poolSize: readonly number[];
	readonly strides: readonly number[];
	readonly padding: Padding;
}

/** Functions of one value at a time; `relu6` is min(max(x, 0), 6), `erf` the error function. */
export type Elementwise = 'relu' | 'relu6' | 'sigmoid' | 'tanh' | 'erf';

/**
 * A graph that is being written, in some format. Each method adds nodes, named after the layer that they are of, and returns
 * the id of the output. Images are `[batch, height, width, channels]` to the caller, whatever the format's own order.
 */
export interface Graph {
	convolve(layer: string, x: Value, convolution: Convolution): string;
	/** `[batch, inputs]` times a kernel `[inputs, outputs]`. */
	multiplyMatrix(layer: string, x: Value, kernel: Convolution['kernel'], bits: Bits): string;
	elementwise(layer: string, kind: Elementwise, x: Value): string;
	/** Adds or multiplies two outputs; one of an image may be `[1, 1, channels]`. */
	combine(layer: string, kind: 'add' | 'multiply', a: Value, b: Value): string;
	/** x times a factor plus a summand: numbers, or one for each channel. */
	scale(layer: string, x: Value, factor: number | Float32Array, summand: number | Float32Array): string;
	/** Joins outputs along the channels. */
	concatenate(layer: string, values: readonly Value[]): string;
	/** The axes of an image in another order; `order` counts from 0, without the batch. */
	transpose(layer: string, x: Value, order: readonly number[]): string;
	/** `[batch, channels]` as an image of one pixel. */
	asPixel(layer: string, x: Value): string;
	/** Adds rows and columns of zeros: `[[top, bottom], [left, right]]`. */
	pad(layer: string, x: Value, padding: readonly (readonly number[])[]): string;
	maxPool(layer: string, x: Value, pooling: Pooling): string;
	/** The mean over all pixels: `[batch, channels]`. */
	average(layer: string, x: Value): string;
	/** Zero mean and unit variance over the channels of each pixel. */
	normalizePixels(
		layer: string,
		x: Value,
		options: Record<'gamma' | 'beta', Float32Array> & { epsilon: number },
	): string;
	softmax(layer: string, x: Value): string;
}

/** Zeros before and after an axis so that windows cover it as TensorFlow's padding says. */
export function paddingOf(
	padding: Padding,
	{ size, window, stride, dilation = 1 }: { size: number; window: number; stride: number; dilation?: number },
): [before: number, after: number] {
	if (padding === 'valid') return [0, 0];
	const covered = (Math.ceil(size / stride) - 1) * stride + (window - 1) * dilation + 1;
	const total = Math.max(covered - size, 0);
	return [Math.floor(total / 2), Math.ceil(total / 2)];
}
