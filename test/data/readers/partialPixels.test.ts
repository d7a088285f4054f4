import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { PartialPixels } from '../../../lib/data/readers/partialPixels';
import { temporaryFolder } from './sources';

test('images come in any order; the file goes on with those that were closed, and ends with what follows them', (t) => {
	const file = path.join(temporaryFolder(t), 'some.dataset');
	const first = new PartialPixels(file, 3, 2);
	first.put(2, Uint8Array.of(5, 6), 30, 40);
	first.close();
	// A record that was cut off does not count.
	appendFileSync(`${file}.done`, 'abc');
	const second = new PartialPixels(file, 3, 2);
	assert.deepEqual([...second.sizes], [0, 0, 0, 0, 30, 40]);
	second.put(0, Uint8Array.of(1, 2), 10, 20);
	const pixels = second.keep(Uint32Array.of(0, 2));
	assert.deepEqual([...pixels.subarray(0, pixels.length)], [1, 2, 5, 6]);
	second.finish(pixels.length, [Uint8Array.of(7), Uint8Array.of(8, 9)]);
	second.close();
	assert.deepEqual([...readFileSync(file)], [1, 2, 5, 6, 7, 8, 9]);
	assert.deepEqual([...pixels.subarray(0, 4)], [1, 2, 5, 6]);
	assert.deepEqual(readdirSync(path.dirname(file)), ['some.dataset']);
});

test('a journal of other images, or without its pixels, is not gone on with', (t) => {
	const file = path.join(temporaryFolder(t), 'some.dataset');
	const first = new PartialPixels(file, 3, 2);
	first.put(2, Uint8Array.of(5, 6), 30, 40);
	first.close();
	const fewer = new PartialPixels(file, 2, 2);
	assert.deepEqual([...fewer.sizes], [0, 0, 0, 0]);
	fewer.close(true);
	assert.deepEqual(readdirSync(path.dirname(file)), []);
	const cut = new PartialPixels(file, 3, 2);
	cut.put(2, Uint8Array.of(5, 6), 30, 40);
	cut.close();
	truncateSync(`${file}.part`, 5);
	const again = new PartialPixels(file, 3, 2);
	assert.deepEqual([...again.sizes], [0, 0, 0, 0, 0, 0]);
	again.close(true);
	appendFileSync(`${file}.done`, Buffer.alloc(12, 1));
	const other = new PartialPixels(file, 2, 2);
	assert.deepEqual([...other.sizes], [0, 0, 0, 0]);
	other.close(true);
});

test('what does not fit on the disk is refused with its size, and another process keeps its file', (t) => {
	const file = path.join(temporaryFolder(t), 'some.dataset');
	assert.throws(() => new PartialPixels(file, 10, 1e15), {
		name: 'DataError',
		message:
			/^Expected room for 10000000000\.0 MB in the folder of some\.dataset but received [\d.]+ MB free\. Free some/,
	});
	assert.deepEqual(readdirSync(path.dirname(file)), []);
	const first = new PartialPixels(file, 1, 1);
	assert.throws(() => new PartialPixels(file, 1, 1), /no other process that decodes the same images in .* by process/);
	first.close(true);
});
