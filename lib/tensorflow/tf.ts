import nodeUtil from 'node:util';

// Node 23 removed two functions that tfjs-node 4.22 still calls (topk, saved models, TensorBoard): restore them first.
const util = nodeUtil as unknown as Record<string, unknown>;
util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
util.isArray ??= Array.isArray;

import * as tf from '@tensorflow/tfjs-node-gpu';

export { tf };

/** The name of tfjs's TensorFlow backend. */
export const NATIVE_BACKEND = 'tensorflow';

/** Whether TensorFlow runs the ops; false on tfjs's own backends (cpu, wasm, webgpu). */
export function isNative(): boolean {
	return tf.getBackend() === NATIVE_BACKEND;
}

/** Returns the only tensor where tfjs passes one or an array of one. */
export function firstOf(tensors: tf.Tensor | tf.Tensor[]): tf.Tensor {
	return Array.isArray(tensors) ? tensors[0] : tensors;
}

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
