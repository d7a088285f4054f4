import { registerNativeKernel } from './native';
import { tf } from './tf';

type Inputs = { readonly image: tf.Tensor4D; readonly transforms: tf.Tensor2D };

/** Returns a result without values: TensorFlow refuses to make one without pixels, and concat one of no parts. */
function emptyResult({ shape: [batch, height, width, channels] }: tf.Tensor4D, { outputShape }: tf.TransformAttrs) {
	const shape = [batch, ...(outputShape ?? [height, width]), channels];
	return shape.includes(0) ? tf.zeros(shape) : undefined;
}

/**
 * Adds `tf.image.transform`, which tfjs-node lacks, as one op. It behaves as tfjs documents, except with 'wrap':
 * TensorFlow (like Keras and tfjs's own specs) repeats the image correctly only from -(length - 2) to 2 length - 3; beyond,
 * it returns an edge or a wrong pixel.
 */
registerNativeKernel<Inputs, tf.TransformAttrs>(tf.Transform, (op, { image, transforms }, attributes) => {
	const empty = emptyResult(image, attributes);
	if (empty) return empty;
	const size = tf.tensor1d(attributes.outputShape ?? [image.shape[1], image.shape[2]], 'int32');
	const fill = tf.scalar(attributes.fillValue);
	const [output] = op('ImageProjectiveTransformV3', [image, transforms, size, fill], {
		dtype: { type: image.dtype },
		interpolation: attributes.interpolation.toUpperCase(),
		fill_mode: attributes.fillMode.toUpperCase(),
	});
	tf.dispose([size, fill]);
	return output;
});

// Replaces tfjs's JavaScript kernel (4.22), which returns after a batch's first image, by one that runs it for each.
const stock = tf.getKernel(tf.Transform, 'cpu');
tf.unregisterKernel(tf.Transform, 'cpu');
tf.registerKernel({
	...stock,
	kernelFunc: ({ inputs, attrs, backend }) => {
		const { image, transforms } = inputs as unknown as Inputs;
		const empty = emptyResult(image, attrs as unknown as tf.TransformAttrs);
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
