import { registerNativeKernel } from './native';
import { tf } from './tf';

interface Inputs {
	readonly image: tf.Tensor4D;
	readonly transforms: tf.Tensor2D;
}

interface Attributes {
	readonly interpolation: 'nearest' | 'bilinear';
	readonly fillMode: 'constant' | 'reflect' | 'wrap' | 'nearest';
	readonly fillValue: number;
	readonly outputShape?: [number, number];
}

/** The result where it holds no values: TensorFlow refuses to make one without pixels, and concat one of no parts. */
function emptyResult(image: tf.Tensor4D, outputShape: Attributes['outputShape']): tf.Tensor | undefined {
	const [batch, height, width, channels] = image.shape;
	const shape = [batch, ...(outputShape ?? [height, width]), channels];
	return shape.includes(0) ? tf.zeros(shape) : undefined;
}

/**
 * `tf.image.transform`, which tfjs-node lacks: a projective transform of each image of a batch in one op. It behaves as
 * tfjs documents, but for 'wrap': TensorFlow, and with it Keras and tfjs's own specs, repeat the image truly only from
 * -(length - 2) to 2 length - 3, and what lies further out shows an edge or the wrong pixel.
 */
registerNativeKernel<Inputs, Attributes>(
	tf.Transform,
	(op, { image, transforms }, { interpolation, fillMode, fillValue, outputShape }) => {
		const empty = emptyResult(image, outputShape);
		if (empty) return empty;
		const size = tf.tensor1d(outputShape ?? [image.shape[1], image.shape[2]], 'int32');
		const fill = tf.scalar(fillValue);
		const [output] = op('ImageProjectiveTransformV3', [image, transforms, size, fill], {
			dtype: { type: image.dtype },
			interpolation: interpolation.toUpperCase(),
			fill_mode: fillMode.toUpperCase(),
		});
		tf.dispose([size, fill]);
		return output;
	},
);

/** tfjs's own kernel in JavaScript (4.22) returns after a batch's first image: here it runs once for each. */
function mendKernel(backendName: string): void {
	const stock = tf.getKernel(tf.Transform, backendName);
	if (!stock) return;
	tf.unregisterKernel(tf.Transform, backendName);
	tf.registerKernel({
		...stock,
		kernelFunc: ({ inputs, attrs, backend }) => {
			const { image, transforms } = inputs as unknown as Inputs;
			const empty = emptyResult(image, (attrs as unknown as Attributes).outputShape);
			if (empty) return empty;
			const transformOne = (index: number) => {
				const one = tf.slice(image, [index, 0, 0, 0], [1, -1, -1, -1]);
				const matrix = tf.slice(transforms, [transforms.shape[0] === 1 ? 0 : index, 0], [1, -1]);
				const output = stock.kernelFunc({ inputs: { image: one, transforms: matrix }, attrs, backend });
				return tf.engine().makeTensorFromTensorInfo(output as tf.TensorInfo);
			};
			return tf.tidy(() => tf.concat(Array.from({ length: image.shape[0] }, (_, index) => transformOne(index))));
		},
	});
}

mendKernel('cpu');
