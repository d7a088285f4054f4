import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeDataset } from '../../lib/data/dataset';
import { sampleFaces } from '../../lib/data/sampleFaces/sampleFaces';
import { splitDataset } from '../../lib/data/split';
import { countByPart, tabulateDataset } from '../../lib/data/table';

/** Six images of two pixels; images 0, 2 and 5 are copies. */
const SIX = makeDataset({
	name: 'six',
	shape: [1, 2, 1],
	pixels: Uint8Array.of(10, 20, 0, 255, 10, 20, 7, 7, 20, 10, 10, 20),
	labels: Uint8Array.of(0, 3, 0, 6, 3, 3),
	usage: Uint8Array.of(0, 0, 1, 2, 2, 0),
});

test('tabulateDataset has a row per image, with its part, brightness and copies', () => {
	assert.deepEqual(tabulateDataset(SIX).toRecords(), [
		{ index: 0, emotion: 'angry', part: 'Training', brightness: 15, copies: 3 },
		{ index: 1, emotion: 'happy', part: 'Training', brightness: 127.5, copies: 1 },
		{ index: 2, emotion: 'angry', part: 'PublicTest', brightness: 15, copies: 3 },
		{ index: 3, emotion: 'neutral', part: 'PrivateTest', brightness: 7, copies: 1 },
		{ index: 4, emotion: 'happy', part: 'PrivateTest', brightness: 15, copies: 1 },
		{ index: 5, emotion: 'happy', part: 'Training', brightness: 15, copies: 3 },
	]);
});

test('a split names the parts; images in no part have none and are not counted', () => {
	const split = splitDataset(SIX, { protocol: 'official', seed: 1, keepCopiesTogether: true });
	const table = tabulateDataset(SIX, split);
	// Images 0 and 5 are copies of image 2, which is in the validation part.
	assert.deepEqual(table.getColumn('part').toArray(), [null, 'train', 'validation', 'test', 'test', null]);
	assert.deepEqual(countByPart(table).toRecords(), [
		{ emotion: 'angry', train: 0, validation: 1, test: 0 },
		{ emotion: 'happy', train: 1, validation: 0, test: 1 },
		{ emotion: 'neutral', train: 0, validation: 0, test: 1 },
	]);
});

test('drawn faces are counted by their usages, and without usages as one part', async () => {
	const faces = await sampleFaces({ size: 70, seed: 42 });
	const table = tabulateDataset(faces);
	const counts = countByPart(table);
	assert.deepEqual(counts.columns, ['emotion', 'Training', 'PublicTest', 'PrivateTest']);
	// Ten faces per emotion, of which the ninth is for validation and the tenth for testing.
	for (const row of counts.toRecords()) assert.deepEqual(Object.values(row).slice(1), [8, 1, 1]);
	assert.deepEqual(table.getColumn('copies').toArray(), Array(70).fill(1));
	const undivided = countByPart(tabulateDataset(makeDataset({ ...faces, usage: undefined })));
	assert.deepEqual(undivided.columns, ['emotion', 'all images']);
	assert.deepEqual(undivided.getColumn('emotion').toArray(), [
		'angry',
		'disgust',
		'fear',
		'happy',
		'neutral',
		'sad',
		'surprise',
	]);
});
