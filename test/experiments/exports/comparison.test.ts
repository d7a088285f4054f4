import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compareAnswers, scoreOf } from '../../../experiments/exports/comparison';

/** Binary fractions, so that differences are exact. */
const expected = Float32Array.from([0.75, 0.25, 0, 0.25, 0.5, 0.25, 0.5, 0.375, 0.125, 0, 0.25, 0.75]);
const trueLabels = [0, 1, 1, 2];

describe('answers of an exported model', () => {
	it('are scored, and compared face by face', () => {
		const probabilities = Float32Array.from(expected);
		// The third face changes its label, which was wrong before.
		probabilities.set([0.375, 0.5], 6);
		const compared = compareAnswers({ probabilities, expected, trueLabels });
		assert.deepEqual(compared, { accuracy: 1, correct: 4, equalLabels: 0.75, largestDifference: 0.125 });
		assert.deepEqual(scoreOf({ probabilities: expected, trueLabels }), { accuracy: 0.75, correct: 3 });
	});

	it('must be as many', () => {
		const probabilities = expected.subarray(3);
		assert.throws(() => compareAnswers({ probabilities, expected, trueLabels }), /9 probabilities instead of 12/);
	});
});
