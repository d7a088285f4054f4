import { registerNativeKernel, runKernel } from './native';
import { isNative, tf } from './tf';

const FORWARD = 'NativePointwiseConvolution';
const BACKWARD = 'NativePointwiseConvolutionGradient';

type Forward = Record<'x' | 'kernel', tf.Tensor4D>;
type Backward = Record<'dy' | 'x' | 'kernel', tf.Tensor4D>;

const FLOAT = { T: { type: 'float32' } } as const;

registerNativeKernel<Forward, object>(FORWARD, (op, { x, kernel }) => {
	const [pixels, filters] = [asMatrix(x), asMatrix(kernel)];
	const [product] = op('MatMul', [pixels, filters], { ...FLOAT, transpose_a: false, transpose_b: false });
	const y = tf.reshape(product, [...x.shape.slice(0, 3), kernel.shape[3]]);
	tf.dispose([pixels, filters, product]);
	return y;
});

registerNativeKernel<Backward, object>(BACKWARD, (op, { dy, x, kernel }) => {
	const [gradient, pixels, filters] = [asMatrix(dy), asMatrix(x), asMatrix(kernel)];
	const [dPixels] = op('MatMul', [gradient, filters], { ...FLOAT, transpose_a: false, transpose_b: true });
	const [dFilters] = op('MatMul', [pixels, gradient], { ...FLOAT, transpose_a: true, transpose_b: false });
	const outputs = [tf.reshape(dPixels, x.shape), tf.reshape(dFilters, kernel.shape)];
	tf.dispose([gradient, pixels, filters, dPixels, dFilters]);
	return outputs;
});

/** All but the last axis joined: `[values / channels, channels]`. */
function asMatrix(tensor: tf.Tensor): tf.Tensor2D {
	return tf.reshape(tensor, [-1, tensor.shape[tensor.rank - 1]]);
}

tf.registerGradient({
	kernelName: FORWARD,
	inputsToSave: ['x', 'kernel'],
	gradFunc: (dy, [x, kernel]) => {
		// Both gradients come from one kernel call; see batchNormalization.ts for why it is not in the functions below.
		const [dx, dKernel] = runKernel(BACKWARD, { dy: Array.isArray(dy) ? dy[0] : dy, x, kernel });
		return { x: () => dx, kernel: () => dKernel };
	},
});

interface StockConvolution extends tf.layers.Layer {
	readonly kernel: tf.LayerVariable;
}
type LayerConfig = Parameters<typeof tf.layers.conv2d>[0];

const Stock = tf.layers.conv2d({ filters: 1, kernelSize: 1 }).constructor as new (
	config: LayerConfig,
) => StockConvolution;

/** tfjs's convolution of one pixel as a matrix product; saved models name the stock layer. */
class PointwiseConvolution extends Stock {
	override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>): tf.Tensor | tf.Tensor[] {
		if (!isNative()) return super.call(inputs, kwargs);
		return runKernel(FORWARD, { x: Array.isArray(inputs) ? inputs[0] : inputs, kernel: this.kernel.read() })[0];
	}
}

/**
 * Makes a 1x1 convolution with stride 1 and no bias, the same as `tf.layers.conv2d`. TensorFlow's own gradient for the
 * input of such a convolution takes up to eight times as long as the matrix product that it is (1,280 filters, 3x3 px).
 */
export function pointwiseConvolution({ filters, name }: { filters: number; name?: string }): tf.layers.Layer {
	return new PointwiseConvolution({ filters, kernelSize: 1, padding: 'same', useBias: false, name });
}
