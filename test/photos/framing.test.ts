import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { frame } from '../../lib/photos/framing';

describe('frame', () => {
	it('lays the square about the box’s middle, in widths of the box: by hand', () => {
		const box = { x: 10, y: 20, width: 40, height: 60 };
		assert.deepEqual(frame(box, { side: 1, right: 0, down: 0 }), { left: 10, top: 30, width: 40, height: 40 });
		// Middle (30, 50), moved by (4, -8); side 50.
		const moved = frame(box, { side: 1.25, right: 0.1, down: -0.2 });
		assert.deepEqual(moved, { left: 9, top: 17, width: 50, height: 50 });
	});
});
