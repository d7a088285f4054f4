import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nanGuard, type StepReport, type Training } from '../../lib/training/callbacks';
import type { EpochRecord } from '../../lib/training/epochRecord';

const TRAINING = {} as Training;

test('nanGuard lets finite losses pass', () => {
	const { onStepEnd, onEpochEnd } = nanGuard();
	for (const value of [0, -1, 1e30]) {
		onStepEnd?.({ epoch: 1, step: 1, loss: value, learningRate: 1 } as StepReport, TRAINING);
		onEpochEnd?.({ epoch: 1, validationLoss: value, learningRate: 1 } as EpochRecord, TRAINING);
	}
});

test('nanGuard names step, learning rate and remedy', () => {
	const { onStepEnd, onEpochEnd } = nanGuard();
	for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
		const report = { epoch: 2, step: 17, loss: value, learningRate: 0.0012345 } as StepReport;
		assert.throws(() => onStepEnd?.(report, TRAINING), {
			name: 'RangeError',
			message:
				`Expected a finite loss but received ${value} at step 17 of epoch 2 (learning rate 0.0012). The last checkpoint is ` +
				'intact: lower the learning rate or the gradient norm limit and start again.',
		});
		const record = { epoch: 3, validationLoss: value, learningRate: 1e-7 } as EpochRecord;
		assert.throws(() => onEpochEnd?.(record, TRAINING), {
			name: 'RangeError',
			message: new RegExp(
				`^Expected a finite validation loss but received ${value} at the end of epoch 3 \\(learning rate 1\\.0e-7\\)`,
			),
		});
	}
});
