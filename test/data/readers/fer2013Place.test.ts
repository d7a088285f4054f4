import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { findFer2013, locateFer2013 } from '../../../lib/data/readers/fer2013Place';
import { csvText, makeTar, makeZip, temporaryFolder, writeFiles } from './sources';

function folderWith(t: TestContext, ...names: string[]): string {
	const folder = temporaryFolder(t);
	writeFiles(folder, Object.fromEntries(names.map((name) => [name, 'x'])));
	return folder;
}

test('the environment comes first, then the data folder, then nothing', async (t) => {
	const [environment, dataFolder] = [folderWith(t, 'fer2013.csv'), folderWith(t, 'fer2013.tar.gz', 'README.md')];
	const [named, stored] = [path.join(environment, 'fer2013.csv'), path.join(dataFolder, 'fer2013.tar.gz')];
	assert.equal(await findFer2013({ environmentPath: environment, dataFolder }), named);
	assert.equal(await findFer2013({ environmentPath: named, dataFolder }), named);
	assert.equal(await findFer2013({ environmentPath: undefined, dataFolder }), stored);
	assert.equal(await findFer2013({ environmentPath: '', dataFolder }), stored);
	assert.equal(await findFer2013({ dataFolder: folderWith(t, 'README.md', '.cache/x.dataset') }), undefined);
	assert.equal(await findFer2013({ dataFolder: path.join(dataFolder, 'missing') }), undefined);
});

test('an environment path without FER2013 is an error, even where the data folder has it', async (t) => {
	const dataFolder = folderWith(t, 'fer2013.csv');
	const other = folderWith(t, 'other.txt', '.hidden', 'inside/x');
	await assert.rejects(findFer2013({ environmentPath: other, dataFolder }), {
		name: 'RangeError',
		message:
			/^Expected the path of fer2013\.csv.* for FER2013_PATH but received ".*"\. It has 1 file \(1 \.txt\), such as other\.txt; passed over: 1 folders, 1 hidden or unreadable\. Correct the path, or unset/,
	});
	const missing = path.join(dataFolder, 'missing.csv');
	await assert.rejects(findFer2013({ environmentPath: missing, dataFolder }), {
		name: 'RangeError',
		message: /for FER2013_PATH but received .*There is no such file or folder\.$/,
	});
});

test('names under which FER2013 is published are found, the most complete first, in any case', async (t) => {
	const names = ['train.csv', 'archive.zip', 'icml_face_data.csv', 'fer2013.zip', 'fer2013.tar.gz', 'fer2013.csv'];
	for (let count = 1; count <= names.length; count++) {
		const folder = folderWith(t, ...names.slice(0, count));
		assert.equal(await locateFer2013(folder), path.join(folder, names[count - 1]));
	}
	const folder = folderWith(t, 'FER2013.csv.gz', 'fer2013new.csv', 'test.csv');
	assert.equal(await locateFer2013(folder), path.join(folder, 'FER2013.csv.gz'));
});

test('the folder layout is found, itself or in a folder fer2013; other data sets beside it are not taken', async (t) => {
	const layout = folderWith(t, 'train/sad/a.png', 'test/sad/a.png');
	assert.equal(await locateFer2013(layout), layout);
	const data = folderWith(t, 'ckplus/train/sad/a.png', 'fer2013/test/sad/a.png', 'rafdb/fer2013.csv');
	assert.equal(await locateFer2013(data), path.join(data, 'fer2013'));
	const unpacked = folderWith(t, 'FER-2013/fer2013.csv');
	assert.equal(await locateFer2013(unpacked), path.join(unpacked, 'FER-2013', 'fer2013.csv'));
	assert.equal(await locateFer2013(folderWith(t, 'ckplus/train/sad/a.png', 'train', 'fer2013/other.txt')), undefined);
});

test('a folder by the name of the file, and a file by the name of the folder, do no harm', async (t) => {
	const folder = temporaryFolder(t);
	mkdirSync(path.join(folder, 'fer2013.csv'));
	writeFiles(folder, { fer2013: 'x' });
	assert.equal(await locateFer2013(folder), undefined);
});

test('the folder layout is found where Kaggle’s archives have it, and other images are not', async (t) => {
	for (const inside of ['images', 'archive', 'fer2013/images', 'FER 2013']) {
		const folder = folderWith(t, `${inside}/train/happy/0.jpg`, `${inside}/validation/happy/0.jpg`);
		assert.equal(await locateFer2013(folder), path.join(folder, inside));
	}
	const validation = folderWith(t, 'validation/happy/0.jpg', 'readme.txt');
	assert.equal(await locateFer2013(validation), validation);
	assert.equal(await locateFer2013(folderWith(t, 'images/train/0.jpg', 'images/val/0.jpg')), undefined);
});

test('files under other names are found by their content', async (t) => {
	const table = csvText(1);
	const archive = [{ name: 'x/fer2013.csv', content: table }];
	const classes = ['angry', 'disgust', 'fear', 'happy', 'neutral', 'sad', 'surprise'];
	const images = Array.from({ length: 35_887 }, (_, at) => ({
		name: `${at % 5 ? 'train' : 'test'}/${classes[at % 7]}/${at}.jpg`,
	}));
	const files: [string, string | Buffer][] = [
		['archive (1).zip', makeZip(archive)],
		['download', gzipSync(makeTar(archive))],
		['fer2013', table],
		['fer2013 (2).csv', table],
		['FER-2013_full', gzipSync(table)],
		['data.bin', makeTar(images)],
	];
	for (const [name, content] of files) {
		const folder = temporaryFolder(t);
		writeFiles(folder, { 'README.md': 'x', 'fer2013new.csv': 'x', 'damaged.zip': 'PK\x03\x04', [name]: content });
		symlinkSync('nowhere', path.join(folder, 'broken'));
		assert.equal(await locateFer2013(folder), path.join(folder, name), name);
	}
	const others = temporaryFolder(t);
	// CK+ in FER2013's form, and images of another number.
	writeFiles(others, { 'ckextended.csv': table, 'other.tar': makeTar(images.slice(1)), 'x.zip': makeZip([]) });
	assert.equal(await locateFer2013(others), undefined);
});
