import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { MONITORED, type Monitored } from '../../lib/config';
import { makeDataset } from '../../lib/data/dataset';
import { bestEpoch, type EpochRecord, isStale, validationOf } from '../../lib/training/epochRecord';

/** A history in which the watched value has these values. */
function historyOf(monitor: Monitored, values: number[]): EpochRecord[] {
	return values.map((value, i) => ({
		epoch: i + 1,
		loss: 0,
		accuracy: 0,
		validationLoss: 0,
		validationAccuracy: 0,
		validationMacroF1: 0,
		learningRate: 0,
		imageSize: 48,
		seconds: 1,
		imagesPerSecond: 1,
		[monitor]: value,
	}));
}

describe('bestEpoch', () => {
	it('is the highest accuracy or macro F1, or the lowest loss; the earliest of equals', () => {
		const values = [0.3, 0.5, 0.2, 0.5, 0.2];
		for (const monitor of Object.keys(MONITORED) as Monitored[]) {
			const best = monitor === 'validationLoss' ? 3 : 2;
			assert.equal(bestEpoch(historyOf(monitor, values), monitor)?.epoch, best);
		}
	});

	it('is nothing before the first epoch', () => {
		assert.equal(bestEpoch([], 'validationLoss'), undefined);
	});
});

describe('isStale', () => {
	it('waits for as many epochs as patience says', () => {
		const values = [0.1, 0.4, 0.3, 0.4, 0.2, 0.5];
		const staleAfter = (patience: number) =>
			values
				.map((_, i) => i + 1)
				.filter((epochs) =>
					isStale(historyOf('validationAccuracy', values.slice(0, epochs)), 'validationAccuracy', patience),
				);
		// The best of the first five epochs is the second; the sixth is better.
		assert.deepEqual(staleAfter(1), [3, 4, 5]);
		assert.deepEqual(staleAfter(2), [4, 5]);
		assert.deepEqual(staleAfter(3), [5]);
		assert.deepEqual(staleAfter(4), []);
	});

	it('is false before the first epoch', () => {
		assert.equal(isStale([], 'validationAccuracy', 1), false);
	});
});

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
