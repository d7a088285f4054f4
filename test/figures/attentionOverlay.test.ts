import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RawImage } from '../../lib/data/rawImage';
import { layAttention } from '../../lib/figures/attentionOverlay';

const grey = (side: number, value: number): RawImage => ({
	pixels: new Uint8Array(side * side).fill(value),
	width: side,
	height: side,
	channels: 1,
});
const colorAt = ({ pixels, width }: RawImage, x: number, y: number) =>
	[...pixels.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)].map(Number);

test('layAttention leaves the image outside of the box as it is, in colours', () => {
	const box = { left: 2, top: 2, width: 4, height: 4 };
	const map = { values: [1], height: 1, width: 1 };
	const laid = layAttention(grey(8, 100), box, map);
	assert.deepEqual([laid.channels, laid.pixels.length], [3, 192]);
	for (const [x, y] of [
		[0, 0],
		[1, 3],
		[6, 4],
		[7, 7],
	]) {
		assert.deepEqual(colorAt(laid, x, y), [100, 100, 100]);
	}
	// 0.35 x 100 + 0.65 x (255, 106, 0).
	assert.deepEqual(colorAt(laid, 2, 2), [201, 104, 35]);
	assert.deepEqual(colorAt(laid, 5, 5), [201, 104, 35]);
});

test('layAttention goes between the middles of the map’s cells by a line', () => {
	const box = { left: 0, top: 0, width: 8, height: 8 };
	const laid = layAttention(grey(8, 0), box, { values: [0, 1], height: 1, width: 2 });
	const red = Array.from({ length: 8 }, (_, x) => colorAt(laid, x, 3)[0]);
	// The middles lie at 2 and 6: pixel 2, whose middle is 2.5, has 1/8 of the way, and pixel 5 has 7/8.
	assert.deepEqual(
		red,
		[0, 0, 1 / 8, 3 / 8, 5 / 8, 7 / 8, 1, 1].map((part) => Math.round(0.65 * part * 255)),
	);
});

test('layAttention keeps an image’s colours where nothing spoke for the class', () => {
	const image: RawImage = { pixels: Uint8Array.of(10, 20, 30, 40, 50, 60), width: 2, height: 1, channels: 3 };
	const box = { left: 0, top: 0, width: 2, height: 1 };
	assert.deepEqual(layAttention(image, box, { values: [0, 0, 0, 0], height: 2, width: 2 }).pixels, image.pixels);
});
