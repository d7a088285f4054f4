import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chunksOf, type Pixels, selectPixels } from '../../lib/data/pixels';

/** Two sources of three and two images of four bytes: 0 to 11, and 100 to 107. */
const SOURCES = [
	{ pixels: Uint8Array.from({ length: 12 }, (_, at) => at), indices: Uint32Array.of(2, 0) },
	{ pixels: Uint8Array.from({ length: 8 }, (_, at) => 100 + at), indices: Uint32Array.of(1, 1) },
];
const SELECTED = [8, 9, 10, 11, 0, 1, 2, 3, 104, 105, 106, 107, 104, 105, 106, 107];

test('selectPixels copies what fits into memory, and reads the rest where it is', () => {
	const [copy, view] = [selectPixels(SOURCES, 4), selectPixels(SOURCES, 4, 15)];
	assert.ok(copy instanceof Uint8Array && !(view instanceof Uint8Array));
	assert.deepEqual([...copy], SELECTED);
	assert.equal(view.length, 16);
	for (let start = 0; start <= 16; start++) {
		for (let end = start; end <= 16; end++) {
			assert.deepEqual([...view.subarray(start, end)], SELECTED.slice(start, end), `${start} to ${end}`);
		}
	}
});

test('a selection of a selection has its images', () => {
	const view = selectPixels(SOURCES, 4, 0);
	const again = selectPixels([{ pixels: view, indices: Uint32Array.of(3, 0) }], 4, 0);
	assert.deepEqual([...again.subarray(0, 8)], [104, 105, 106, 107, 8, 9, 10, 11]);
	assert.deepEqual([...selectPixels([], 4).subarray(0, 0)], []);
});

test('chunksOf passes over all bytes once, in pieces of a few megabytes', () => {
	const ranges: [number, number][] = [];
	const pixels: Pixels = {
		length: 9_000_001,
		subarray(start, end) {
			ranges.push([start, end]);
			return new Uint8Array(end - start);
		},
	};
	assert.equal(
		[...chunksOf(pixels)].reduce((sum, { length }) => sum + length, 0),
		9_000_001,
	);
	assert.deepEqual(ranges, [
		[0, 4e6],
		[4e6, 8e6],
		[8e6, 9_000_001],
	]);
});
