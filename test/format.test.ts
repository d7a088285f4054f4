import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatClock, formatCount, formatPercent, formatRange, formatSeconds, points } from '../lib/format';

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

describe('formatClock', () => {
	it('formats times as players do', () => {
		const expected: [number, string][] = [
			[0, '0:00'],
			[4.99, '0:04'],
			[185, '3:05'],
			[3729, '1:02:09'],
		];
		for (const [seconds, text] of expected) assert.equal(formatClock(seconds), text);
		assert.deepEqual([formatClock(4.2, 1), formatClock(59.96, 1), formatClock(0.3, 1)], ['0:04.2', '0:59.9', '0:00.3']);
		// 0.1 + 0.2 is more than 0.3, and 0.7 * 10 less than 7.
		assert.deepEqual([formatClock(0.1 + 0.2, 1), formatClock(62.7, 1)], ['0:00.3', '1:02.7']);
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
