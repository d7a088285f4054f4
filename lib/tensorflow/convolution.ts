import { consume } from './gradient';
import { registerNativeKernel, runKernel } from './native';
import { firstOf, isNative, tf } from './tf';

const FORWARD = 'NativePointwiseConvolution';
const BACKWARD = 'NativePointwiseConvolutionGradient';
const FLOAT = { T: { type: 'float32' } } as const;

type Forward = Record<'x' | 'kernel', tf.Tensor4D>;

/** Joins all axes but the last: `[values / channels, channels]`. */
const asMatrix = (tensor: tf.Tensor4D) => tf.reshape(tensor, [-1, tensor.shape[3]]);

registerNativeKernel<Forward>(FORWARD, (_op, { x, kernel }) => tf.conv2d(x, kernel, 1, 'same'));

registerNativeKernel<Forward & { dy: tf.Tensor4D }>(BACKWARD, (op, { dy, x, kernel }) => {
	const [gradient, pixels, filters] = [asMatrix(dy), asMatrix(x), asMatrix(kernel)];
	const [dPixels] = op('MatMul', [gradient, filters], { ...FLOAT, transpose_a: false, transpose_b: true });
	const [dFilters] = op('MatMul', [pixels, gradient], { ...FLOAT, transpose_a: true, transpose_b: false });
	const outputs = [tf.reshape(dPixels, x.shape), tf.reshape(dFilters, kernel.shape)];
	tf.dispose([gradient, pixels, filters, dPixels, dFilters]);
	return outputs;
});

tf.registerGradient({
	kernelName: FORWARD,
	inputsToSave: ['x', 'kernel'],
	gradFunc: (dy, [x, kernel]) => {
		// See batchNormalization.ts for why the kernel does not run in the functions below.
		const [dx, dKernel] = consume(dy, (each) => runKernel(BACKWARD, { dy: each, x, kernel }));
		return { x: () => dx, kernel: () => dKernel };
	},
});

const depthwise = tf.getGradient(tf.DepthwiseConv2dNative);
tf.unregisterGradient(tf.DepthwiseConv2dNative);
tf.registerGradient({
	...depthwise,
	gradFunc: (dy, saved, attributes) => {
		const of = depthwise.gradFunc(dy, saved, attributes);
		const [x, filter] = consume(dy, () => tf.tidy(() => [of.x(), of.filter()]));
		return { x: () => x, filter: () => filter };
	},
});

type StockConfig = Parameters<typeof tf.layers.conv2d>[0];

const Stock = tf.layers.conv2d({ filters: 1, kernelSize: 1 }).constructor as new (
	config: StockConfig,
) => tf.layers.Layer & { kernel: tf.LayerVariable } & Readonly<
		Record<'kernelSize' | 'strides', [number, number]> & {
			padding: 'same' | 'valid';
			bias?: tf.LayerVariable | null;
		}
	>;

/** Runs tfjs's convolution without the work that training does not need. Saved as the stock layer. */
class Convolution extends Stock {
	override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor | tf.Tensor[] {
		return tf.tidy(() => {
			const y = this.convolve(firstOf(inputs) as tf.Tensor4D);
			return this.bias ? tf.add(y, this.bias.read()) : y;
		});
	}

	private convolve(x: tf.Tensor4D): tf.Tensor {
		const kernel = this.kernel.read() as tf.Tensor4D;
		const isPointwise = [...this.kernelSize, ...this.strides].every((side) => side === 1);
		if (isPointwise && isNative()) return runKernel(FORWARD, { x, kernel })[0];
		// The stock layer's fused op always computes the gradient for its input, which the image does not need.
		return tf.conv2d(x, kernel, this.strides, this.padding);
	}
}

/**
 * Makes a convolution like `tf.layers.conv2d`, by default with 'same' padding and no bias. The gradients of a 1x1 convolution are
 * matrix products: TensorFlow's own input gradient is up to eight times as slow (1,280 filters, 3x3 px).
 */
export function convolution2d(
	config: Pick<StockConfig, 'filters' | 'kernelSize' | 'strides' | 'name'> & {
		readonly padding?: 'same' | 'valid';
		readonly useBias?: boolean;
	},
): tf.layers.Layer {
	return new Convolution({ padding: 'same', useBias: false, ...config });
}
