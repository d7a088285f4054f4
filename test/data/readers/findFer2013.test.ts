import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { findFer2013, locateFer2013 } from '../../../lib/data/readers/findFer2013';
import { temporaryFolder, writeFiles } from '../../readers/sources';

function folderWith(t: TestContext, ...names: string[]): string {
	const folder = temporaryFolder(t);
	writeFiles(folder, Object.fromEntries(names.map((name) => [name, 'x'])));
	return folder;
}

test('the environment comes first, then the data folder, then nothing', (t) => {
	const [environment, dataFolder] = [folderWith(t, 'fer2013.csv'), folderWith(t, 'fer2013.tar.gz', 'README.md')];
	const [named, stored] = [path.join(environment, 'fer2013.csv'), path.join(dataFolder, 'fer2013.tar.gz')];
	assert.equal(findFer2013({ environmentPath: environment, dataFolder }), named);
	assert.equal(findFer2013({ environmentPath: named, dataFolder }), named);
	assert.equal(findFer2013({ environmentPath: undefined, dataFolder }), stored);
	assert.equal(findFer2013({ environmentPath: '', dataFolder }), stored);
	assert.equal(findFer2013({ dataFolder: folderWith(t, 'README.md', '.cache/x.dataset') }), undefined);
	assert.equal(findFer2013({ dataFolder: path.join(dataFolder, 'missing') }), undefined);
});

test('an environment path without FER2013 is an error, even where the data folder has it', (t) => {
	const dataFolder = folderWith(t, 'fer2013.csv');
	for (const environmentPath of [path.join(dataFolder, 'missing.csv'), folderWith(t, 'other.txt')]) {
		const message = /^Expected the path of fer2013\.csv.* for FER2013_PATH but received ".*Correct the path, or unset/;
		assert.throws(() => findFer2013({ environmentPath, dataFolder }), { name: 'RangeError', message });
	}
});

test('names under which FER2013 is published are found, the most complete first, in any case', (t) => {
	const names = ['train.csv', 'archive.zip', 'icml_face_data.csv', 'fer2013.zip', 'fer2013.tar.gz', 'fer2013.csv'];
	for (let count = 1; count <= names.length; count++) {
		const folder = folderWith(t, ...names.slice(0, count));
		assert.equal(locateFer2013(folder), path.join(folder, names[count - 1]));
	}
	const folder = folderWith(t, 'FER2013.csv.gz', 'fer2013new.csv', 'test.csv');
	assert.equal(locateFer2013(folder), path.join(folder, 'FER2013.csv.gz'));
});

test('the folder layout is found, itself or in a folder fer2013; other data sets beside it are not taken', (t) => {
	const layout = folderWith(t, 'train/sad/a.png', 'test/sad/a.png');
	assert.equal(locateFer2013(layout), layout);
	const data = folderWith(t, 'ckplus/train/sad/a.png', 'fer2013/test/sad/a.png', 'rafdb/fer2013.csv');
	assert.equal(locateFer2013(data), path.join(data, 'fer2013'));
	const unpacked = folderWith(t, 'FER-2013/fer2013.csv');
	assert.equal(locateFer2013(unpacked), path.join(unpacked, 'FER-2013', 'fer2013.csv'));
	assert.equal(locateFer2013(folderWith(t, 'ckplus/train/sad/a.png', 'train', 'fer2013/other.txt')), undefined);
});

test('a folder by the name of the file, and a file by the name of the folder, do no harm', (t) => {
	const folder = temporaryFolder(t);
	mkdirSync(path.join(folder, 'fer2013.csv'));
	writeFiles(folder, { fer2013: 'x' });
	assert.equal(locateFer2013(folder), undefined);
});
