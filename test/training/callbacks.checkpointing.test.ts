import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { checkpointing, type StepReport, type Training } from '../../lib/training/callbacks';
import { latestCheckpoint, type TrainingHeader, type TrainingProgress } from '../../lib/training/checkpoint';
import type { EpochRecord } from '../../lib/training/epochRecord';

const START = {
	epoch: 0,
	step: 0,
	running: { loss: 0, correct: 0, images: 0, seconds: 0 },
	history: [],
	finished: false,
};
const REPORT = {} as StepReport;
const RECORD = {} as EpochRecord;

/** A training that stands somewhere. */
function trainingAt(progress: Partial<TrainingProgress>, weights = Float32Array.of(1, 2)): Training {
	return {
		epochs: 3,
		history: [],
		stop: () => assert.fail('a checkpoint ends nothing'),
		snapshot: async () => ({ progress: { ...START, stepsTaken: 0, ...progress }, vectors: { weights } }),
	};
}

describe('checkpointing', () => {
	let folder: string;
	let now = 0;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'checkpointing-'));
		now = 1000;
		mock.method(performance, 'now', () => now);
	});
	afterEach(() => {
		mock.restoreAll();
		rmSync(folder, { recursive: true, force: true });
	});

	const stepsStored = () =>
		readdirSync(folder)
			.map((name) => Number(/\d+/.exec(name)?.[0]))
			.sort((a, b) => a - b);
	const stored = async () => (await latestCheckpoint<TrainingHeader<unknown>>(folder))?.header;

	it('writes key and progress after each epoch', async () => {
		const callback = checkpointing(folder, { data: 'x' });
		await callback.onStepEnd?.(REPORT, trainingAt({ step: 4, stepsTaken: 4 }));
		assert.deepEqual(stepsStored(), []);
		await callback.onEpochEnd?.(RECORD, trainingAt({ epoch: 1, stepsTaken: 4 }));
		assert.deepEqual(stepsStored(), [4]);
		assert.deepEqual(await stored(), { key: { data: 'x' }, progress: { ...START, epoch: 1, stepsTaken: 4 } });
	});

	it('writes within an epoch once the time is up, 300 seconds by default', async () => {
		const callback = checkpointing(folder, {});
		for (const [seconds, expected] of [
			[299, []],
			[2, [2]],
			[200, [2]],
			[101, [2, 4]],
		] as const) {
			now += seconds * 1000;
			const step = { 299: 1, 2: 2, 200: 3, 101: 4 }[seconds];
			await callback.onStepEnd?.(REPORT, trainingAt({ step, stepsTaken: step }));
			assert.deepEqual(stepsStored(), expected);
		}
	});

	it('writes the finished epoch over the checkpoint of its last step', async () => {
		const callback = checkpointing(folder, {}, 0);
		now += 1;
		await callback.onStepEnd?.(REPORT, trainingAt({ epoch: 2, step: 4, stepsTaken: 12 }));
		assert.equal((await stored())?.progress.step, 4);
		await callback.onEpochEnd?.(RECORD, trainingAt({ epoch: 3, stepsTaken: 12, finished: true }));
		assert.deepEqual((await stored())?.progress, { ...START, epoch: 3, stepsTaken: 12, finished: true });
	});

	it('writes where a training ends, unless that is stored already', async () => {
		const callback = checkpointing(folder, {});
		const training = trainingAt({ epoch: 1, step: 2, stepsTaken: 6 });
		await callback.onTrainEnd?.(training);
		assert.deepEqual(stepsStored(), [6]);
		rmSync(join(folder, 'checkpoint-6.bin'));
		await callback.onTrainEnd?.(training);
		assert.deepEqual(stepsStored(), []);
	});

	it('never stores weights that are no numbers', async () => {
		const callback = checkpointing(folder, {}, 0);
		now += 1;
		await callback.onStepEnd?.(REPORT, trainingAt({ step: 1, stepsTaken: 1 }));
		for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY]) {
			now += 1;
			const training = trainingAt({ step: 2, stepsTaken: 2 }, Float32Array.of(0, wrong));
			await callback.onStepEnd?.(REPORT, training);
			await callback.onTrainEnd?.(training);
		}
		assert.deepEqual(stepsStored(), [1]);
	});
});
