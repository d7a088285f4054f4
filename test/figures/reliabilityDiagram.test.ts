import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reliabilityDiagram } from '../../lib/figures/reliabilityDiagram';
import { assertStored } from './storedFigure';

/** Four bins, the first empty: 60 images of accuracy (10 * 0.2 + 20 * 0.5 + 30 * 0.9) / 60 = 0.65. */
const BINS = [
	{ from: 0, to: 0.25, count: 0, confidence: null, accuracy: null },
	{ from: 0.25, to: 0.5, count: 10, confidence: 0.4, accuracy: 0.2 },
	{ from: 0.5, to: 0.75, count: 20, confidence: 0.6, accuracy: 0.5 },
	{ from: 0.75, to: 1, count: 30, confidence: 0.8, accuracy: 0.9 },
];
/** (10 * 0.2 + 20 * 0.1 + 30 * 0.1) / 60. */
const ERROR = 7 / 60;

test('reliabilityDiagram draws what is stored', () => {
	assertStored(reliabilityDiagram({ bins: BINS, expectedCalibrationError: ERROR }), 'reliabilityDiagram');
});

test('reliabilityDiagram draws the bins that hold images, and the gaps from accuracy to confidence', () => {
	const { data } = reliabilityDiagram({ bins: BINS, expectedCalibrationError: ERROR });
	const [accuracy, gap, , counts] = data;
	assert.ok(accuracy.type === 'bar' && gap.type === 'bar' && counts.type === 'bar');
	assert.deepEqual(accuracy.x, [0.375, 0.625, 0.875]);
	assert.deepEqual(accuracy.y, [0.2, 0.5, 0.9]);
	assert.deepEqual(gap.base, [0.2, 0.5, 0.9]);
	const gaps = gap.y as number[];
	[0.2, 0.1, -0.1].forEach((expected, bin) => {
		assert.ok(Math.abs(gaps[bin] - expected) < 1e-12);
	});
	assert.deepEqual(counts.y, [10, 20, 30]);
});

test('reliabilityDiagram tells the error, accuracy, mean confidence and n', () => {
	const { layout } = reliabilityDiagram({ bins: BINS, expectedCalibrationError: ERROR });
	// Confidence: (4 + 12 + 24) / 60.
	const expected = 'expected calibration error 11.7 %, accuracy 65.0 %, mean confidence 66.7 %, n = 60';
	assert.ok(layout.annotations?.some(({ text }) => text === expected));
});

test('reliabilityDiagram refuses bins without images', () => {
	const bins = [BINS[0]];
	assert.throws(
		() => reliabilityDiagram({ bins, expectedCalibrationError: 0 }),
		/at least one bin with images for bins/,
	);
});
