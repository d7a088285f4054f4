import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeDataset } from '../../lib/data/dataset';
import { groupFolds, splitGroups } from '../../lib/data/groupSplit';
import { createRandom } from '../../lib/random';

function datasetOf(labels: readonly number[]) {
	const pixels = new Uint8Array(labels.length);
	return makeDataset({ name: 'test', shape: [1, 1, 1], pixels, labels: Uint8Array.from(labels) });
}

describe('splitGroups', () => {
	it('takes whole groups until each class has given its share', () => {
		// Ten persons with one image of each of two classes: 20 % of 20 images is 4, two persons; of the 16 that are left
		// 12.5 % are 2, one person.
		const labels = Array.from({ length: 20 }, (_, image) => image % 2);
		const groups = labels.map((_, image) => Math.floor(image / 2));
		const split = splitGroups(datasetOf(labels), { groups, seed: 3, validationFraction: 0.125 });
		for (const [part, size] of [
			['test', 4],
			['validation', 2],
			['train', 14],
		] as const) {
			assert.equal(split[part].length, size, part);
			assert.equal(new Set(Array.from(split[part], (image) => groups[image])).size, size / 2, part);
		}
	});

	it('never divides a group, holds every image once, and hangs on the seed, over many seeds', () => {
		const random = createRandom(5);
		const labels = Array.from({ length: 300 }, () => Math.floor(random.uniform() * 4));
		const groups = labels.map(() => Math.floor(random.uniform() * 40));
		const seen = new Set<string>();
		for (let seed = 0; seed < 30; seed++) {
			const split = splitGroups(datasetOf(labels), { groups, seed });
			const parts = [split.train, split.validation, split.test];
			const images = parts.flatMap((part) => [...part]).sort((a, b) => a - b);
			assert.deepEqual(
				images,
				labels.map((_, image) => image),
			);
			const persons = parts.map((part) => new Set(Array.from(part, (image) => groups[image])));
			assert.equal(
				persons.reduce((sum, own) => sum + own.size, 0),
				new Set(groups).size,
			);
			assert.ok(split.test.length <= 60 && split.test.length >= 40, `${split.test.length}`);
			seen.add(split.test.join());
			assert.deepEqual(splitGroups(datasetOf(labels), { groups, seed }), split);
		}
		assert.equal(seen.size, 30);
	});

	it('refuses groups that are too few, too large or of another length', () => {
		const dataset = datasetOf([0, 1, 0, 1, 0, 1]);
		const split = (groups: number[]) => () =>
			splitGroups(dataset, { groups, seed: 1, testFraction: 0.4, validationFraction: 0.5 });
		assert.throws(split([0, 0, 0]), /6 numbers, one an image, for groups but received "3 numbers"/);
		assert.throws(split([0, 0, 0, 1, 1, 1]), /at least 3 groups for groups but received "2 groups"/);
		const large = datasetOf(Array.from({ length: 40 }, (_, image) => image % 2));
		const groups = Array.from({ length: 40 }, (_, image) => Math.min(2, Math.floor(image / 13)));
		assert.throws(() => splitGroups(large, { groups, seed: 1 }), /groups small enough for the test part/);
	});
});

describe('groupFolds', () => {
	it('deals as worked by hand', () => {
		// Person 0 has two images of class 0, person 1 two of class 1, person 2 one of each: the deviations of their counts are
		// 1, 1 and 0. Person 0 goes to fold 0. Person 1 makes the folds' shares of class 1 2/3 and 0 in either fold: equal, so
		// to fold 1, which has fewer images. Person 2 makes the shares 1 and 0 with 1/3 and 2/3 in either: equal again, and
		// both folds have two images, so to the first.
		const folds = groupFolds(Uint8Array.of(0, 0, 1, 1, 0, 1), [0, 0, 1, 1, 2, 2], 2);
		assert.deepEqual(
			folds.map((fold) => [...fold]),
			[
				[0, 1, 4, 5],
				[2, 3],
			],
		);
	});

	it('deals as scikit-learn 1.9.1 does', () => {
		// StratifiedGroupKFold(n_splits=3 and 4).split(...): the test indices of each fold.
		const labels = [0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
		const groups = [1, 1, 2, 2, 3, 3, 3, 4, 5, 5, 5, 5, 6, 6, 7, 8, 8];
		assert.deepEqual(
			groupFolds(Uint8Array.from(labels), groups, 3).map((fold) => [...fold]),
			[
				[4, 5, 6, 12, 13, 14],
				[0, 1, 2, 3, 15, 16],
				[7, 8, 9, 10, 11],
			],
		);
		// Classes 0, 1, 2 and 5; groups whose counts tie often.
		const many = Array.from({ length: 60 }, (_, i) => [0, 1, 2, 5][(i * i + Math.floor(i / 5)) % 4]);
		const persons = many.map((_, i) => ((i * 7) % 13) + Math.floor(i / 30));
		assert.deepEqual(
			groupFolds(Uint8Array.from(many), persons, 4).map((fold) => [...fold]),
			[
				[4, 9, 11, 12, 17, 22, 24, 25, 33, 35, 36, 41, 46, 48, 49, 54, 59],
				[1, 2, 3, 14, 15, 16, 27, 28, 29, 38, 39, 40, 51, 52, 53],
				[6, 7, 8, 19, 20, 21, 30, 31, 32, 43, 44, 45, 56, 57, 58],
				[0, 5, 10, 13, 18, 23, 26, 34, 37, 42, 47, 50, 55],
			],
		);
	});

	it('holds every image once and divides no group, whatever the random order', () => {
		const labels = Uint8Array.from({ length: 120 }, (_, image) => image % 3);
		const groups = Array.from(labels, (_, image) => (image * 11) % 17);
		for (let seed = 0; seed < 10; seed++) {
			const folds = groupFolds(labels, groups, 5, createRandom(seed));
			const images = folds.flatMap((fold) => [...fold]).sort((a, b) => a - b);
			assert.deepEqual(images, Array.from(labels.keys()));
			const persons = folds.map((fold) => new Set(Array.from(fold, (image) => groups[image])).size);
			assert.equal(
				persons.reduce((sum, own) => sum + own, 0),
				17,
			);
		}
	});

	it('refuses fewer groups than folds, and one fold', () => {
		assert.throws(() => groupFolds(Uint8Array.of(0, 1), [0, 1], 3), /at least 3 groups/);
		assert.throws(() => groupFolds(Uint8Array.of(0, 1), [0, 1], 1), /integer of at least 2 for folds/);
	});
});
