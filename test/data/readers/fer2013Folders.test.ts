import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { imageAt } from '../../../lib/data/dataset';
import { labelOfName } from '../../../lib/data/readers/classNames';
import { readFer2013 } from '../../../lib/data/readers/fer2013';
import { namesInLayout, readLayout } from '../../../lib/data/readers/fer2013Folders';
import { openFiles } from '../../../lib/data/readers/fileTree';
import { usageOfFolder } from '../../../lib/data/readers/partFolders';
import { layoutFiles, plainPng, temporaryFolder, writeFiles } from './sources';

const read = (folder: string) => readFer2013(folder);

test('class folders are told by name, in any case, with the synonyms in use', () => {
	const names = ['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral'];
	assert.deepEqual(names.map(labelOfName), [0, 1, 2, 3, 4, 5, 6]);
	const others = ['Anger', 'disgusted', 'FEARFUL', 'happiness', 'Sadness', 'surprised', 'Neutral'];
	assert.deepEqual(others.map(labelOfName), [0, 1, 2, 3, 4, 5, 6]);
	for (const name of ['contempt', '0', '', 'constructor', 'angry2']) assert.equal(labelOfName(name), undefined, name);
});

test('split folders are told by name', () => {
	assert.deepEqual(['train', 'Training', 'TEST', 'PublicTest', 'privatetest'].map(usageOfFolder), [
		'Training',
		'Training',
		'Test',
		'PublicTest',
		'PrivateTest',
	]);
	assert.equal(usageOfFolder('validation'), 'PublicTest');
	for (const name of ['images', 'toString', '']) assert.equal(usageOfFolder(name), undefined, name);
});

test('namesInLayout looks at the last three parts of a path, and takes the upper one of two copies', () => {
	const found = ['images/test/x/b.jpg', 'images/train/sad/a.png', 'images/validation/sad/a.png'];
	const others = ['sad/a.png', 'train/a.png', 'a/other/sad/b/a.png', 'a.png', 'images/images/train/sad/a.png'];
	assert.deepEqual(namesInLayout([...others, ...found]), found);
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
	const { dataset } = await readLayout(tree, tree.names);
	assert.equal((await readLayout(tree, tree.names.toReversed())).dataset.fingerprint, dataset.fingerprint);
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

test('validation is read as a part, and file names tell the official parts where all of them do', async (t) => {
	const usagesOf = async (rename: (name: string) => string) => {
		const folder = temporaryFolder(t);
		const files = Object.entries(await layoutFiles());
		writeFiles(folder, Object.fromEntries(files.map(([name, content]) => [rename(name), content])));
		return [...new Set((await read(folder)).usage)];
	};
	assert.deepEqual(await usagesOf((name) => name.replace('test/', 'validation/')), [0, 1]);
	assert.deepEqual(await usagesOf((name) => name), [0, 3]);
	const named = (name: string) => name.replace('/im', `/${name.startsWith('train') ? 'Training' : 'PrivateTest'}_im`);
	assert.deepEqual(await usagesOf(named), [0, 2]);
	assert.deepEqual(await usagesOf((name) => (name.startsWith('train') ? name : named(name))), [0, 2]);
	// One file in test without such a name, and the folder counts.
	assert.deepEqual(await usagesOf((name) => (name.includes('test/sad') ? name : named(name))), [0, 3]);
});

test('a misspelled emotion is refused with the right one', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, { ...(await layoutFiles()), 'train/suprise/a.png': await plainPng(1) });
	await assert.rejects(read(folder), { name: 'DataError', message: /received "suprise"\. Did you mean surprise\?/ });
});
