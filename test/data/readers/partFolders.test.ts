import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partOfName, usagesOfWords } from '../../../lib/data/readers/partFolders';

test('the part is told by a word of the file name, else by the folders, the last one first', () => {
	const words: [string, string | undefined][] = [
		['data/train-00000-of-00002.parquet', 'train'],
		['test_labels.csv', 'test'],
		['FER_Validation.final.csv', 'Validation'],
		['public_test-0001.parquet', 'publictest'],
		['test/train/a.csv', 'train'],
		['C:\\train\\labels.csv', 'train'],
		// Two parts in one name tell none.
		['train_test_split.csv', undefined],
		['training/train_test.csv', 'training'],
		['trained.csv', undefined],
		['', undefined],
	];
	for (const [name, part] of words) assert.equal(partOfName(name)?.toLowerCase(), part?.toLowerCase(), name);
});

test('parts count only if every image has one and they differ; beside validation, test is PrivateTest', () => {
	assert.deepEqual(usagesOfWords(['train', 'val', 'test']), ['Training', 'PublicTest', 'PrivateTest']);
	assert.deepEqual(usagesOfWords(['train', 'test']), ['Training', 'Test']);
	assert.deepEqual(usagesOfWords(['train', undefined]), [undefined, undefined]);
	assert.deepEqual(usagesOfWords(['train', 'training']), [undefined, undefined]);
});
