import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Box, transformBox, union } from '../../../lib/figures/rendering/box';

const BOX: Box = { left: 1, top: 2, right: 5, bottom: 4 };

function assertNear(actual: Box, expected: Box): void {
	for (const side of ['left', 'top', 'right', 'bottom'] as const) {
		assert.ok(Math.abs(actual[side] - expected[side]) < 1e-9, `${side}: ${actual[side]} instead of ${expected[side]}`);
	}
}

test('union is the smallest box around all, and null around none', () => {
	assert.deepEqual(union([BOX, { left: 0, top: 3, right: 2, bottom: 9 }]), { left: 0, top: 2, right: 5, bottom: 9 });
	assert.equal(union([]), null);
});

test('transformBox moves, scales and turns', () => {
	assertNear(transformBox(BOX, ''), BOX);
	assertNear(transformBox(BOX, 'translate(10,-1)'), { left: 11, top: 1, right: 15, bottom: 3 });
	assertNear(transformBox(BOX, 'translate(10)'), { left: 11, top: 2, right: 15, bottom: 4 });
	assertNear(transformBox(BOX, 'scale(2)'), { left: 2, top: 4, right: 10, bottom: 8 });
	assertNear(transformBox(BOX, 'scale(2,-1)'), { left: 2, top: -4, right: 10, bottom: -2 });
	// (x, y) goes to (-y, x).
	assertNear(transformBox(BOX, 'rotate(90)'), { left: -4, top: 1, right: -2, bottom: 5 });
	// About (1, 2): the corner stays, the width goes down.
	assertNear(transformBox(BOX, 'rotate(90 1 2)'), { left: -1, top: 2, right: 1, bottom: 6 });
});

test('transformBox applies the last of a list first, as SVG does', () => {
	assertNear(transformBox(BOX, 'translate(10,0) scale(2)'), { left: 12, top: 4, right: 20, bottom: 8 });
	assertNear(transformBox(BOX, 'scale(2) translate(10,0)'), { left: 22, top: 4, right: 30, bottom: 8 });
});
