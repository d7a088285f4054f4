import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { openFiles, readTexts } from '../../../lib/data/readers/fileTree';
import { readFaces } from '../../../lib/data/readers/readFaces';
import { bytesOf } from '../bytesOf';
import { ckPlusFiles } from './layouts';
import { makeTar, makeZip, plainPng, temporaryFolder, writeFiles } from './sources';

const entries = (files: Record<string, Buffer | string>) =>
	Object.entries(files).map(([name, content]) => ({ name, content }));

test('CK+’s two archives side by side are read as the unpacked release', async (t) => {
	const folder = temporaryFolder(t);
	const files = Object.entries(await ckPlusFiles());
	const images = files.filter(([name]) => name.endsWith('.png')).map(([name, content]) => ({ name, content }));
	const labels = files.filter(([name]) => name.endsWith('.txt')).map(([name, content]) => ({ name, content }));
	writeFiles(path.join(folder, 'unpacked'), Object.fromEntries(files));
	writeFiles(path.join(folder, 'zips'), {
		'extended-cohn-kanade-images.zip': makeZip(images),
		'Emotion_labels.zip': makeZip(labels),
		'ReadMe.txt': 'x',
	});
	writeFiles(path.join(folder, 'half'), {
		'images.tgz': gzipSync(makeTar(images)),
		...Object.fromEntries(labels.map(({ name, content }) => [name, content])),
	});
	const whole = await readFaces(path.join(folder, 'unpacked'));
	for (const place of ['zips', 'half']) {
		const faces = await readFaces(path.join(folder, place));
		assert.equal(faces.layout, 'ckplus-release', place);
		assert.equal(faces.dataset.fingerprint, whole.dataset.fingerprint, place);
	}
	assert.deepEqual((await readFaces(path.join(folder, 'zips'))).passedOver, { ...whole.passedOver, '.txt': 1 });
});

test('archives named after parts are parts, and files of the same name stay apart', async (t) => {
	const folder = temporaryFolder(t);
	const zip = async (value: number) =>
		makeZip(entries({ 'sad/1.png': await plainPng(value), 'happy/1.png': await plainPng(value + 1) }));
	writeFiles(folder, { 'train.zip': await zip(10), 'test (1)/test.zip': await zip(20) });
	const { dataset, names } = await readFaces(folder);
	assert.deepEqual(names, ['train/happy/1.png', 'train/sad/1.png', 'test/happy/1.png', 'test/sad/1.png']);
	assert.deepEqual([...(dataset.usage ?? [])], [0, 0, 3, 3]);
	assert.deepEqual(
		[0, 1, 2, 3].map((image) => bytesOf(dataset)[image * 2304]),
		[11, 10, 21, 20],
	);
});

test('one archive beside texts stands for the folder; damaged ones and those beside images do not', async (t) => {
	const folder = temporaryFolder(t);
	const own = makeZip(entries({ 'a/1.png': await plainPng(1), 'b/1.png': await plainPng(2) }));
	writeFiles(path.join(folder, 'one'), { 'faces (2)': own, 'LICENSE.txt': 'x', 'torn.gz': '\x1f\x8bx' });
	assert.deepEqual((await readFaces(path.join(folder, 'one'))).dataset.emotions, ['a', 'b']);
	writeFiles(path.join(folder, 'images'), {
		'x/1.png': await plainPng(1),
		'y/1.png': await plainPng(2),
		'old.zip': own,
	});
	const beside = await readFaces(path.join(folder, 'images'));
	assert.deepEqual([beside.dataset.emotions, beside.passedOver], [['x', 'y'], { '.zip': 1 }]);
});

test('texts of a joined tree are read and count as taken', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, {
		'a.zip': makeZip(entries({ '1.txt': 'one' })),
		'b.zip': makeZip(entries({ '2.txt': 'two' })),
		'3.txt': 'three',
	});
	const tree = await openFiles(folder);
	assert.deepEqual(tree.names, ['1.txt', '2.txt', '3.txt']);
	assert.deepEqual([...(await readTexts(tree, ['2.txt', '3.txt']))].sort(), [
		['2.txt', 'two'],
		['3.txt', 'three'],
	]);
	assert.deepEqual([...tree.taken].sort(), ['2.txt', '3.txt']);
});
