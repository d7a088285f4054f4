// @ts-check

/** @typedef {{shape: number[], dtype: string}} Described A tensor without its values. */

/** The number of values of a shape. @param {readonly number[]} shape */
export const sizeOf = (shape) => shape.reduce((product, side) => product * side, 1);

/**
 * Counts the multiplications and additions of a matrix product or convolution from the shapes of what it takes and gives.
 * A convolution and both its gradients do the same number of them: for each value of its output (or of that output's
 * gradient) one a weight that meets it.
 * @param {string} op
 * @param {readonly Described[]} inputs
 * @param {readonly Described[]} outputs
 */
export function flopsOf(op, inputs, outputs) {
	if (/MatMul/.test(op)) {
		// Whatever is transposed: the product's two sides and the joined one, each of which stands in two of three shapes.
		const sizes = [inputs[0], inputs[1], outputs[0]].map(({ shape }) => sizeOf(shape.slice(-2)));
		return 2 * Math.sqrt(sizes[0] * sizes[1] * sizes[2]) * sizeOf(outputs[0].shape.slice(0, -2));
	}
	if (!/Conv/.test(op)) return 0;
	const images = [...inputs, ...outputs].filter(({ shape, dtype }) => shape.length === 4 && dtype === 'float32');
	const isDepthwise = /Depthwise/i.test(op);
	if (images.length < 3) return 0;
	// By their place: forward (x, kernel) -> y; input's gradient (sizes, kernel, dy) -> dx; kernel's (x, sizes, dy) -> dk.
	const [kernel, y] = /Filter$|FilterGrad|KernelGrad/.test(op)
		? [outputs[0], images[1]]
		: /Input$|InputGrad/.test(op)
			? [images[0], images[1]]
			: [images[1], outputs[0]];
	const [height, width, channels] = kernel.shape;
	return 2 * sizeOf(y.shape) * height * width * (isDepthwise ? 1 : channels);
}
