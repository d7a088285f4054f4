import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { formatProgress, type Progress, ProgressMeter } from '../lib/progress';

describe('formatProgress', () => {
	const half: Progress = { stage: 'Phase 2', done: 50, total: 100, itemsPerSecond: 12.4, secondsLeft: 4.1 };

	it('shows stage, bar, rate and time left, and loss and accuracy where they are known', () => {
		assert.equal(formatProgress(half, 4), 'Phase 2 ━━╌╌  50 % · 12 images/s · 4 s left');
		assert.equal(
			formatProgress({ ...half, loss: 1.23456, accuracy: 0.4567 }, 4),
			'Phase 2 ━━╌╌  50 % · 12 images/s · loss 1.235 · accuracy 45.7 % · 4 s left',
		);
	});

	it('leaves out what is not known, and the time left at the end', () => {
		assert.equal(formatProgress({ ...half, itemsPerSecond: 0, secondsLeft: Number.NaN }, 4), 'Phase 2 ━━╌╌  50 %');
		assert.equal(formatProgress({ ...half, done: 100, secondsLeft: 0 }, 4), 'Phase 2 ━━━━ 100 % · 12 images/s');
		assert.equal(formatProgress({ ...half, done: 0, total: 0 }, 4), 'Phase 2 ━━━━ 100 % · 12 images/s');
	});

	it('keeps the bar to its width however far it counts', () => {
		for (const done of [0, 1, 99, 100, 250]) {
			assert.equal(formatProgress({ ...half, done }, 24).match(/[━╌]/g)?.length, 24);
		}
	});
});

describe('ProgressMeter', () => {
	it('measures rate and time left from its own items only', () => {
		let now = 1000;
		const clock = mock.method(performance, 'now', () => now);
		const reports: Progress[] = [];
		const meter = new ProgressMeter('Reading', 100, (progress) => reports.push(progress), 40);
		now += 2000;
		meter.add(10);
		now += 1000;
		meter.add(20, { loss: 1, accuracy: 0.5 });
		clock.mock.restore();
		assert.deepEqual(reports, [
			{ stage: 'Reading', done: 50, total: 100, itemsPerSecond: 5, secondsLeft: 10 },
			{ stage: 'Reading', done: 70, total: 100, itemsPerSecond: 10, secondsLeft: 3, loss: 1, accuracy: 0.5 },
		]);
	});
});
