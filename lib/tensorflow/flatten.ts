import { hasOwnOps, nativeOp, runKernel } from './native';
import { tf } from './tf';
import { hasShaderKernel } from './webgpu/shader';

/** What joins tensors in one call instead of one for each: the ops of native/flatten.cc, or copies on a graphics card. */
function kernelFor(tensors: readonly tf.Tensor[]): 'native' | 'webgpu' | undefined {
	if (tensors.length === 0 || tensors.some(({ dtype }) => dtype !== 'float32')) return undefined;
	if (hasOwnOps()) return 'native';
	return hasShaderKernel('Flatten') ? 'webgpu' : undefined;
}

const byNumber = (tensors: readonly tf.Tensor[]) => Object.fromEntries(tensors.entries());

/** Joins tensors into one vector in their order; the caller disposes it. */
export function flatten(tensors: readonly tf.Tensor[]): tf.Tensor1D {
	return tf.tidy(() => {
		const kernel = kernelFor(tensors);
		if (!kernel) return tf.concat1d(tensors.map((tensor) => tf.reshape(tensor, [-1]) as tf.Tensor1D));
		if (kernel === 'webgpu') return runKernel('Flatten', byNumber(tensors))[0] as tf.Tensor1D;
		return nativeOp()('FerFlatten', [...tensors], { N: { integer: tensors.length } })[0] as tf.Tensor1D;
	});
}

/** Sets variables from a vector of their values, as `flatten` returns it. */
export function unflatten(vector: tf.Tensor1D, variables: readonly tf.Variable[]): void {
	tf.tidy(() => {
		for (const [i, part] of parts(vector, variables).entries()) variables[i].assign(part);
	});
}

function parts(vector: tf.Tensor1D, variables: readonly tf.Variable[]): tf.Tensor[] {
	const count = variables.length;
	const kernel = kernelFor(variables);
	if (kernel === 'native') return nativeOp()('FerUnflatten', [vector, ...variables], { N: { integer: count } }, count);
	if (kernel === 'webgpu') return runKernel('Unflatten', { vector, ...byNumber(variables) });
	const sizes = variables.map(({ size }) => size);
	return tf.split(vector, sizes).map((part, i) => tf.reshape(part, variables[i].shape));
}
