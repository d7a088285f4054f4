import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MONITORED, type Monitored } from '../../lib/config';
import type { EpochRecord } from '../../lib/training/epochRecord';
import { bestEpoch, checkMonitored, isStale } from '../../lib/training/monitor';

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

describe('checkMonitored', () => {
	it('takes the names of the values and refuses others, also those that every object has', () => {
		for (const name of Object.keys(MONITORED)) assert.equal(checkMonitored(name), name);
		assert.throws(() => checkMonitored('validationAcuracy'), {
			name: 'RangeError',
			message:
				'Expected one of validationAccuracy, validationMacroF1, validationLoss for monitor but received "validationAcuracy".',
		});
		assert.throws(() => checkMonitored('accuracy'), RangeError);
		assert.throws(() => checkMonitored('toString'), RangeError);
	});
});
