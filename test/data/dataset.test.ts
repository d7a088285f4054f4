import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batchIndices, classCounts, firstCopies, imageAt, makeDataset, subset } from '../../lib/data/dataset';
import { createRandom } from '../../lib/random';
import { bytesOf } from './bytesOf';

/** Three images of 1x2 pixels. */
const PARTS = {
	name: 'three',
	shape: [1, 2, 1],
	pixels: Uint8Array.of(1, 2, 3, 4, 5, 6),
	labels: Uint8Array.of(0, 6, 3),
	usage: Uint8Array.of(0, 1, 2),
} as const;

test('makeDataset fills in FER2013’s emotions and that faces are not drawn', () => {
	const dataset = makeDataset(PARTS);
	assert.equal(dataset.emotions[3], 'happy');
	assert.equal(dataset.drawn, false);
	assert.deepEqual([...imageAt(dataset, 1)], [3, 4]);
});

test('the fingerprint is of the content: the name does not change it, anything else does', () => {
	const fingerprint = makeDataset(PARTS).fingerprint;
	assert.match(fingerprint, /^[0-9a-f]{64}$/);
	assert.equal(makeDataset({ ...PARTS, name: 'other' }).fingerprint, fingerprint);
	const others = [
		{ ...PARTS, pixels: Uint8Array.of(1, 2, 3, 4, 5, 7) },
		{ ...PARTS, labels: Uint8Array.of(0, 6, 4) },
		{ ...PARTS, usage: Uint8Array.of(0, 1, 1) },
		{ ...PARTS, usage: undefined },
		{ ...PARTS, shape: [2, 1, 1] as const },
		{ ...PARTS, emotions: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] },
	].map((parts) => makeDataset(parts).fingerprint);
	assert.equal(new Set([fingerprint, ...others]).size, 7);
});

test('the fingerprint is stable', () => {
	// printf '{"shape":[1,2,1],"emotions":["angry",...,"neutral"],"divided":true}\1\2\3\4\5\6\0\6\3\0\1\2' | sha256sum
	assert.equal(makeDataset(PARTS).fingerprint, '88860ef520909f843306eba4641ca671ee0a231f1f94b24e0db764256e839ad6');
});

test('makeDataset refuses parts that do not fit together', () => {
	const wrong = (parts: object, message: RegExp) =>
		assert.throws(() => makeDataset({ ...PARTS, ...parts }), { name: 'RangeError', message });
	wrong({ pixels: new Uint8Array(5) }, /Expected 6 values for pixels but received "5 values"/);
	wrong({ labels: Uint8Array.of(0, 7, 3) }, /integer from 0 to 6 for labels\[1\] but received 7/);
	wrong({ usage: Uint8Array.of(0) }, /Expected 3 values for usage but received "1 values"/);
	wrong({ usage: Uint8Array.of(0, 0, 4) }, /integer from 0 to 3 for usage\[2\] but received 4/);
	wrong({ shape: [0, 2, 1] }, /for shape but received/);
});

test('subset takes images in the order of the indices, with labels and usage', () => {
	const some = subset(makeDataset(PARTS), [2, 0, 2]);
	assert.deepEqual([...bytesOf(some)], [5, 6, 1, 2, 5, 6]);
	assert.deepEqual([...some.labels], [3, 0, 3]);
	assert.deepEqual([...(some.usage ?? [])], [2, 0, 2]);
	assert.notEqual(some.fingerprint, makeDataset(PARTS).fingerprint);
	assert.equal(subset(makeDataset(PARTS), [0, 1, 2]).fingerprint, makeDataset(PARTS).fingerprint);
});

test('subset refuses an index that is no image', () => {
	for (const index of [3, -1, 0.5]) {
		assert.throws(() => subset(makeDataset(PARTS), [0, index]), /integer from 0 to 2 for indices\[1\]/);
	}
});

test('classCounts counts by label, and absent classes as 0', () => {
	assert.deepEqual(classCounts([3, 0, 3, 1], 5), [1, 1, 0, 2, 0]);
});

test('batchIndices covers every index once; the last batch is smaller', () => {
	const indices = Uint32Array.of(10, 11, 12, 13, 14, 15, 16);
	const batches = batchIndices(indices, 3, createRandom(1));
	assert.deepEqual(
		batches.map((batch) => batch.length),
		[3, 3, 1],
	);
	const order = batches.flatMap((batch) => [...batch]);
	assert.notDeepEqual(order, [...indices]);
	assert.deepEqual(order.toSorted(), [...indices]);
	assert.deepEqual([...indices], [10, 11, 12, 13, 14, 15, 16], 'the caller’s indices stay as they were');
});

test('batchIndices draws the same order from the same seed, and keeps the order without one', () => {
	const indices = Array.from({ length: 50 }, (_, index) => index);
	assert.deepEqual(batchIndices(indices, 8, createRandom(4)), batchIndices(indices, 8, createRandom(4)));
	assert.notDeepEqual(batchIndices(indices, 8, createRandom(4)), batchIndices(indices, 8, createRandom(5)));
	assert.deepEqual(
		batchIndices(indices, 8).flatMap((batch) => [...batch]),
		indices,
	);
});

test('batchIndices refuses a batch size that is no whole number above 0', () => {
	for (const size of [0, -1, 1.5, Number.NaN]) assert.throws(() => batchIndices([1], size), /for batchSize/);
});

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
