import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { intersectionOverUnion, sharedArea } from '../../lib/data/boxOverlap';

const box = (left: number, top = 0) => ({ left, top, width: 2, height: 2 });

describe('sharedArea', () => {
	it('is that of the common rectangle, or 0', () => {
		assert.equal(sharedArea(box(0), { left: 1, top: -1, width: 4, height: 2.5 }), 1.5);
		assert.equal(sharedArea(box(0), box(2)), 0);
		assert.equal(sharedArea(box(0), box(3, 3)), 0);
	});
});

describe('intersectionOverUnion', () => {
	it('is the shared part of the common area: by hand', () => {
		assert.equal(intersectionOverUnion(box(0), box(0)), 1);
		assert.equal(intersectionOverUnion(box(0), box(1)), 1 / 3);
		assert.equal(intersectionOverUnion(box(0), box(1, 1)), 1 / 7);
		assert.equal(intersectionOverUnion(box(0), box(2)), 0);
		assert.equal(intersectionOverUnion(box(0), box(5, 5)), 0);
	});
});
