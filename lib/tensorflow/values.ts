import { tf } from './tf';

/**
 * Returns the values of a computation's result and disposes all its tensors. `tf.tidy` takes milliseconds to return an array:
 * it searches it for tensors, element by element.
 */
export function valuesOf(compute: () => tf.Tensor): Float32Array {
	const tensor = tf.tidy(compute);
	const values = tensor.dataSync<'float32'>();
	tensor.dispose();
	return values;
}
