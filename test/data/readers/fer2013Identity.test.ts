import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Dataset, makeDataset, subset } from '../../../lib/data/dataset';
import {
	checkFer2013,
	describeCopy,
	imagesFingerprint,
	pixelStatistics,
} from '../../../lib/data/readers/fer2013Identity';

/** Kaggle's counts, angry to neutral: https://www.kaggle.com/datasets/msambare/fer2013 lists those of its two folders. */
const TRAINING = [3995, 436, 4097, 7215, 4830, 3171, 4965];
const PUBLIC_TEST = [467, 56, 496, 895, 653, 415, 607];
const PRIVATE_TEST = [491, 55, 528, 879, 594, 416, 626];
const TEST_FOLDER = [958, 111, 1024, 1774, 1247, 831, 1233];

/** Two pixels of mean 129.5 and deviation 65, nearly FER2013's. */
const PAIR = [64.5, 194.5].map(Math.round);

/** A data set of two pixels an image, with so many images a class in each part. */
function datasetOf(parts: Record<number, readonly number[]>, divided = true): Dataset {
	const rows = Object.entries(parts).flatMap(([usage, counts]) =>
		counts.flatMap((count, label) => new Array<[number, number]>(count).fill([Number(usage), label])),
	);
	const labels = Uint8Array.from(rows, ([, label]) => label);
	const usage = divided ? Uint8Array.from(rows, ([part]) => part) : undefined;
	const pixels = Uint8Array.from({ length: 2 * labels.length }, (_, at) => PAIR[at % 2]);
	return makeDataset({ name: 'FER2013', shape: [1, 2, 1], pixels, labels, usage });
}

const without = (counts: readonly number[], label: number) => counts.map((count, at) => count - Number(at === label));

test('checkFer2013 takes the complete forms', () => {
	checkFer2013(datasetOf({ 0: TRAINING, 1: PUBLIC_TEST, 2: PRIVATE_TEST }));
	checkFer2013(datasetOf({ 0: TRAINING, 3: TEST_FOLDER }));
	checkFer2013(datasetOf({ 0: TRAINING, 1: PUBLIC_TEST, 2: PRIVATE_TEST }, false));
	checkFer2013(datasetOf({ 0: TRAINING }, false));
});

test('checkFer2013 names the part and class that differ', () => {
	const refuse = (dataset: Dataset, message: string | RegExp) =>
		assert.throws(() => checkFer2013(dataset, 'fer2013.csv'), { name: 'DataError', message });
	refuse(
		datasetOf({ 0: without(TRAINING, 3), 1: PUBLIC_TEST, 2: PRIVATE_TEST }),
		'Expected 7,215 happy images in Training in fer2013.csv but received 7,214. It has 35,886 images in all, unlike the data ' +
			'set on Kaggle: use a complete copy.',
	);
	refuse(datasetOf({ 0: TRAINING, 1: PUBLIC_TEST }), /Expected 491 angry images in PrivateTest .* received 0\./);
	refuse(
		datasetOf({ 0: TRAINING, 1: PRIVATE_TEST, 2: PUBLIC_TEST }),
		/467 angry images in PublicTest .* received 491\./,
	);
	refuse(datasetOf({ 0: TRAINING, 3: without(TEST_FOLDER, 1) }), /111 disgust images in Test .* received 110\./);
	refuse(datasetOf({ 0: without(TRAINING, 6) }, false), /4,965 neutral images in all parts .* received 4,964\./);
	refuse(datasetOf({ 0: TEST_FOLDER }, false), /images in all parts/);
});

test('checkFer2013 says what an unknown copy is like, and refuses pixels that are not FER2013’s', () => {
	const complete = datasetOf({ 0: TRAINING, 1: PUBLIC_TEST, 2: PRIVATE_TEST });
	assert.match(
		checkFer2013(complete) ?? '',
		/^an unknown copy, such as images saved again as JPEG: pixels of mean 130\.0 and deviation 65\.0, 129\.\d and 6\d\.\d as published$/,
	);
	for (const value of [0, 255]) {
		const pixels = new Uint8Array(complete.pixels.length).fill(value);
		assert.throws(() => checkFer2013(makeDataset({ ...complete, pixels }), 'x.csv'), {
			name: 'DataError',
			message:
				/pixels of mean and deviation near .* in x\.csv but received pixels of mean (0|255)\.0 and deviation 0\.0/,
		});
	}
});

test('a copy that divides all images otherwise is taken, and said to be so', () => {
	const training = TRAINING.map((count, label) => count - label);
	const validation = TEST_FOLDER.map((count, label) => count + label);
	const copy = datasetOf({ 0: training, 1: validation });
	assert.match(checkFer2013(copy) ?? '', /JPEG, divided into other parts than the official ones: pixels of mean/);
	// With all three parts, the protocol official would use them.
	const third = PRIVATE_TEST.map((count, label) => count + (label === 0 ? 1 : 0));
	const three = datasetOf({ 0: without(TRAINING, 0), 1: PUBLIC_TEST, 2: third });
	assert.throws(() => checkFer2013(three), /3,995 angry images in Training .* received 3,994/);
});

test('imagesFingerprint depends on pixels and labels, not on their order', () => {
	const dataset = makeDataset({
		name: 'x',
		shape: [1, 1, 1],
		pixels: Uint8Array.of(1, 2, 3),
		labels: Uint8Array.of(0, 1, 2),
	});
	assert.equal(imagesFingerprint(subset(dataset, [2, 0, 1])), imagesFingerprint(dataset));
	const swapped = makeDataset({ ...dataset, labels: Uint8Array.of(1, 0, 2) });
	assert.notEqual(imagesFingerprint(swapped), imagesFingerprint(dataset));
});

test('pixelStatistics has the values of NumPy', () => {
	// np.mean and np.std of [0, 10, 20, 250].
	const { mean, deviation } = pixelStatistics({ pixels: Uint8Array.of(0, 10, 20, 250) });
	assert.equal(mean, 70);
	assert.ok(Math.abs(deviation - 104.16333327999828) < 1e-9);
});

test('describeCopy says how many images, or which fingerprint, a copy has', () => {
	const dataset = datasetOf({ 0: [2, 1] }, false);
	const { fingerprint } = dataset;
	assert.equal(describeCopy(dataset, { fingerprint, images: 1000 }), 'a copy with 3 images instead of 1,000');
	const other = describeCopy(dataset, { fingerprint: 'abcdef0123', images: 3 });
	assert.ok(other.endsWith(`(fingerprint ${fingerprint.slice(0, 8)} instead of abcdef01)`) && other.includes('JPEG'));
});
