import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatCount, formatPercent, formatRange, formatSeconds, points } from '../lib/format';

describe('formatSeconds', () => {
	it('gives seconds, minutes or hours', () => {
		const expected: readonly [number, string][] = [
			[-1, '0 s'],
			[0, '0 s'],
			[4.4, '4 s'],
			[59.4, '59 s'],
			[59.6, '1:00'],
			[185, '3:05'],
			[3599.6, '1:00:00'],
			[3729, '1:02:09'],
			[360_000, '100:00:00'],
		];
		for (const [seconds, text] of expected) assert.equal(formatSeconds(seconds), text);
	});
});

describe('numbers in words', () => {
	it('separates thousands', () => assert.deepEqual([7178, 42].map(formatCount), ['7,178', '42']));

	it('shows fractions as percentages and intervals in brackets', () => {
		assert.deepEqual([formatPercent(0.5), formatPercent(0.7037, 1)], ['50.00 %', '70.4 %']);
		assert.equal(formatRange({ low: 0.1, high: 0.25 }, formatPercent), '(10.00 % to 25.00 %)');
	});

	it('signs percentage points, except what rounds to zero', () => {
		assert.deepEqual([0.0052, -0.01, 0, -0.00001].map(points), ['+0.52', '-1.00', '0.00', '0.00']);
	});
});
