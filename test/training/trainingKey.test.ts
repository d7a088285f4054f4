import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { differencesOf, phase1Key } from '../../lib/training/trainingKey';
import { patterns, type TinyOptions, tinyRun } from '../fixtures/training/tinyRun';

describe('phase1Key', () => {
	it('depends on data, backbone, weights, split, image size and phase 1, and on nothing else', () => {
		const keyOf = (config: TinyOptions['config']) => JSON.stringify(phase1Key(tinyRun('unused', { config })));
		const same = keyOf({});
		assert.equal(keyOf({ phase2: { epochs: 9 }, tta: { views: 'ten' }, sampleFaces: 99 }), same);
		const others = [
			{ seed: 1 },
			{ keepCopiesTogether: true },
			{ weights: 'x' },
			{ imageSize: 20 },
			{ phase1: { images: 3 } },
		];
		for (const config of others) assert.notEqual(keyOf(config), same);
		const otherData = phase1Key(tinyRun('unused', { dataset: patterns(126) }));
		assert.deepEqual(otherData, { ...JSON.parse(same), data: patterns(126).fingerprint });
		assert.notEqual(JSON.stringify(otherData), same);
	});
});

describe('differencesOf', () => {
	it('names at most five fields by their path', () => {
		const stored = { a: 1, b: { c: [1], d: null }, e: 'x' };
		assert.deepEqual(differencesOf(stored, { e: 'x', b: { d: null, c: [1] }, a: 1 }), []);
		assert.deepEqual(differencesOf(stored, { a: 2, b: { c: [1, 2], d: { f: 1 } }, e: 'x' }), [
			'a was 1 and is 2',
			'b.c was [1] and is [1,2]',
			'b.d was null and is {"f":1}',
		]);
		const many = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`k${i}`, i]));
		assert.equal(differencesOf({}, many).length, 5);
	});
});
