import assert from 'node:assert/strict';
import { createRandom } from '../../lib/random';
import { tf } from '../../lib/tensorflow/tf';

/** The engines that the same code runs on: TensorFlow's kernels, and tfjs's own in JavaScript. */
export const BACKENDS = ['tensorflow', 'cpu'] as const;

/** Asserts that numbers agree to `tolerance`, as a part of the largest expected one or of 1. */
export function near(received: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what = ''): void {
	assert.equal(received.length, expected.length, what);
	const scale = Math.max(1, ...Array.from(expected, Math.abs));
	for (let i = 0; i < expected.length; i++) {
		const close = Math.abs(received[i] - expected[i]) <= tolerance * scale;
		assert.ok(close, `${what} ${received[i]} is not ${expected[i]} at ${i}`);
	}
}

/** Seeded numbers, normal with mean 0. */
export function normals(size: number, seed: number, deviation = 1): Float32Array {
	const random = createRandom(seed);
	return Float32Array.from({ length: size }, () => random.normal() * deviation);
}

/** Runs tests' work on a backend of tfjs and goes back to TensorFlow's. */
export async function onBackend(name: string, work: () => void | Promise<void>): Promise<void> {
	await tf.setBackend(name);
	try {
		await work();
	} finally {
		await tf.setBackend('tensorflow');
	}
}

/** Asserts that work leaves as many tensors as it found. */
export function keepsNoTensors(work: () => void): void {
	// What is made once for the whole process does not count.
	work();
	const { numTensors, numDataBuffers } = tf.memory();
	work();
	assert.deepEqual([tf.memory().numTensors, tf.memory().numDataBuffers], [numTensors, numDataBuffers]);
}

/** The same of work that reads its results. */
export async function leavesNoTensors(work: () => Promise<unknown>): Promise<void> {
	await work();
	const { numTensors, numDataBuffers } = tf.memory();
	await work();
	assert.deepEqual([tf.memory().numTensors, tf.memory().numDataBuffers], [numTensors, numDataBuffers]);
}

/** The central difference of a function of a vector at each of some positions. */
export function differenceQuotients(of: (at: Float32Array) => number, at: Float32Array, step: number): number[] {
	return Array.from(at, (value, i) => {
		const [above, below] = [value + step, value - step].map((moved) => of(at.with(i, moved)));
		return (above - below) / (2 * step);
	});
}
