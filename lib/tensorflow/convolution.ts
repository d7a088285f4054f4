import { registerNativeKernel, runKernel } from './native';
import { isNative, tf } from './tf';

const FORWARD = 'NativePointwiseConvolution';
const BACKWARD = 'NativePointwiseConvolutionGradient';

type Forward = Record<'x' | 'kernel', tf.Tensor4D>;
type Backward = Record<'dy' | 'x' | 'kernel', tf.Tensor4D>;

const FLOAT = { T: { type: 'float32' } } as const;

registerNativeKernel<Forward, object>(FORWARD, (_op, { x, kernel }) => tf.conv2d(x, kernel, 1, 'same'));

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

/** Options of a convolution; 'same' padding, no bias. */
export interface ConvolutionConfig {
	readonly filters: number;
	readonly kernelSize: number;
	readonly strides?: number;
	readonly name?: string;
}

interface StockConvolution extends tf.layers.Layer {
	readonly kernel: tf.LayerVariable;
}
type LayerConfig = Parameters<typeof tf.layers.conv2d>[0];

const Stock = tf.layers.conv2d({ filters: 1, kernelSize: 1 }).constructor as new (
	config: LayerConfig,
) => StockConvolution;

/** tfjs's convolution without what training does not need of it; saved models name the stock layer. */
class Convolution extends Stock {
	private readonly sides: { readonly kernelSize: number; readonly strides: number };

	constructor({ kernelSize, strides = 1, ...config }: ConvolutionConfig) {
		super({ ...config, kernelSize, strides, padding: 'same', useBias: false });
		this.sides = { kernelSize, strides };
	}

	override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor | tf.Tensor[] {
		const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor4D;
		const kernel = this.kernel.read() as tf.Tensor4D;
		const { kernelSize, strides } = this.sides;
		if (kernelSize === 1 && strides === 1 && isNative()) return runKernel(FORWARD, { x, kernel })[0];
		// The stock layer's fused op takes the gradient for its input in any case, though nothing asks for the image's.
		return tf.conv2d(x, kernel, strides, 'same');
	}
}

/**
 * Makes a convolution, the same as `tf.layers.conv2d`; the gradients of one of a single pixel are matrix products, because
 * TensorFlow's own gradient for its input takes up to eight times as long as that (1,280 filters, 3x3 px).
 */
export function convolution2d(config: ConvolutionConfig): tf.layers.Layer {
	return new Convolution(config);
}
