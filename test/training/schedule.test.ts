import assert from 'node:assert/strict';
import { test } from 'node:test';
import { learningRateAt } from '../../lib/training/schedule';

const SCHEDULE = { learningRate: 0.8, warmupSteps: 4, totalSteps: 12 };

/** By hand: quarters of the peak, then 0.4 (1 + cos(pi k / 8)) for k = 0 to 7 and on to 0. */
test('learningRateAt rises in a line, and falls along half a cosine to zero', () => {
	const expected: readonly [step: number, rate: number][] = [
		[0, 0.2],
		[1, 0.4],
		[3, 0.8],
		[4, 0.8],
		[6, 0.4 * (1 + Math.SQRT1_2)],
		[8, 0.4],
		[10, 0.4 * (1 - Math.SQRT1_2)],
		[11, 0.030448187],
		[12, 0],
		[13, 0],
		[1000, 0],
	];
	for (const [step, rate] of expected) {
		const received = learningRateAt(step, SCHEDULE);
		assert.ok(Math.abs(received - rate) < 1e-9, `step ${step}: ${received} instead of ${rate}`);
	}
});

test('learningRateAt starts at the peak without a warm-up', () => {
	assert.equal(learningRateAt(0, { learningRate: 0.5, warmupSteps: 0, totalSteps: 2 }), 0.5);
	assert.equal(learningRateAt(1, { learningRate: 0.5, warmupSteps: 0, totalSteps: 2 }), 0.25);
});

test('learningRateAt stays above zero in every step of a training, and below the peak', () => {
	for (const warmupSteps of [0, 1, 5, 12]) {
		for (let step = 0; step < 12; step++) {
			const rate = learningRateAt(step, { learningRate: 1, warmupSteps, totalSteps: 12 });
			assert.ok(rate > 0 && rate <= 1, `${rate} at step ${step} with ${warmupSteps} steps of warm-up`);
		}
	}
});
