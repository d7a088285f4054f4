import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { erase } from '../../lib/augmentation/erasing';
import type { ErasingRange } from '../../lib/config';
import { createRandom, type Random } from '../../lib/random';

/** No grey level, so that every erased value shows. */
const UNTOUCHED = -1;

type Shape = readonly [number, number, number];

function erased(shape: Shape, range: ErasingRange, random: Random): Float32Array {
	const image = new Float32Array(shape[0] * shape[1] * shape[2]).fill(UNTOUCHED);
	erase(image, shape, range, random);
	return image;
}

/** The rectangle that holds all erased values; undefined if there is none. */
function boxOf(image: Float32Array, [height, width, channels]: Shape) {
	const rows: number[] = [];
	const columns: number[] = [];
	image.forEach((value, i) => {
		if (value === UNTOUCHED) return;
		rows.push(Math.floor(i / channels / width));
		columns.push(Math.floor(i / channels) % width);
	});
	if (rows.length === 0) return undefined;
	const [top, left] = [Math.min(...rows), Math.min(...columns)];
	const box = { height: Math.max(...rows) - top + 1, width: Math.max(...columns) - left + 1 };
	assert.ok(top + box.height <= height && left + box.width <= width);
	return { ...box, top, left, values: rows.length };
}

describe('erase', () => {
	it('fills one whole rectangle with grey levels, its area within the limits, for 300 seeds', () => {
		const shape: Shape = [48, 48, 1];
		const range: ErasingRange = { probability: 1, areaFraction: [0.02, 0.2] };
		let smallest = 1;
		let largest = 0;
		for (let seed = 0; seed < 300; seed++) {
			const image = erased(shape, range, createRandom(seed));
			const box = boxOf(image, shape) ?? assert.fail('nothing is erased');
			assert.equal(box.values, box.height * box.width);
			assert.ok(image.every((value) => value === UNTOUCHED || (Number.isInteger(value) && value >= 0 && value < 256)));
			// Sides are rounded: each by half a pixel at most.
			const area = box.values / 48 ** 2;
			const rounding = (box.height + box.width) / 2 / 48 ** 2;
			assert.ok(area >= 0.02 - rounding && area <= 0.2 + rounding, `area ${area} with seed ${seed}`);
			const ratio = box.height / box.width;
			assert.ok(ratio > 1 / 4 && ratio < 4, `ratio ${ratio}`);
			smallest = Math.min(smallest, area);
			largest = Math.max(largest, area);
		}
		assert.ok(smallest < 0.03 && largest > 0.18, `areas from ${smallest} to ${largest}`);
	});

	it('keeps to the area where only some ratios of the sides fit', () => {
		const range: ErasingRange = { probability: 1, areaFraction: [0.8, 0.9] };
		for (const shape of [
			[48, 48, 1],
			[20, 60, 1],
			[60, 20, 1],
		] as const) {
			for (let seed = 0; seed < 50; seed++) {
				const box = boxOf(erased(shape, range, createRandom(seed)), shape) ?? assert.fail('nothing is erased');
				const size = shape[0] * shape[1];
				const rounding = (box.height + box.width) / 2;
				assert.ok(box.values >= 0.8 * size - rounding && box.values <= 0.9 * size + rounding);
			}
		}
	});

	it('erases all channels of a pixel, each with noise of its own', () => {
		const shape: Shape = [10, 12, 3];
		const image = erased(shape, { probability: 1, areaFraction: [0.3, 0.3] }, createRandom(5));
		const box = boxOf(image, shape) ?? assert.fail('nothing is erased');
		assert.equal(box.values, box.height * box.width * 3);
		const first = (box.top * 12 + box.left) * 3;
		assert.ok(new Set(image.subarray(first, first + 3)).size > 1);
	});

	it('erases the given fraction of the images, anywhere in them', () => {
		const shape: Shape = [24, 24, 1];
		const range: ErasingRange = { probability: 0.25, areaFraction: [0.02, 0.2] };
		const boxes = Array.from({ length: 2000 }, (_, seed) => boxOf(erased(shape, range, createRandom(9, seed)), shape));
		const found = boxes.filter((box) => box !== undefined);
		// 500 expected; the standard deviation is 19.
		assert.ok(Math.abs(found.length - 500) < 80, `${found.length} of 2000`);
		assert.ok(found.some(({ top, left }) => top === 0 && left > 0));
		assert.ok(found.some(({ top, height, left, width }) => top + height === 24 && left + width === 24));
	});

	it('erases none with probability 0, and one pixel at least with area 0', () => {
		const shape: Shape = [8, 8, 1];
		for (let seed = 0; seed < 50; seed++) {
			assert.equal(
				boxOf(erased(shape, { probability: 0, areaFraction: [0.1, 0.2] }, createRandom(seed)), shape),
				undefined,
			);
			assert.equal(
				boxOf(erased(shape, { probability: 1, areaFraction: [0, 0] }, createRandom(seed)), shape)?.values,
				1,
			);
		}
	});

	it('keeps what seed 42 draws: a change here changes every stored run', () => {
		const shape: Shape = [12, 12, 1];
		const image = erased(shape, { probability: 1, areaFraction: [0.02, 0.2] }, createRandom(42));
		const box = boxOf(image, shape) ?? assert.fail('nothing is erased');
		const noise = [...image.filter((value) => value !== UNTOUCHED)].slice(0, 4);
		const stored = { top: 5, left: 1, height: 7, width: 3, values: 21, noise: [97, 157, 122, 130] };
		assert.deepEqual({ ...box, noise }, stored);
	});
});
