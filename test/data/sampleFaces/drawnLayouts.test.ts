import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { type Dataset, imageAt, makeDataset, USAGES } from '../../../lib/data/dataset';
import { detectLayout, readDetected } from '../../../lib/data/readers/readFaces';
import { writeCkPlus48, writeRafDb } from '../../../lib/data/sampleFaces/drawnLayouts';
import { EMOTIONS } from '../../../lib/emotions';
import { temporaryFolder, writeFiles } from '../readers/sources';

/** Faces of one grey each, 10 times the image's number plus 5; labels in turn, two of each seven for the tests. */
function plain(size: number): Dataset {
	return makeDataset({
		name: 'plain',
		shape: [48, 48, 1],
		pixels: Uint8Array.from({ length: size * 48 * 48 }, (_, at) => 10 * Math.floor(at / 48 ** 2) + 5),
		labels: Uint8Array.from({ length: size }, (_, index) => index % 7),
		usage: Uint8Array.from({ length: size }, (_, index) => Math.floor(index / 7)),
	});
}

const greys = (dataset: Dataset) => Array.from(dataset.labels, (_, index) => imageAt(dataset, index)[1000]);

test('faces in RAF-DB’s layout are found to be RAF-DB, and read as they were', async (t) => {
	const folder = path.join(temporaryFolder(t), 'faces');
	await writeRafDb(plain(21), folder);
	const detected = await detectLayout(folder);
	assert.equal(detected.layout, 'rafdb-folders');
	const { dataset, sizes, dropped } = await readDetected(detected);
	assert.deepEqual(sizes, { '100x100': 21 });
	assert.deepEqual(dropped, {});
	// The reader orders by part, label and name: images 0 and 7 are angry and for training, 14 for the test.
	const order = [...EMOTIONS.keys()].flatMap((label) => [label, label + 7]);
	assert.deepEqual([...dataset.labels], [...order.map((index) => index % 7), 0, 1, 2, 3, 4, 5, 6]);
	const usage = Array.from(dataset.usage ?? [], (number) => USAGES[number]);
	assert.deepEqual(usage, [...Array(14).fill('Training'), ...Array(7).fill('Test')]);
	const expected = [...order, 14, 15, 16, 17, 18, 19, 20].map((index) => 10 * index + 5);
	assert.deepEqual(greys(dataset), expected);
	// Surprise is RAF-DB's first class, angry its sixth.
	assert.deepEqual(readdirSync(path.join(folder, 'DATASET', 'train', '6')), [
		'train_00001_aligned.jpg',
		'train_00008_aligned.jpg',
	]);
});

test('faces in CK+48’s layout are found to be CK+48, without neutral, each of another subject', async (t) => {
	const folder = path.join(temporaryFolder(t), 'faces');
	await writeCkPlus48(plain(21), folder);
	const detected = await detectLayout(folder);
	assert.equal(detected.layout, 'ckplus-48');
	const { dataset, sizes, subjects } = await readDetected(detected);
	assert.deepEqual(sizes, { '48x48': 18 });
	const order = [0, 1, 2, 3, 4, 5].flatMap((label) => [label, label + 7, label + 14]);
	assert.deepEqual(
		[...dataset.labels],
		order.map((index) => index % 7),
	);
	assert.deepEqual(
		greys(dataset),
		order.map((index) => 10 * index + 5),
	);
	assert.equal(new Set(dataset.persons).size, 18);
	assert.equal(subjects?.[0], 'S001');
	assert.deepEqual(readdirSync(folder).sort(), ['anger', 'disgust', 'fear', 'happy', 'sadness', 'surprise']);
});

test('what lay in the folder before is gone', async (t) => {
	const folder = path.join(temporaryFolder(t), 'faces');
	writeFiles(folder, { 'contempt/S999_001_00000001.png': '' });
	await writeCkPlus48(plain(7), folder);
	assert.equal(existsSync(path.join(folder, 'contempt')), false);
});
