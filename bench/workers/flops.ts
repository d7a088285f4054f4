/** A tensor without its values. */
export interface Described {
	readonly shape: readonly number[];
	readonly dtype: string;
}

/** Returns the number of values of a shape. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);

/**
 * Counts the multiplications and additions of a matrix product or convolution; 0 for other ops.
 *
 * A convolution and both of its gradients need the same number: one of each per value of the output and weight of a filter.
 */
export function flopsOf(op: string, inputs: readonly Described[], outputs: readonly Described[]): number {
	if (/MatMul/.test(op)) {
		// Transposed or not: rows, columns and the inner side each occur in two of the three shapes.
		const sizes = [inputs[0], inputs[1], outputs[0]].map(({ shape }) => sizeOf(shape.slice(-2)));
		return 2 * Math.sqrt(sizes[0] * sizes[1] * sizes[2]) * sizeOf(outputs[0].shape.slice(0, -2));
	}
	if (!/Conv/.test(op)) return 0;
	const images = [...inputs, ...outputs].filter(({ shape, dtype }) => shape.length === 4 && dtype === 'float32');
	if (images.length < 3) return 0;
	// Forward (x, kernel) -> y; gradient of the input (sizes, kernel, dy) -> dx; of the kernel (x, sizes, dy) -> dk.
	const [kernel, y] = /Filter$|FilterGrad|KernelGrad/.test(op)
		? [outputs[0], images[1]]
		: /Input$|InputGrad/.test(op)
			? [images[0], images[1]]
			: [images[1], outputs[0]];
	const [height, width, channels] = kernel.shape;
	return 2 * sizeOf(y.shape) * height * width * (/Depthwise/i.test(op) ? 1 : channels);
}
