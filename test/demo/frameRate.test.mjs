// @ts-check
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FrameRate } from '../../demo/src/frameRate.js';

describe('FrameRate', () => {
	it('counts pictures in a second, and how long one takes', () => {
		const rate = new FrameRate();
		assert.deepEqual([rate.perSecond, rate.milliseconds], [undefined, undefined]);
		rate.count(0, 0.05);
		assert.deepEqual([rate.perSecond, Math.round(rate.milliseconds ?? 0)], [undefined, 50]);
		for (let i = 1; i <= 10; i++) rate.count(i / 10, i / 10 + 0.03);
		assert.ok(Math.abs((rate.perSecond ?? 0) - 10 / 0.98) < 0.01, `${rate.perSecond}`);
		assert.ok(Math.abs((rate.milliseconds ?? 0) - (50 + 10 * 30) / 11) < 0.01, `${rate.milliseconds}`);
	});

	it('looks back two seconds, and on a slow machine to the picture before', () => {
		const rate = new FrameRate();
		for (let i = 0; i < 40; i++) rate.count(i / 10, i / 10);
		for (let i = 0; i < 40; i++) rate.count(4 + i / 5, 4 + i / 5);
		assert.ok(Math.abs((rate.perSecond ?? 0) - 5) < 1e-6, `${rate.perSecond}`);
		rate.count(20, 22);
		rate.count(22, 32);
		assert.equal(rate.perSecond, 0.1);
		rate.clear();
		assert.equal(rate.perSecond, undefined);
	});
});
