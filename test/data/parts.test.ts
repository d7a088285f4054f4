import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Dataset, makeDataset, USAGES } from '../../lib/data/dataset';
import { joinDatasets, withParts } from '../../lib/data/parts';
import { splitDataset } from '../../lib/data/split';
import { bytesOf } from './bytesOf';

/** Grey images of one pixel: its value is the image's number. */
function numbered(labels: readonly number[], usage?: readonly number[]): Dataset {
	const pixels = Uint8Array.from(labels.keys());
	return makeDataset({
		name: 'numbered',
		shape: [1, 1, 1],
		pixels,
		labels: Uint8Array.from(labels),
		usage: usage && Uint8Array.from(usage),
	});
}

const TEST = USAGES.indexOf('Test');

describe('withParts', () => {
	it('gives roles that the protocol official takes, and leaves out images in no part', () => {
		const dataset = withParts(numbered([0, 1, 2, 3, 4, 5]), { train: [5, 1], validation: [2], test: [4, 0] });
		assert.deepEqual([...bytesOf(dataset)], [0, 1, 2, 4, 5]);
		assert.deepEqual([...dataset.labels], [0, 1, 2, 4, 5]);
		assert.deepEqual([...(dataset.usage ?? [])], [2, 0, 1, 2, 0]);
		const { train, validation, test } = splitDataset(dataset, { protocol: 'official', seed: 1 });
		assert.deepEqual([[...train], [...validation], [...test]], [[1, 4], [2], [0, 3]]);
	});

	it('takes the place of the usage that the images had', () => {
		const dataset = withParts(numbered([0, 1], [TEST, TEST]), { train: [0], test: [1] });
		assert.deepEqual([...(dataset.usage ?? [])], [0, 2]);
		assert.notEqual(dataset.fingerprint, numbered([0, 1], [TEST, TEST]).fingerprint);
	});

	it('refuses an image twice, and one that is not there', () => {
		const dataset = numbered([0, 1]);
		assert.throws(() => withParts(dataset, { train: [0], test: [1, 0] }), {
			name: 'RangeError',
			message: 'Expected images that occur once, in one part, for test but received 0.',
		});
		assert.throws(() => withParts(dataset, { validation: [2] }), /integers from 0 to 1 for validation but received 2/);
	});
});

describe('joinDatasets', () => {
	it('puts images, labels and usages one behind the other', () => {
		const second = makeDataset({ ...numbered([3, 4], [2, 1]), drawn: true });
		const joined = joinDatasets('both', [numbered([0, 1, 2], [0, 1, 2]), second]);
		assert.equal(joined.name, 'both');
		assert.equal(joined.drawn, true);
		assert.deepEqual([...bytesOf(joined)], [0, 1, 2, 0, 1]);
		assert.deepEqual([...joined.labels], [0, 1, 2, 3, 4]);
		assert.deepEqual([...(joined.usage ?? [])], [0, 1, 2, 2, 1]);
		assert.equal(joinDatasets('same', [numbered([0, 1])]).fingerprint, numbered([0, 1]).fingerprint);
	});

	it('refuses data sets that do not go together', () => {
		const first = numbered([0, 1], [0, 1]);
		const { pixels, labels, usage } = first;
		const square = makeDataset({ name: 'x', shape: [2, 1, 1], pixels: new Uint8Array(4), labels, usage });
		const named = makeDataset({ name: 'x', shape: [1, 1, 1], pixels, labels, usage, emotions: ['calm', 'cross'] });
		for (const other of [square, named, numbered([0, 1])]) {
			assert.throws(() => joinDatasets('both', [first, other]), /data sets of one shape, with the same classes/);
		}
		assert.throws(() => joinDatasets('none', []), /at least one data set for datasets/);
	});
});
