import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { classCounts, type Dataset, makeDataset, USAGES } from '../../lib/data/dataset';
import { joinDatasets, rafDbParts, withParts } from '../../lib/data/parts';
import { splitDataset } from '../../lib/data/split';

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
		assert.deepEqual([...dataset.pixels], [0, 1, 2, 4, 5]);
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
		assert.deepEqual([...joined.pixels], [0, 1, 2, 0, 1]);
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

describe('rafDbParts', () => {
	// RAF-DB's own counts of surprise, fear, disgust, happy, sad, angry and neutral, in our order of labels.
	const TRAINING = [705, 717, 281, 4772, 1982, 1290, 2524];
	const TESTING = [162, 160, 74, 1185, 478, 329, 680];
	const fill = (counts: readonly number[]) => counts.flatMap((count, label) => new Array<number>(count).fill(label));
	const usage = [...fill(TRAINING).map(() => 0), ...fill(TESTING).map(() => TEST)];
	const labels = [...fill(TRAINING), ...fill(TESTING)];
	const dataset = makeDataset({
		name: 'RAF-DB',
		shape: [1, 1, 1],
		pixels: new Uint8Array(labels.length),
		labels: Uint8Array.from(labels),
		usage: Uint8Array.from(usage),
	});
	const counts = (part: ArrayLike<number>) =>
		classCounts(
			Array.from(part, (index) => dataset.labels[index]),
			7,
		);

	it('holds a stratified tenth of the training part out, and keeps the test part', () => {
		const { train, validation, test } = rafDbParts(dataset, 42);
		assert.deepEqual(counts(test), TESTING);
		// ceil(1,227.1) of 12,271; a tenth of each class, rounded: the kept shares are rounded down, and the largest
		// remainders of 705, 717, 281, 4,772, 1,982, 1,290 and 2,524 times 11,043 / 12,271 get one more.
		assert.deepEqual([train.length, validation.length, test.length], [11_043, 1228, 3068]);
		const kept = counts(train);
		TRAINING.forEach((count, label) => {
			assert.ok(Math.abs(kept[label] - (count * 11_043) / 12_271) < 1, `${kept[label]} of ${count}`);
		});
		const all = [...Array.from(train), ...Array.from(validation)].sort((a, b) => a - b);
		assert.deepEqual(
			all,
			Array.from({ length: 12_271 }, (_, index) => index),
		);
	});

	it('depends on the seed alone', () => {
		assert.deepEqual(rafDbParts(dataset, 42), rafDbParts(dataset, 42));
		assert.notDeepEqual(rafDbParts(dataset, 42).validation, rafDbParts(dataset, 43).validation);
	});

	it('refuses other parts', () => {
		const refused = /a data set divided into Training and Test for dataset but received "one with 2 and 0 of 3/;
		assert.throws(() => rafDbParts(numbered([0, 1, 2], [0, 0, 2]), 1), refused);
		assert.throws(() => rafDbParts(numbered([0, 1, 2]), 1), /one with 0 and 0 of 3 images/);
	});
});
