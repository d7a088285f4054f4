import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classCounts } from '../../lib/data/dataset';
import { apportion, holdOut, stratifiedSample } from '../../lib/data/stratify';
import { createRandom } from '../../lib/random';

/** Expected values here are scikit-learn's, printed by test/fixtures/data/stratify.py. */
const APPORTIONED = [
	{
		counts: [4953, 547, 5121, 8989, 6077, 4002, 6198],
		draws: 28709,
		shares: [3962, 438, 4097, 7191, 4861, 3202, 4958],
	},
	{
		counts: [3962, 438, 4097, 7191, 4861, 3202, 4958],
		draws: 25838,
		shares: [3566, 394, 3687, 6472, 4375, 2882, 4462],
	},
	{ counts: [10, 20, 31], draws: 17, shares: [3, 5, 9] },
	{ counts: [1, 2, 3, 4, 5, 6, 7], draws: 9, shares: [0, 1, 1, 1, 2, 2, 2] },
	{ counts: [100, 3, 57, 2], draws: 23, shares: [14, 1, 8, 0] },
	{ counts: [5, 2], draws: 4, shares: [3, 1] },
];
const HELD_OUT = [
	{ counts: [4953, 547, 5121, 8989, 6077, 4002, 6198], fraction: 0.2, given: [991, 109, 1024, 1798, 1216, 800, 1240] },
	{ counts: [3995, 436, 4097, 7215, 4830, 3171, 4965], fraction: 0.1, given: [399, 44, 410, 722, 483, 317, 496] },
	{ counts: [50, 50, 50, 50, 50, 50, 50], fraction: 0.2, given: [10, 10, 10, 10, 10, 10, 10] },
	{ counts: [13, 29, 8], fraction: 0.3, given: [4, 9, 2] },
	{ counts: [7, 11, 23, 5], fraction: 0.25, given: [2, 3, 6, 1] },
	{ counts: [3, 4], fraction: 0.34, given: [1, 2] },
];

/** Labels of so many images a class, the classes mixed. */
function labelsOf(counts: readonly number[]): Uint8Array {
	const random = createRandom(9);
	const labels = counts.flatMap((count, label) => new Array<number>(count).fill(label));
	return Uint8Array.from(
		labels.map((label) => [random.uniform(), label]).sort((a, b) => a[0] - b[0]),
		([, label]) => label,
	);
}

function countsOf(labels: Uint8Array, indices: Uint32Array, classes: number): number[] {
	return classCounts(
		Array.from(indices, (index) => labels[index]),
		classes,
	);
}

for (const { counts, draws, shares } of APPORTIONED) {
	test(`apportion gives what scikit-learn gives: ${draws} of ${counts.join(', ')}`, () => {
		for (let seed = 0; seed < 20; seed++) assert.deepEqual(apportion(counts, draws, createRandom(seed)), shares);
	});
}

test('apportion draws lots among equal remainders, without favour', () => {
	// scikit-learn's own example: 2 of [2, 2, 2, 1] gives two of the first three classes one image each.
	const seen = new Map<string, number>();
	for (let seed = 0; seed < 3000; seed++) {
		const shares = apportion([2, 2, 2, 1], 2, createRandom(seed)).join('');
		seen.set(shares, (seen.get(shares) ?? 0) + 1);
	}
	assert.deepEqual([...seen.keys()].sort(), ['0110', '1010', '1100']);
	// Each has probability 1/3: 1,000 within five standard deviations of 25.8.
	for (const count of seen.values()) assert.ok(Math.abs(count - 1000) < 130, String(count));
});

test('apportion is within one of the exact share, sums to the draws and never exceeds a count', () => {
	const random = createRandom(3);
	for (let trial = 0; trial < 500; trial++) {
		const counts = Array.from({ length: 1 + random.integer(8) }, () => random.integer(40));
		const total = counts.reduce((sum, count) => sum + count, 0);
		const draws = random.integer(total + 1);
		const shares = apportion(counts, draws, random);
		assert.equal(
			shares.reduce((sum, share) => sum + share, 0),
			draws,
		);
		for (const [label, share] of shares.entries()) {
			assert.ok(share >= 0 && share <= counts[label]);
			assert.ok(total === 0 || Math.abs(share - (counts[label] * draws) / total) < 1);
		}
	}
});

test('apportion refuses more draws than images', () => {
	assert.throws(() => apportion([2, 3], 6, createRandom(1)), /integer from 0 to 5 for draws but received 6/);
});

for (const { counts, fraction, given } of HELD_OUT) {
	test(`holdOut gives what train_test_split gives: ${fraction} of ${counts.join(', ')}`, () => {
		const labels = labelsOf(counts);
		const indices = Uint32Array.from(labels.keys());
		const { kept, heldOut } = holdOut({ labels, indices, fraction }, createRandom(7));
		assert.deepEqual(countsOf(labels, heldOut, counts.length), given);
		assert.deepEqual(Uint32Array.from([...kept, ...heldOut]).sort(), indices);
		assert.deepEqual(heldOut, heldOut.toSorted());
	});
}

test('holdOut takes every image with the same probability', () => {
	const labels = labelsOf([12, 8]);
	const indices = Uint32Array.from(labels.keys());
	const taken = new Array<number>(20).fill(0);
	for (let seed = 0; seed < 2000; seed++) {
		for (const index of holdOut({ labels, indices, fraction: 0.25 }, createRandom(seed)).heldOut) taken[index]++;
	}
	// 500 expected within five standard deviations of 19.4.
	for (const count of taken) assert.ok(Math.abs(count - 500) < 97, taken.join(' '));
});

test('holdOut never parts a group, and holds out the same numbers where groups allow it', () => {
	const counts = [60, 45, 30];
	const labels = labelsOf(counts);
	// Groups of one to four neighbours, of mixed labels.
	const random = createRandom(2);
	let group = 0;
	const groups = Array.from(labels, () => (random.uniform() < 0.4 ? group : ++group));
	const indices = Uint32Array.from(labels.keys());
	for (let seed = 0; seed < 50; seed++) {
		const { kept, heldOut } = holdOut({ labels, indices, fraction: 0.2, groups }, createRandom(seed));
		const keptGroups = new Set(Array.from(kept, (index) => groups[index]));
		assert.ok(!heldOut.some((index) => keptGroups.has(groups[index])));
		assert.deepEqual(countsOf(labels, heldOut, 3), [12, 9, 6]);
	}
});

test('holdOut with groups never holds out more than the number, and fewer if no group fits', () => {
	// Class 0 has one group of 10 and 10 single images; class 1 only groups of three.
	const labels = Uint8Array.from([...new Array<number>(20).fill(0), ...new Array<number>(21).fill(1)]);
	const groups = Array.from(labels, (_, index) =>
		index < 10 ? 0 : index < 20 ? index : 100 + Math.floor((index - 20) / 3),
	);
	const indices = Uint32Array.from(labels.keys());
	for (let seed = 0; seed < 20; seed++) {
		const { heldOut } = holdOut({ labels, indices, fraction: 0.2, groups }, createRandom(seed));
		// Without groups it would be 4 and 5 of 9.
		assert.deepEqual(countsOf(labels, heldOut, 2), [4, 3]);
	}
});

test('holdOut refuses what cannot be stratified', () => {
	const refuse = (counts: number[], fraction: number, message: RegExp) => {
		const labels = labelsOf(counts);
		const options = { labels, indices: Uint32Array.from(labels.keys()), fraction };
		assert.throws(() => holdOut(options, createRandom(1)), { name: 'RangeError', message });
	};
	refuse([10, 1], 0.2, /at least 2 images of each class for labels but received "1 of class 1"/);
	refuse([10, 10, 10], 0.05, /at least 3 images on each side, one per class, for the split but received "2 of 30"/);
	refuse([10, 10], 0, /number above 0 and below 1 for fraction/);
	refuse([10, 10], 1, /number above 0 and below 1 for fraction/);
	refuse([], 0.2, /the split/);
});

test('stratifiedSample keeps the proportions', () => {
	const labels = labelsOf([495, 55, 512, 899, 608, 400, 620]);
	const sample = stratifiedSample(labels, 350, createRandom(1));
	assert.equal(new Set(sample).size, 350);
	// 350 of 3,589: exact shares 48.27 5.36 49.93 87.67 59.29 39.01 60.46; three left for .93, .67 and .46.
	assert.deepEqual(countsOf(labels, sample, 7), [48, 5, 50, 88, 59, 39, 61]);
	assert.deepEqual(sample, stratifiedSample(labels, 350, createRandom(1)));
	assert.notDeepEqual(sample, stratifiedSample(labels, 350, createRandom(2)));
});

test('stratifiedSample draws from the given images only, up to all of them', () => {
	const labels = labelsOf([20, 20]);
	const indices = Uint32Array.of(3, 5, 8, 13, 21, 34);
	assert.deepEqual(stratifiedSample(labels, 6, createRandom(1), indices), indices);
	assert.ok(stratifiedSample(labels, 3, createRandom(1), indices).every((index) => indices.includes(index)));
	assert.throws(() => stratifiedSample(labels, 7, createRandom(1), indices), /integer from 0 to 6 for size/);
});

test('holdOut: a class whose groups are all too large for its quota gets one of them all the same', () => {
	// Three persons with four images each of two classes: a fifth is 3 images, less than any person has.
	const labels = Uint8Array.from({ length: 24 }, (_, index) => index % 2);
	const groups = Uint32Array.from({ length: 24 }, (_, index) => Math.floor(index / 8));
	const indices = Uint32Array.from(labels.keys());
	for (let seed = 0; seed < 20; seed++) {
		const { kept, heldOut } = holdOut({ labels, indices, fraction: 0.2, groups }, createRandom(seed));
		assert.deepEqual([kept.length, heldOut.length], [16, 8]);
		assert.equal(new Set(Array.from(heldOut, (index) => groups[index])).size, 1);
	}
});

test('holdOut: refuses groups of which no side could have every class', () => {
	const labels = Uint8Array.of(0, 0, 0, 0, 1, 1, 1, 1, 1, 1);
	const groups = Uint32Array.of(7, 7, 7, 7, 1, 2, 3, 4, 5, 6);
	const options = { labels, indices: Uint32Array.from(labels.keys()), fraction: 0.2, groups };
	assert.throws(() => holdOut(options, createRandom(1)), {
		name: 'RangeError',
		message: /images of class 0 of at least two persons or groups of copies for the split but received "of one"/,
	});
});
