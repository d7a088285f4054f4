import nodeUtil from 'node:util';

// Node 23 removed two functions that tfjs-node 4.22 still calls (topk, saved models, TensorBoard): restore them first.
const util = nodeUtil as unknown as Record<string, unknown>;
util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
util.isArray ??= Array.isArray;

import * as tf from '@tensorflow/tfjs-node-gpu';
import { throwDeviceProblem } from './webgpu/deviceProblem';

export { tf };

/** The name of tfjs's TensorFlow backend. */
export const NATIVE_BACKEND = 'tensorflow';

/** The name of tfjs's backend for graphics cards; see `useBackend`. */
export const WEBGPU_BACKEND = 'webgpu';

/** Whether TensorFlow runs the ops; false on tfjs's own backends (cpu, wasm, webgpu). */
export function isNative(): boolean {
	return tf.getBackend() === NATIVE_BACKEND;
}

/** Returns the only tensor where tfjs passes one or an array of one. */
export function firstOf(tensors: tf.Tensor | tf.Tensor[]): tf.Tensor {
	return Array.isArray(tensors) ? tensors[0] : tensors;
}

/**
 * Runs work on the backend in use.
 * @throws {GraphicsError} If a graphics card fails, whatever else that makes fail; results may then be anything.
 */
export async function onDevice<T>(work: () => T | Promise<T>): Promise<T> {
	let result: T;
	try {
		result = await work();
	} catch (error) {
		// A card reports its failure after what fails with it.
		await new Promise((resolve) => setImmediate(resolve));
		throwIfCardFailed();
		throw error;
	}
	throwIfCardFailed();
	return result;
}

/** A problem of a card that is no longer in use does not matter. */
function throwIfCardFailed(): void {
	if (tf.getBackend() === WEBGPU_BACKEND) throwDeviceProblem();
}

/**
 * Returns the values of a computation's result and disposes all its tensors. `tf.tidy` takes milliseconds to return an array:
 * it searches it for tensors, element by element. Asynchronous, since a graphics card gives no values at once.
 * @throws {GraphicsError} If a graphics card fails.
 */
export function valuesOf(compute: () => tf.Tensor): Promise<Float32Array> {
	return onDevice(async () => {
		const tensor = tf.tidy(compute);
		try {
			return await tensor.data<'float32'>();
		} finally {
			tensor.dispose();
		}
	});
}

/**
 * Returns the values of a small computation at once: on TensorFlow's backend where a graphics card is in use.
 * @param compute Makes its tensors itself.
 */
export function valuesAtOnce(compute: () => tf.Tensor): Float32Array {
	const inUse = tf.getBackend();
	// tfjs switches to a backend that has started before `setBackend` returns its promise.
	if (inUse === WEBGPU_BACKEND) void tf.setBackend(NATIVE_BACKEND);
	try {
		const tensor = tf.tidy(compute);
		const values = tensor.dataSync<'float32'>();
		tensor.dispose();
		return values;
	} finally {
		if (inUse === WEBGPU_BACKEND) void tf.setBackend(inUse);
	}
}

/**
 * Runs work that reads values at once, such as that of another library: on TensorFlow's backend where a graphics card is in
 * use. Nothing else may run meanwhile.
 */
export async function onTensorFlow<T>(work: () => T | Promise<T>): Promise<T> {
	const inUse = tf.getBackend();
	if (inUse !== WEBGPU_BACKEND) return work();
	await tf.setBackend(NATIVE_BACKEND);
	try {
		return await work();
	} finally {
		await tf.setBackend(inUse);
	}
}
