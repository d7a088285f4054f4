import { registerNativeKernel } from './native';
import { tf } from './tf';

interface Attributes {
	readonly interpolation: 'nearest' | 'bilinear';
	readonly fillMode: 'constant' | 'reflect' | 'wrap' | 'nearest';
	readonly fillValue: number;
	readonly outputShape?: [number, number];
}

/** `tf.image.transform`, which tfjs-node lacks: a projective transform of each image of a batch in one op. */
registerNativeKernel<{ image: tf.Tensor4D; transforms: tf.Tensor2D }, Attributes>(
	tf.Transform,
	(op, { image, transforms }, { interpolation, fillMode, fillValue, outputShape }) => {
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
