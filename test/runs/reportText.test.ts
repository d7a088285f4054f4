import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Metrics } from '../../lib/evaluation/storedMetrics';
import { formatScores, historyTable, summarizeHistory } from '../../lib/runs/reportText';
import type { EpochRecord } from '../../lib/training/epochRecord';

const epoch = (number: number, validationAccuracy: number): EpochRecord => ({
	epoch: number,
	loss: 1,
	accuracy: 0.5,
	validationLoss: 1,
	validationAccuracy,
	validationMacroF1: validationAccuracy / 2,
	learningRate: 1e-3,
	imageSize: 96,
	seconds: 40,
	imagesPerSecond: 90,
});

test('summarizeHistory names epochs, time, rate and the best epoch', () => {
	assert.equal(
		summarizeHistory([epoch(1, 0.5), epoch(2, 0.6), epoch(3, 0.55)]),
		'3 epochs in 2:00, 90 images/s; best epoch 2: validation accuracy 60.00 %, macro F1 0.3000',
	);
	assert.match(summarizeHistory([epoch(1, 0.5)]), /^1 epoch in 40 s/);
	assert.equal(summarizeHistory([]), 'No epoch was trained.');
});

test('historyTable rounds the values of each epoch', () => {
	const [row] = historyTable([{ ...epoch(3, 0.612345), learningRate: 0.000123456, seconds: 40.26 }]);
	assert.deepEqual(row, {
		epoch: 3,
		loss: 1,
		accuracy: 0.5,
		'validation loss': 1,
		'validation accuracy': 0.6123,
		'validation macro F1': 0.3062,
		'learning rate': 0.000123,
		'image size': 96,
		seconds: 40.3,
	});
});

const interval = (estimate: number, low: number, high: number) => ({ estimate, low, high });
const scores = (accuracy: number, macroF1: number) => ({
	accuracy,
	macroF1,
	expectedCalibrationError: accuracy / 10,
	intervals: {
		accuracy: interval(accuracy, accuracy - 0.01, accuracy + 0.01),
		macroF1: interval(macroF1, macroF1 - 0.02, macroF1 + 0.02),
	},
});
const metrics = {
	dataset: { name: 'FER2013', drawn: false },
	protocol: 'holdout',
	n: 7178,
	seed: 42,
	config: {},
	...scores(0.697, 0.6769),
	tta: scores(0.7037, 0.68),
	gain: { accuracy: interval(0.0067, -0.00001, 0.0134) },
	withoutCopies: { n: 6611, ...scores(0.68, 0.66), tta: scores(0.69, 0.67) },
} as unknown as Metrics;

test('formatScores gives each result with its interval, and no sign to a zero', () => {
	assert.deepEqual(formatScores(metrics).split('\n'), [
		'FER2013; protocol holdout, n = 7,178, seed 42',
		'without TTA  accuracy 69.70 % (68.70 % to 70.70 %), macro F1 0.6769 (0.6569 to 0.6969)',
		'with TTA     accuracy 70.37 % (69.37 % to 71.37 %), macro F1 0.6800 (0.6600 to 0.7000)',
		'gain         accuracy +0.67 points (0.00 to +1.34)',
		'without exact copies of training images, n = 6,611',
		'without TTA  accuracy 68.00 % (67.00 % to 69.00 %), macro F1 0.6600 (0.6400 to 0.6800)',
		'with TTA     accuracy 69.00 % (68.00 % to 70.00 %), macro F1 0.6700 (0.6500 to 0.6900)',
		'calibration  expected error 0.0697, with TTA 0.0704',
	]);
	const single = formatScores({ ...metrics, tta: { ...metrics.tta, views: 'single' } });
	assert.deepEqual(
		single.split('\n').map((text) => text.slice(0, 11)),
		['FER2013; pr', 'without TTA', 'without exa', 'without TTA', 'calibration'],
	);
});

test('formatScores says which classes have no image', () => {
	const perClass = { angry: { support: 3 }, neutral: { support: 0 }, sad: { support: 1 } };
	const { withoutCopies } = metrics;
	const text = formatScores({
		...metrics,
		perClass,
		withoutCopies: { ...withoutCopies, perClass },
	} as unknown as Metrics);
	assert.equal(text.match(/^2-way: no image of neutral, which macro F1 leaves out$/gm)?.length, 2);
});

test('formatScores says first where faces were drawn', () => {
	const drawn = { ...metrics, dataset: { ...metrics.dataset, drawn: true } };
	assert.match(formatScores(drawn), /^SAMPLE FACES drawn by this project, not FER2013;/);
});
