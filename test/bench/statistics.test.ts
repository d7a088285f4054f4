import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { median, nearestRank, pairedRatios, spreadOf } from '../../bench/statistics';

describe('statistics of the benchmark', () => {
	it('takes the middle value, or the mean of the two in the middle, whatever the order', () => {
		assert.equal(median([5]), 5);
		assert.equal(median([9, 1, 4]), 4);
		assert.equal(median([10, 9, 1, 2]), 5.5);
		assert.deepEqual(spreadOf([3, 11, 7]), { min: 3, median: 7, max: 11 });
	});

	it('takes quantiles by nearest rank, as the published example does', () => {
		// https://en.wikipedia.org/wiki/Percentile#The_nearest-rank_method
		const values = [50, 15, 20, 40, 35];
		assert.deepEqual(
			[0.05, 0.3, 0.4, 0.5, 1].map((part) => nearestRank(values, part)),
			[15, 20, 20, 35, 50],
		);
		const hundreds = Array.from({ length: 200 }, (_, i) => 200 - i);
		assert.equal(nearestRank(hundreds, 0.99), 198);
	});

	it('gives ratios above 1 where ours is better, pair by pair', () => {
		assert.deepEqual(pairedRatios([30, 10], [10, 20], 'higher'), [3, 0.5]);
		assert.deepEqual(pairedRatios([2, 8], [6, 4], 'lower'), [3, 0.5]);
		assert.throws(() => pairedRatios([1], [1, 2], 'higher'), /received 1 and 2 values/);
	});
});
