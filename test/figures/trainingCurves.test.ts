import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Figure } from '../../lib/figures/figure';
import { trainingCurves } from '../../lib/figures/trainingCurves';
import type { EpochRecord } from '../../lib/training/epochRecord';
import { assertStored } from './storedFigure';

/** One epoch's record; the fields that figures do not show are the same in all. */
function record(epoch: number, validationAccuracy: number): EpochRecord {
	return {
		epoch,
		loss: 2 / (epoch + 1),
		accuracy: 0.25 * epoch,
		validationLoss: 1.5,
		validationAccuracy,
		validationMacroF1: validationAccuracy / 2,
		learningRate: 10 ** -epoch,
		imageSize: 96,
		seconds: 60,
		imagesPerSecond: 100,
	};
}

const HISTORY = [record(1, 0.25), record(2, 0.5), record(3, 0.375)];

/** Everything that is written in a figure. */
function texts({ layout }: Figure): string {
	return (layout.annotations ?? []).map(({ text }) => text).join('\n');
}

test('trainingCurves draws what is stored', () => {
	assertStored(trainingCurves({ history: HISTORY, title: 'Phase 1', caption: 'drawn faces' }), 'trainingCurves');
});

test('trainingCurves with the learning rate draws what is stored', () => {
	assertStored(trainingCurves({ history: HISTORY, showLearningRate: true }), 'trainingCurves-learningRate');
});

test('trainingCurves puts each value at its epoch, accuracy in percent', () => {
	const [loss, accuracy, validationLoss, validationAccuracy] = trainingCurves({ history: HISTORY }).data;
	assert.deepEqual('x' in loss && loss.x, [1, 2, 3]);
	assert.deepEqual(
		[loss, accuracy, validationLoss, validationAccuracy].map((trace) => 'y' in trace && trace.y),
		[
			[1, 2 / 3, 0.5],
			[25, 50, 75],
			[1.5, 1.5, 1.5],
			[25, 50, 37.5],
		],
	);
});

test('trainingCurves marks the best epoch, and the first of equals', () => {
	assert.match(texts(trainingCurves({ history: HISTORY })), /best validation 50\.00 % in epoch 2/);
	const equals = [record(1, 0.3), record(2, 0.6), record(3, 0.6)];
	assert.match(texts(trainingCurves({ history: equals })), /best validation 60\.00 % in epoch 2/);
	const [left, right] = trainingCurves({ history: HISTORY }).layout.shapes ?? [];
	assert.deepEqual([left.x0, right.x0], [2, 2]);
});

test('trainingCurves of one epoch shows dots, of a hundred lines alone', () => {
	const modes = (count: number) =>
		trainingCurves({ history: Array.from({ length: count }, (_, index) => record(index + 1, 0.5)) })
			.data.slice(0, 4)
			.map((trace) => 'mode' in trace && trace.mode);
	assert.deepEqual(modes(1), Array(4).fill('lines+markers'));
	assert.deepEqual(modes(100), Array(4).fill('lines'));
});

test('trainingCurves names whole epochs only, about ten of them', () => {
	const steps = [1, 5, 11, 12, 28, 100].map((count) => {
		const history = Array.from({ length: count }, (_, index) => record(index + 1, 0.5));
		return trainingCurves({ history }).layout.xaxis?.dtick;
	});
	assert.deepEqual(steps, [1, 1, 1, 2, 5, 10]);
});

test('trainingCurves refuses an empty history', () => {
	assert.throws(() => trainingCurves({ history: [] }), /Expected at least one epoch for history/);
});
