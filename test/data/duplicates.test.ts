import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeDataset } from '../../lib/data/dataset';
import { firstCopies } from '../../lib/data/duplicates';

test('firstCopies names the first image with the same pixels', () => {
	const images = [
		[1, 2],
		[2, 1],
		[1, 2],
		[3, 3],
		[2, 1],
		[1, 2],
	];
	const dataset = makeDataset({
		name: 'six',
		shape: [1, 2, 1],
		pixels: Uint8Array.from(images.flat()),
		labels: Uint8Array.of(0, 0, 1, 2, 0, 3),
	});
	assert.deepEqual(firstCopies(dataset), Uint32Array.of(0, 1, 0, 3, 1, 0));
});
