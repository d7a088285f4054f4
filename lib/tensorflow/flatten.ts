import { tf } from './tf';

/** Joins tensors into one vector, in their order; the caller disposes it. */
export function flatten(tensors: readonly tf.Tensor[]): tf.Tensor1D {
	return tf.tidy(() => tf.concat1d(tensors.map((tensor) => tf.reshape(tensor, [-1]) as tf.Tensor1D)));
}

/** Sets variables from one vector that holds their values in order, as `flatten` makes it. */
export function unflatten(vector: tf.Tensor1D, variables: readonly tf.Variable[]): void {
	tf.tidy(() => {
		const parts = tf.split(
			vector,
			variables.map(({ size }) => size),
		);
		variables.forEach((variable, i) => {
			variable.assign(tf.reshape(parts[i], variable.shape));
		});
	});
}
