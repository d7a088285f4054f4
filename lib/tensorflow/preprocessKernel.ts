import { registerNativeKernel, runKernel } from './native';
import type { tf } from './tf';

const NAME = 'NativeNetworkInput';

/** Kernels take tensors by name; the matrices are those of `tf.image.transform` without perspective, 8 numbers each. */
type Inputs = Record<'images' | 'matrices' | 'scale' | 'offset', tf.Tensor>;

interface Attributes {
	/** Side of the square result in pixels. */
	readonly size: number;
	/** Part that an image has in its own result; the rest is of its partner, the batch in reverse. */
	readonly fraction: number;
	/** Whether the network takes the channels of a color image in reverse order. */
	readonly reversed: boolean;
}

registerNativeKernel<Inputs, Attributes>(
	NAME,
	(op, { images, matrices, scale, offset }, { size, fraction, reversed }) => {
		const [inputs] = op('FerNetworkInput', [images, matrices, scale, offset], { size, fraction, reversed });
		return inputs;
	},
);

/**
 * Places, enlarges, mixes and normalises a batch in one kernel (native/networkInput.cc), where `hasOwnOps`.
 * @param inputs.images `[batch, height, width, 1 or 3]`, float32.
 * @param inputs.matrices `[batch, 8]`: source positions from target positions.
 * @param inputs.scale `[3]`, as `inputs.offset`: one for each channel of the network.
 * @returns `[batch, size, size, 3]`; the caller disposes it.
 */
export function nativeNetworkInput(inputs: Inputs, attributes: Attributes): tf.Tensor4D {
	return runKernel(NAME, inputs, { ...attributes })[0] as tf.Tensor4D;
}
