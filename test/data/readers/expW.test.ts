import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { encodePng } from '../../../lib/data/image';
import { readFaces } from '../../../lib/data/readers/readFaces';
import { plainPng, temporaryFolder, writeFiles } from './sources';

/** An image of 40x20 pixels: black, with a square of 10 pixels of value 200 at 20, 5. */
async function scene(): Promise<Buffer> {
	const pixels = Uint8Array.from({ length: 40 * 20 }, (_, at) => {
		const [x, y] = [at % 40, Math.floor(at / 40)];
		return x >= 20 && x < 30 && y >= 5 && y < 15 ? 200 : 0;
	});
	return encodePng(pixels, { width: 40, height: 20 });
}

test('ExpW: each box is cut out of its image, up to the edges', async (t) => {
	const folder = temporaryFolder(t);
	const lines = [
		'angry man_1.png 0 5 20 30 15 54.3 0',
		'angry man_1.png 1 0 0 10 5 90.1 3',
		'two.png 0 -5 -5 100 100 60.0 6',
	];
	writeFiles(folder, {
		'ExpW/data/label/label.lst': `${lines.join('\n')}\n`,
		'ExpW/data/image/origin/angry man_1.png': await scene(),
		'ExpW/data/image/origin/two.png': await plainPng(9, 30),
		'ExpW/data/image/origin/three.png': await plainPng(9, 30),
	});
	const { layout, dataset, sizes, names, passedOver } = await readFaces(folder, { size: 10, channels: 1 });
	assert.deepEqual([layout, [...dataset.labels]], ['expw', [0, 3, 6]]);
	assert.deepEqual(
		[0, 1, 2].map((image) => [...new Set(dataset.pixels.subarray(100 * image, 100 * image + 100))]),
		[[200], [0], [9]],
	);
	assert.deepEqual(sizes, { '10x10': 1, '10x5': 1, '30x30': 1 });
	assert.equal(names[0], 'ExpW/data/image/origin/angry man_1.png face 0');
	assert.deepEqual(passedOver, { '.png': 1 });
});

test('ExpW: wrong lines, boxes and images are named', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, { 'origin/a.png': await plainPng(1), 'origin/b.png': 'no image' });
	const lists: [string, RegExp][] = [
		['a.png 0 1 1 9 9 50 7', /a label from 0 to 6 in row 1 of label\.lst but received 7/],
		['a.png 0 1 1 9 9 50', /an image, a face, its box, confidence and label in row 1/],
		['a.png 0 1 1 9 x 50 1', /in row 1 of label\.lst/],
		['a.png 0 1 1 9 9 50 1\na.png 0 1 1 9 9 50 1', /each face once in row 2/],
		['a.png 0 1 1 9 9 50 1\nc.png 0 1 1 9 9 50 1', /received 1, without c\.png, row 2 of label\.lst/],
		['a.png 0 90 90 99 99 50 1', /1 that cannot be read \(origin\/a\.png face 0: a box of 9x9 pixels at 90, 90/],
		['a.png 0 1 1 9 9 50 1\nb.png 0 1 1 9 9 50 1', /1 that cannot be read \(origin\/b\.png/],
	];
	for (const [text, message] of lists) {
		writeFiles(folder, { 'label.lst': text });
		await assert.rejects(readFaces(folder), { name: 'DataError', message }, text);
	}
	const { unreadable, dataset } = await readFaces(folder, { unreadable: 'list' });
	assert.deepEqual([unreadable.length, dataset.labels.length], [1, 1]);
	assert.ok(path.basename(unreadable[0].name).startsWith('b.png'));
});
