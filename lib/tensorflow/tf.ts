import nodeUtil from 'node:util';

// Node 23 removed two functions that tfjs-node 4.22 still calls (topk, saved models, TensorBoard): put them back first.
const util = nodeUtil as unknown as Record<string, unknown>;
util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
util.isArray ??= Array.isArray;

import * as tf from '@tensorflow/tfjs-node-gpu';

export { tf };

/** The name under which tfjs registers TensorFlow's own kernels. */
export const NATIVE_BACKEND = 'tensorflow';

/** True while TensorFlow runs the ops; false on tfjs's own backends (cpu, wasm, webgpu), where stock ops serve. */
export function isNative(): boolean {
	return tf.getBackend() === NATIVE_BACKEND;
}
