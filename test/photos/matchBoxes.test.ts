import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { matchBoxes } from '../../lib/photos/matchBoxes';

const box = (left: number, top = 0) => ({ left, top, width: 2, height: 2 });

describe('matchBoxes', () => {
	it('joins the pair with the largest overlap first, and each box once', () => {
		// 1.5 overlaps both: 0 by 1/7, and 1 by 3/5.
		assert.deepEqual(matchBoxes([box(0), box(1)], [box(1.5)], 0.1), [1]);
		// 0.8 overlaps both most, but 1 more than 0; 0.3 is then left for 0.
		assert.deepEqual(matchBoxes([box(0), box(1)], [box(0.8), box(0.3)], 0.1), [1, 0]);
	});

	it('joins none that overlap less than the least', () => {
		assert.deepEqual(matchBoxes([box(0)], [box(1)], 0.33), [0]);
		assert.deepEqual(matchBoxes([box(0)], [box(1)], 0.34), [undefined]);
		assert.deepEqual(matchBoxes([], [box(1)], 0.1), [undefined]);
		assert.deepEqual(matchBoxes([box(0)], [], 0.1), []);
	});
});
