import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { crossEntropy } from '../lib/losses';
import { tf } from '../lib/tensorflow/tf';

/** What Keras says; written by fixtures/training/make_fixtures.py. */
const KERAS = JSON.parse(readFileSync(join(__dirname, 'fixtures/training/losses.json'), 'utf8')) as {
	cases: { targets: number[][]; logits: number[][]; labelSmoothing: number; loss: number; gradient: number[][] }[];
};

function near(received: number, expected: number, tolerance = 1e-6): void {
	assert.ok(Math.abs(received - expected) <= tolerance, `${received} is not within ${tolerance} of ${expected}`);
}

function lossOf(targets: number[][], logits: number[][], labelSmoothing: number): number {
	return tf.tidy(() => crossEntropy(tf.tensor2d(targets), tf.tensor2d(logits), labelSmoothing).dataSync()[0]);
}

describe('crossEntropy', () => {
	it('gives values worked by hand', () => {
		// The softmax of [ln 1, ln 3] is [1/4, 3/4].
		const logits = [[0, Math.log(3)]];
		near(lossOf([[0, 1]], logits, 0), Math.log(4 / 3));
		near(lossOf([[1, 0]], logits, 0), Math.log(4));
		near(lossOf([[0.5, 0.5]], logits, 0), (Math.log(4) + Math.log(4 / 3)) / 2);
		// Smoothing by 0.2 over two classes makes [0, 1] into [0.1, 0.9].
		near(lossOf([[0, 1]], logits, 0.2), 0.1 * Math.log(4) + 0.9 * Math.log(4 / 3));
		// The mean of two rows; equal logits give ln 2 for any targets.
		const two = [
			[0, Math.log(3)],
			[5, 5],
		];
		const targets = [
			[1, 0],
			[0, 1],
		];
		near(lossOf(targets, two, 0), (Math.log(4) + Math.log(2)) / 2);
	});

	it("gives Keras's values and gradients, 1e-6 relative", () => {
		assert.equal(KERAS.cases.length, 7);
		for (const { targets, logits, labelSmoothing, loss, gradient } of KERAS.cases) {
			near(lossOf(targets, logits, labelSmoothing), loss, 1e-6 * Math.max(1, loss));
			const received = tf.tidy(() => {
				const slope = tf.grad((x) => crossEntropy(tf.tensor2d(targets), x as tf.Tensor2D, labelSmoothing));
				return slope(tf.tensor2d(logits)).dataSync();
			});
			gradient.flat().forEach((value, i) => {
				near(received[i], value);
			});
		}
	});

	it('leaves no tensor but its result', () => {
		const [targets, logits] = [tf.tensor2d([[0, 1]]), tf.tensor2d([[1, 2]])];
		const before = tf.memory().numTensors;
		const loss = crossEntropy(targets, logits, 0.1);
		assert.equal(tf.memory().numTensors, before + 1);
		assert.deepEqual(loss.shape, []);
		tf.dispose([loss, targets, logits]);
	});
});
