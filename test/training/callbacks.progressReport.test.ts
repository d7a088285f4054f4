import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import type { Progress } from '../../lib/progress';
import { progressReport, type Training } from '../../lib/training/callbacks';

const TRAINING = { epochs: 3 } as Training;

describe('progressReport', () => {
	let now = 0;
	beforeEach(() => {
		now = 1000;
		mock.method(performance, 'now', () => now);
	});
	afterEach(() => mock.restoreAll());

	/** Steps of ten images each, and the seconds before each. */
	async function report(steps: readonly (readonly [epoch: number, step: number, seconds: number])[]) {
		const reports: Progress[] = [];
		const callback = progressReport('Phase 2', 40, (progress) => reports.push(progress));
		for (const [epoch, step, seconds] of steps) {
			now += seconds * 1000;
			await callback.onStepEnd?.(
				{ epoch, step, images: 10, loss: step, accuracy: step / 10, learningRate: 1 },
				TRAINING,
			);
		}
		return reports;
	}

	it('reports images, loss and accuracy of each step, rate and time left of all epochs from the second', async () => {
		const reports = await report([
			[1, 1, 9],
			[1, 2, 2],
			[1, 3, 2],
			[1, 4, 1],
		]);
		assert.deepEqual(
			reports.map(({ stage, done, total, loss, accuracy }) => [stage, done, total, loss, accuracy]),
			[
				['Phase 2, epoch 1 of 3', 10, 40, 1, 0.1],
				['Phase 2, epoch 1 of 3', 20, 40, 2, 0.2],
				['Phase 2, epoch 1 of 3', 30, 40, 3, 0.3],
				['Phase 2, epoch 1 of 3', 40, 40, 4, 0.4],
			],
		);
		// The first step's own time is not known.
		assert.ok(!(reports[0].itemsPerSecond > 0) && !Number.isFinite(reports[0].secondsLeft));
		// 10 images in 2 s: 20 of this epoch and 80 of the later ones take 20 s.
		assert.deepEqual([reports[1].itemsPerSecond, reports[1].secondsLeft], [5, 20]);
		assert.deepEqual([reports[2].itemsPerSecond, reports[2].secondsLeft], [5, 18]);
		assert.deepEqual([reports[3].itemsPerSecond, reports[3].secondsLeft], [6, 80 / 6]);
	});

	it('begins anew with each epoch, and counts what an earlier run did of it', async () => {
		const reports = await report([
			[1, 4, 1],
			[2, 1, 60],
			[2, 2, 1],
		]);
		assert.deepEqual(
			reports.map(({ stage, done }) => [stage, done]),
			[
				['Phase 2, epoch 1 of 3', 40],
				['Phase 2, epoch 2 of 3', 10],
				['Phase 2, epoch 2 of 3', 20],
			],
		);
		// The validation between the epochs does not count.
		assert.equal(reports[2].itemsPerSecond, 10);
		const [resumed, next] = await report([
			[3, 3, 100],
			[3, 4, 2],
		]);
		assert.deepEqual([resumed.done, next.done, next.itemsPerSecond, next.secondsLeft], [30, 40, 5, 0]);
	});
});
