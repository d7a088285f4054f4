import { hasOwnOps, nativeOp } from './native';
import { tf } from './tf';

/** Whether the ops of native/flatten.cc serve: one call instead of one a tensor. */
function isServed(tensors: readonly tf.Tensor[]): boolean {
	return tensors.length > 0 && tensors.every(({ dtype }) => dtype === 'float32') && hasOwnOps();
}

/** Runs an op of native/flatten.cc. */
function run(name: string, inputs: tf.Tensor[], count: number, outputs: number): tf.Tensor[] {
	return nativeOp()(name, inputs, { N: { integer: count } }, outputs);
}

/** Joins tensors into one vector, in their order; the caller disposes it. */
export function flatten(tensors: readonly tf.Tensor[]): tf.Tensor1D {
	return tf.tidy(() => {
		if (isServed(tensors)) return run('FerFlatten', [...tensors], tensors.length, 1)[0] as tf.Tensor1D;
		return tf.concat1d(tensors.map((tensor) => tf.reshape(tensor, [-1]) as tf.Tensor1D));
	});
}

/** Sets variables from one vector that holds their values in order, as `flatten` makes it. */
export function unflatten(vector: tf.Tensor1D, variables: readonly tf.Variable[]): void {
	tf.tidy(() => {
		const parts = isServed(variables)
			? run('FerUnflatten', [vector, ...variables], variables.length, variables.length)
			: splitByHand(vector, variables);
		variables.forEach((variable, i) => {
			variable.assign(parts[i]);
		});
	});
}

function splitByHand(vector: tf.Tensor1D, variables: readonly tf.Variable[]): tf.Tensor[] {
	const sizes = variables.map(({ size }) => size);
	return tf.split(vector, sizes).map((part, i) => tf.reshape(part, variables[i].shape));
}
