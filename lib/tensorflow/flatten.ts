import { hasOwnOps, nativeOp } from './native';
import { tf } from './tf';

/** Whether the ops of native/flatten.cc can run: one call instead of one for each tensor. */
function isSupported(tensors: readonly tf.Tensor[]): boolean {
	return tensors.length > 0 && tensors.every(({ dtype }) => dtype === 'float32') && hasOwnOps();
}

/** Joins tensors into one vector in their order; the caller disposes it. */
export function flatten(tensors: readonly tf.Tensor[]): tf.Tensor1D {
	return tf.tidy(() => {
		if (!isSupported(tensors)) return tf.concat1d(tensors.map((tensor) => tf.reshape(tensor, [-1]) as tf.Tensor1D));
		return nativeOp()('FerFlatten', [...tensors], { N: { integer: tensors.length } })[0] as tf.Tensor1D;
	});
}

/** Sets variables from a vector of their values, as `flatten` returns it. */
export function unflatten(vector: tf.Tensor1D, variables: readonly tf.Variable[]): void {
	const count = variables.length;
	const sizes = variables.map(({ size }) => size);
	tf.tidy(() => {
		const parts = isSupported(variables)
			? nativeOp()('FerUnflatten', [vector, ...variables], { N: { integer: count } }, count)
			: tf.split(vector, sizes).map((part, i) => tf.reshape(part, variables[i].shape));
		for (const [i, variable] of variables.entries()) variable.assign(parts[i]);
	});
}
