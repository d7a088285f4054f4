import { registerNativeOp, runKernel } from './native';
import type { tf } from './tf';

type Inputs = Record<'images' | 'matrices' | 'scale' | 'offset', tf.Tensor>;

type Attributes = {
	/** Side of the square result in pixels. */
	readonly size: number;
	/** Weight of an image in its own result; the rest is its partner's, the batch in reverse. */
	readonly fraction: number;
	/** Whether the network takes color channels in reverse order. */
	readonly reversed: boolean;
};

registerNativeOp('NativeNetworkInput', 'FerNetworkInput');

/**
 * Places, enlarges, mixes and normalizes a batch in one kernel (native/networkInput.cc or webgpu/networkInput.ts); only if
 * `hasOwnKernels`.
 * @param inputs Images `[batch, height, width, 1 or 3]`, float32; matrices `[batch, 8]`, from target to source positions,
 * as for `tf.image.transform`, without perspective; scale and offset `[3]`, by channel of the network.
 * @returns `[batch, size, size, 3]`; the caller disposes it.
 */
export function nativeNetworkInput({ images, matrices, scale, offset }: Inputs, attributes: Attributes): tf.Tensor4D {
	return runKernel('NativeNetworkInput', { images, matrices, scale, offset }, attributes)[0] as tf.Tensor4D;
}
