import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { imageAt } from '../../../lib/data/dataset';
import { labelOfFolder, usageOfFolder } from '../../../lib/data/readers/classFolders';
import { readFer2013 } from '../../../lib/data/readers/fer2013';
import { isInLayout, readLayout } from '../../../lib/data/readers/fer2013Folders';
import { openFiles } from '../../../lib/data/readers/fileTree';
import { layoutFiles, plainPng, temporaryFolder, writeFiles } from './sources';

const read = (folder: string) => readFer2013(folder);

test('class folders are told by name, in any case, with the synonyms in use', () => {
	const names = ['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral'];
	assert.deepEqual(names.map(labelOfFolder), [0, 1, 2, 3, 4, 5, 6]);
	const others = ['Anger', 'disgusted', 'FEARFUL', 'happiness', 'Sadness', 'surprised', 'Neutral'];
	assert.deepEqual(others.map(labelOfFolder), [0, 1, 2, 3, 4, 5, 6]);
	for (const name of ['contempt', '0', '', 'constructor', 'angry2']) assert.equal(labelOfFolder(name), undefined, name);
});

test('split folders are told by name', () => {
	assert.deepEqual(['train', 'Training', 'TEST', 'PublicTest', 'privatetest'].map(usageOfFolder), [
		'Training',
		'Training',
		'Test',
		'PublicTest',
		'PrivateTest',
	]);
	for (const name of ['validation', 'toString', '']) assert.equal(usageOfFolder(name), undefined, name);
});

test('isInLayout looks at the last three parts of a path', () => {
	for (const name of ['train/sad/a.png', 'archive/images/test/x/b.jpg']) assert.ok(isInLayout(name), name);
	for (const name of ['sad/a.png', 'train/a.png', 'train/sad/b/a.png', 'a.png']) {
		assert.ok(!isInLayout(name), name);
	}
});

test('readLayout reads each image under its folder’s label, not the folder’s place in the listing', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, await layoutFiles());
	const dataset = await read(folder);
	assert.deepEqual([...dataset.labels], [0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6]);
	assert.deepEqual([...(dataset.usage ?? [])], [0, 0, 0, 0, 0, 0, 0, 3, 3, 3, 3, 3, 3, 3]);
	for (let image = 0; image < 14; image++) {
		const value = 10 * (image % 7) + (image < 7 ? 0 : 5);
		assert.ok(imageAt(dataset, image).every((pixel) => pixel === value));
	}
});

test('synonyms, upper case, JPEG and other sizes give the same images; strays are passed over', async (t) => {
	const [folder, other] = [temporaryFolder(t), temporaryFolder(t)];
	writeFiles(folder, await layoutFiles());
	const names = ['Anger', 'Disgusted', 'FEAR', 'happiness', 'Neutral', 'sadness', 'surprised'];
	const files = await layoutFiles(names);
	writeFiles(other, {
		...files,
		'train/Anger/im0.png': await plainPng(0, 96),
		'train/Anger/.DS_Store': 'x',
		'train/Anger/Thumbs.db': 'x',
		'train/README.txt': 'x',
		'README.md': 'x',
		'elsewhere/happy/a.png': 'x',
	});
	renameSync(path.join(other, 'train/FEAR/im2.png'), path.join(other, 'train/FEAR/im2.PNG'));
	assert.equal((await read(other)).fingerprint, (await read(folder)).fingerprint);
});

test('the order of the files makes no difference', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, {
		...(await layoutFiles()),
		'train/sad/a.png': await plainPng(1),
		'train/sad/b.png': await plainPng(2),
	});
	const tree = await openFiles(folder);
	const { fingerprint } = await readLayout(tree, tree.names);
	assert.equal((await readLayout(tree, tree.names.toReversed())).fingerprint, fingerprint);
});

test('progress goes from the first images to 1', async (t) => {
	const folder = temporaryFolder(t);
	const more = await Promise.all(
		Array.from({ length: 120 }, async (_, index) => [`train/sad/n${index}.png`, await plainPng(9)]),
	);
	writeFiles(folder, { ...(await layoutFiles()), ...Object.fromEntries(more) });
	const calls: [number, string][] = [];
	await readFer2013(folder, { onProgress: ({ done, stage }) => calls.push([done, stage]) });
	// 134 images, 64 at once.
	assert.deepEqual(
		calls.map(([fraction]) => fraction),
		[0.47, 0.95, 1],
	);
	assert.equal(calls[0][1], `Decoding the images of ${path.basename(folder)}`);
});

test('an unknown class folder is refused', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, { ...(await layoutFiles()), 'train/contempt/a.png': await plainPng(1) });
	const message = /folders named after angry, .*neutral in train\/contempt but received "contempt"\./;
	await assert.rejects(read(folder), { name: 'DataError', message });
});

test('an empty or missing class folder is refused', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, await layoutFiles());
	rmSync(path.join(folder, 'test/fear/im2.png'));
	const message = /^Expected images of fear in the Test folder of .* but received none\./;
	await assert.rejects(read(folder), { name: 'DataError', message });
	rmSync(path.join(folder, 'test/fear'), { recursive: true });
	await assert.rejects(read(folder), { name: 'DataError', message });
});

test('a folder without any image is refused', async (t) => {
	const folder = temporaryFolder(t);
	mkdirSync(path.join(folder, 'train', 'sad'), { recursive: true });
	await assert.rejects(read(folder), {
		name: 'DataError',
		message: /images in train and test in .* but received none/,
	});
});

test('a file that is no image is refused: by its name, or by its content', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, { ...(await layoutFiles()), 'test/sad/notes.txt': 'x' });
	await assert.rejects(read(folder), {
		name: 'DataError',
		message: /JPEG and PNG images only in test\/sad .*"notes\.txt"/,
	});
	rmSync(path.join(folder, 'test/sad/notes.txt'));
	writeFiles(folder, { 'test/sad/broken.jpg': 'x' });
	await assert.rejects(read(folder), {
		name: 'DataError',
		message: /complete images in .* \(test\/sad\/broken\.jpg: /,
	});
});
