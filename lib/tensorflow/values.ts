import { tf } from './tf';

/**
 * Runs a computation, frees all that it made, and returns the numbers of its result. `tf.tidy` alone takes milliseconds
 * to return numbers: it searches what it returns for tensors, element by element.
 */
export function valuesOf(compute: () => tf.Tensor): Float32Array {
	const tensor = tf.tidy(compute);
	const values = tensor.dataSync<'float32'>();
	tensor.dispose();
	return values;
}
