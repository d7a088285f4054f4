import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { tf } from '../../lib/tensorflow/tf';
import { crossEntropy, type LossOptions } from '../../lib/training/losses';

/** What Keras says; written by fixtures/training/make_fixtures.py. */
const KERAS = JSON.parse(readFileSync(join(__dirname, '..', 'fixtures/training/losses.json'), 'utf8')) as {
	cases: (LossOptions & { targets: number[][]; logits: number[][]; loss: number; gradient: number[][] })[];
};

function near(received: number, expected: number, tolerance = 1e-6): void {
	assert.ok(Math.abs(received - expected) <= tolerance, `${received} is not within ${tolerance} of ${expected}`);
}

function lossOf(targets: number[][], logits: number[][], options: number | LossOptions): number {
	const all = typeof options === 'number' ? { labelSmoothing: options } : options;
	return tf.tidy(() => crossEntropy(tf.tensor2d(targets), tf.tensor2d(logits), all).dataSync()[0]);
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

	it('weighs images by their class, the terms by what is left to learn, and shifts the logits: worked by hand', () => {
		const logits = [[0, Math.log(3)]];
		const [rare, common] = [Math.log(4), Math.log(4 / 3)];
		const weighted = { labelSmoothing: 0, classWeights: [3, 0.5] };
		near(lossOf([[1, 0]], logits, weighted), 3 * rare);
		near(lossOf([[0.5, 0.5]], logits, weighted), (1.75 * (rare + common)) / 2);
		// Probabilities 1/4 and 3/4: what is left is 3/4 and 1/4.
		near(lossOf([[1, 0]], logits, { labelSmoothing: 0, focalGamma: 2 }), (9 / 16) * rare);
		near(lossOf([[0, 1]], logits, { labelSmoothing: 0, focalGamma: 2 }), (1 / 16) * common);
		// + [ln 9, ln 1] makes [ln 9, ln 3]: probabilities 3/4 and 1/4.
		near(lossOf([[0, 1]], logits, { labelSmoothing: 0, logitOffsets: [Math.log(9), 0] }), Math.log(4));
		near(lossOf([[0, 1]], [[-500, 500]], { labelSmoothing: 0, focalGamma: 2 }), 0);
	});

	it("gives Keras's values and gradients, 1e-6 relative", () => {
		assert.equal(KERAS.cases.length, 9);
		for (const { targets, logits, loss, gradient, ...options } of KERAS.cases) {
			near(lossOf(targets, logits, options), loss, 1e-6 * Math.max(1, loss));
			const received = tf.tidy(() => {
				const slope = tf.grad((x) => crossEntropy(tf.tensor2d(targets), x as tf.Tensor2D, options));
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
		const loss = crossEntropy(targets, logits, { labelSmoothing: 0.1, focalGamma: 2, classWeights: [1, 2] });
		assert.equal(tf.memory().numTensors, before + 1);
		assert.deepEqual(loss.shape, []);
		tf.dispose([loss, targets, logits]);
	});
});
