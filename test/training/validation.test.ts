import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeDataset } from '../../lib/data/dataset';
import { validationOf } from '../../lib/training/validation';

const DATASET = makeDataset({
	name: 'four',
	shape: [1, 1, 1],
	pixels: new Uint8Array(4),
	labels: Uint8Array.of(0, 1, 1, 0),
	emotions: ['calm', 'cross'],
});

function near(received: number, expected: number): void {
	assert.ok(Math.abs(received - expected) < 1e-6, `${received} instead of ${expected}`);
}

test('validationOf gives cross-entropy, accuracy and macro F1, worked by hand', () => {
	// Softmax [1/4, 3/4] for labels 0, 1, 1: one miss, two hits.
	const row = [0, Math.log(3)];
	const received = validationOf(Float32Array.of(...row, ...row, ...row), DATASET, [0, 1, 2]);
	near(received.validationLoss, (Math.log(4) + 2 * Math.log(4 / 3)) / 3);
	near(received.validationAccuracy, 2 / 3);
	// F1 of class 0 is 0, of class 1 it is 2 * 2 / (2 + 3).
	near(received.validationMacroF1, 0.4);
});

test('validationOf takes labels by index', () => {
	const received = validationOf(Float32Array.of(5, 0, 0, 5), DATASET, [3, 1]);
	assert.deepEqual([received.validationAccuracy, received.validationMacroF1], [1, 1]);
	near(received.validationLoss, Math.log(1 + Math.exp(-5)));
});

test('validationOf stays finite where a probability underflows', () => {
	const { validationLoss, validationAccuracy } = validationOf(Float32Array.of(-500, 500), DATASET, [0]);
	assert.ok(validationLoss > 80 && Number.isFinite(validationLoss));
	assert.equal(validationAccuracy, 0);
});

test('validationOf lets logits that are no numbers show', () => {
	for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY]) {
		const received = validationOf(Float32Array.of(1, 0, 0, wrong), DATASET, [0, 1]);
		assert.deepEqual(received, { validationLoss: Number.NaN, validationAccuracy: 0, validationMacroF1: 0 });
	}
});
