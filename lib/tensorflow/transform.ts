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

/** `tf.image.transform`, which tfjs-node lacks: a projective transform of each image of a batch in one op. */
registerNativeKernel<Inputs, Attributes>(
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

/** tfjs's own kernel in JavaScript (4.22) returns after a batch's first image: here it runs once for each. */
function mendKernel(backendName: string): void {
	const stock = tf.getKernel(tf.Transform, backendName);
	if (!stock) return;
	tf.unregisterKernel(tf.Transform, backendName);
	tf.registerKernel({
		...stock,
		kernelFunc: ({ inputs, ...rest }) => {
			const { image, transforms } = inputs as unknown as Inputs;
			const transformOne = (index: number) => {
				const one = tf.slice(image, [index, 0, 0, 0], [1, -1, -1, -1]);
				const matrix = tf.slice(transforms, [transforms.shape[0] === 1 ? 0 : index, 0], [1, -1]);
				const output = stock.kernelFunc({ inputs: { image: one, transforms: matrix }, ...rest });
				return tf.engine().makeTensorFromTensorInfo(output as tf.TensorInfo);
			};
			return tf.tidy(() => tf.concat(Array.from({ length: image.shape[0] }, (_, index) => transformOne(index))));
		},
	});
}

mendKernel('cpu');
