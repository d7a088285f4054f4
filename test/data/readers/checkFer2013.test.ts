import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Dataset, makeDataset } from '../../../lib/data/dataset';
import { checkFer2013 } from '../../../lib/data/readers/checkFer2013';

/** Kaggle's counts, angry to neutral: https://www.kaggle.com/datasets/msambare/fer2013 lists those of its two folders. */
const TRAINING = [3995, 436, 4097, 7215, 4830, 3171, 4965];
const PUBLIC_TEST = [467, 56, 496, 895, 653, 415, 607];
const PRIVATE_TEST = [491, 55, 528, 879, 594, 416, 626];
const TEST_FOLDER = [958, 111, 1024, 1774, 1247, 831, 1233];

/** A data set of one pixel an image, with so many images a class in each part. */
function datasetOf(parts: Record<number, readonly number[]>, divided = true): Dataset {
	const rows = Object.entries(parts).flatMap(([usage, counts]) =>
		counts.flatMap((count, label) => new Array<[number, number]>(count).fill([Number(usage), label])),
	);
	const labels = Uint8Array.from(rows, ([, label]) => label);
	const usage = divided ? Uint8Array.from(rows, ([part]) => part) : undefined;
	return makeDataset({ name: 'FER2013', shape: [1, 1, 1], pixels: new Uint8Array(labels.length), labels, usage });
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
			'set on Kaggle: download it again.',
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
