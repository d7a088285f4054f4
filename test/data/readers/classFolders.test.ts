import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { imageAt } from '../../../lib/data/dataset';
import { classPlaces, readClassFolders } from '../../../lib/data/readers/classFolders';
import { usagesOfParts } from '../../../lib/data/readers/partFolders';
import { EMOTIONS } from '../../../lib/emotions';
import { bytesOf } from '../bytesOf';
import { plainJpeg } from './layouts';
import { makeTar, makeZip, plainPng, temporaryFolder, writeFiles } from './sources';

test('classPlaces finds classes below any folders, with parts and without', () => {
	assert.deepEqual(classPlaces(['a/b/happy/1.png', 'a/b/sad/2.JPG', 'a/readme.txt']), [
		{ name: 'a/b/happy/1.png', folder: 'happy' },
		{ name: 'a/b/sad/2.JPG', folder: 'sad' },
	]);
	assert.deepEqual(classPlaces(['x/train/cat/1.png', 'x/val/dog/1.png']), [
		{ name: 'x/train/cat/1.png', part: 'train', folder: 'cat' },
		{ name: 'x/val/dog/1.png', part: 'val', folder: 'dog' },
	]);
	const others = [
		[],
		['a.png'],
		['happy/a.png', 'happy/b.png'],
		['a/b/c/1.png', 'd/1.png'],
		['p/a/1.png', 'q/a/1.png'],
	];
	for (const names of others) assert.equal(classPlaces(names), undefined, names.join());
});

test('usagesOfParts gives a validation part FER2013’s names, and leaves a lone test part Test', () => {
	assert.deepEqual(
		[...usagesOfParts(['train', 'test'])],
		[
			['train', 'Training'],
			['test', 'Test'],
		],
	);
	assert.deepEqual(
		[...usagesOfParts(['Train', 'val', 'TEST'])],
		[
			['Train', 'Training'],
			['val', 'PublicTest'],
			['TEST', 'PrivateTest'],
		],
	);
});

test('names of FER2013’s parts divide a part test, and images without parts', async (t) => {
	const usagesOf = async (...names: string[]) => {
		const folder = temporaryFolder(t);
		for (const name of names) writeFiles(folder, { [name]: await plainPng(1) });
		return [...((await readClassFolders(folder)).dataset.usage ?? [])];
	};
	const test = ['test/sad/PublicTest_1.png', 'test/happy/PrivateTest_2.png'];
	assert.deepEqual(await usagesOf('train/sad/a.png', ...test), [0, 1, 2]);
	assert.deepEqual(await usagesOf('train/sad/PublicTest_7.png', 'test/happy/im.png'), [0, 3]);
	assert.deepEqual(await usagesOf('sad/Training_1.png', 'happy/PrivateTest_2.png'), [0, 2]);
	assert.deepEqual(await usagesOf('sad/Training_1.png', 'happy/2.png'), []);
});

test('own classes keep their names in sorted order, and images their colours and size', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, {
		'tired/1.png': await plainPng(10, 30),
		'awake/b.jpg': await plainJpeg(20, 64),
		'awake/a.webp': await (await import('sharp'))
			.default(await plainPng(30))
			.webp({ lossless: true })
			.toBuffer(),
		'awake/.DS_Store': 'x',
	});
	const { dataset, names, sizes } = await readClassFolders(folder, { size: 20, channels: 3 });
	assert.deepEqual(dataset.emotions, ['awake', 'tired']);
	assert.equal(dataset.name, path.basename(folder));
	assert.deepEqual(names, ['awake/a.webp', 'awake/b.jpg', 'tired/1.png']);
	assert.deepEqual([...dataset.labels], [0, 0, 1]);
	assert.deepEqual(dataset.shape, [20, 20, 3]);
	assert.equal(dataset.usage, undefined);
	assert.deepEqual(
		[30, 20, 10].map((value, image) => imageAt(dataset, image).every((pixel) => pixel === value)),
		[true, true, true],
	);
	assert.deepEqual(sizes, { '30x30': 1, '48x48': 1, '64x64': 1 });
});

test('classes named by numbers are sorted as numbers', async (t) => {
	const folder = temporaryFolder(t);
	for (const name of ['10', '9', '100']) writeFiles(folder, { [`${name}/a.png`]: await plainPng(1) });
	assert.deepEqual((await readClassFolders(folder)).dataset.emotions, ['9', '10', '100']);
});

test('folders named after emotions get our labels; contempt is dropped and counted', async (t) => {
	const folder = temporaryFolder(t);
	for (const [place, name] of ['Contempt', 'Anger', 'neutral', 'HAPPINESS'].entries()) {
		writeFiles(folder, {
			[`train/${name}/a.png`]: await plainPng(place),
			[`test/${name}/a.png`]: await plainPng(place),
		});
	}
	const { dataset, dropped } = await readClassFolders(folder);
	assert.deepEqual(dataset.emotions, EMOTIONS);
	assert.deepEqual([...dataset.labels], [0, 3, 6, 0, 3, 6]);
	assert.deepEqual([...(dataset.usage ?? [])], [0, 0, 0, 3, 3, 3]);
	assert.deepEqual(dropped, { contempt: 2 });
});

test('a folder that is no emotion makes own classes', async (t) => {
	const folder = temporaryFolder(t);
	for (const name of ['angry', 'calm']) writeFiles(folder, { [`${name}/a.png`]: await plainPng(1) });
	assert.deepEqual((await readClassFolders(folder)).dataset.emotions, ['angry', 'calm']);
});

test('a misspelled emotion among others is refused, and classes that only look like one are not', async (t) => {
	const read = async (...names: string[]) => {
		const folder = temporaryFolder(t);
		for (const name of names) writeFiles(folder, { [`${name}/a.png`]: await plainPng(1) });
		return (await readClassFolders(folder)).dataset.emotions;
	};
	for (const [names, meant] of [
		[['angry', 'hapy'], 'happy'],
		[['happy', 'sad', 'Suprise'], 'surprise'],
		[['happy', 'nuetral'], 'neutral'],
		[['neural', 'suprise'], 'neutral'],
		[['hapiness', 'sad'], 'happiness'],
	] as const) {
		await assert.rejects(read(...names), { name: 'DataError', message: new RegExp(`Did you mean ${meant}\\? Rename`) });
	}
	for (const names of [
		['bad', 'sad'],
		['gear', 'wheel'],
		['happy', 'mad'],
		['fear', 'bear'],
	]) {
		assert.deepEqual(await read(...names), [...names].sort());
	}
});

test('folders of persons are refused as such', async (t) => {
	const read = async (files: readonly string[]) => {
		const folder = temporaryFolder(t);
		for (const name of files) writeFiles(folder, { [name]: await plainPng(1) });
		return readClassFolders(folder);
	};
	const look =
		/one folder per class in .* received 2 folders with 2 images, such as .*, which look like persons\. Sort/;
	await assert.rejects(read(['AF01/AF01HAS.JPG', 'AM02/AM02ANS.JPG']), {
		name: 'DataError',
		message: /names of KDEF tell it/,
	});
	for (const names of [
		['AF01', 'BM12'],
		['subject_1', 'subject_12'],
		['Actor_01', 'Actor_02'],
		['S010', 'S138'],
	]) {
		await assert.rejects(read(names.map((name) => `${name}/a.png`)), { name: 'DataError', message: look });
	}
	const many = Array.from({ length: 25 }, (_, at) => `name${at}/a.png`);
	await assert.rejects(read(many), { name: 'DataError', message: /25 folders with 25 images, such as name/ });
	assert.equal((await read(['c1/a.png', 'c2/a.png'])).dataset.emotions.length, 2);
});

test('a folder, its tar and its zip give the same data set', async (t) => {
	const folder = temporaryFolder(t);
	// More files than are read at once.
	const files: Record<string, Buffer> = {};
	for (let image = 0; image < 150; image++)
		files[`faces/${image % 2 ? 'sad' : 'fear'}/${image}.png`] = await plainPng(image);
	writeFiles(path.join(folder, 'dir'), files);
	const entries = Object.entries(files).map(([name, content]) => ({ name, content }));
	writeFileSync(path.join(folder, 'a.tar'), makeTar([...entries].reverse()));
	writeFileSync(path.join(folder, 'a.zip'), makeZip(entries));
	// As `tar -cf a.tar .` names them, with what macOS adds and a file that comes twice.
	const dotted = entries.map(({ name, content }) => ({ name: `./${name}`, content }));
	const extra = [
		{ name: './faces/sad/._1.png', content: 'x' },
		{ name: '__MACOSX/faces/sad/1.png', content: 'x' },
	];
	writeFileSync(path.join(folder, 'b.tar'), makeTar([...dotted, ...extra, dotted[0]]));
	const sets = await Promise.all(
		['dir', 'a.tar', 'a.zip', 'b.tar'].map((name) => readClassFolders(path.join(folder, name))),
	);
	assert.equal(sets[0].dataset.labels.length, 150);
	assert.deepEqual(new Set(sets.map(({ dataset }) => dataset.fingerprint)).size, 1);
	// A folder that holds nothing but an archive stands for it.
	writeFiles(path.join(folder, 'alone'), { 'faces.tar': makeTar(entries) });
	const alone = await readClassFolders(path.join(folder, 'alone'));
	assert.equal(alone.dataset.fingerprint, sets[0].dataset.fingerprint);
});

test('files that are no images are all named, or left out and listed', async (t) => {
	const folder = temporaryFolder(t);
	const png = await plainPng(7);
	writeFiles(folder, {
		'happy/good.png': png,
		'sad/good.png': png,
		'sad/torn.png': png.subarray(0, 60),
		'happy/empty.jpg': '',
		'happy/text.jpg': 'hello',
	});
	await assert.rejects(readClassFolders(folder), (error: Error) => {
		assert.match(
			error.message,
			/Expected complete images in .* but received 3 that cannot be read \(happy\/empty\.jpg: an empty file; happy\/text\.jpg: .*; sad\/torn\.png: /,
		);
		return true;
	});
	const { dataset, names, unreadable } = await readClassFolders(folder, { unreadable: 'list' });
	assert.deepEqual(names, ['happy/good.png', 'sad/good.png']);
	assert.ok(dataset.pixels.length === 2 * 48 * 48 && bytesOf(dataset).every((pixel) => pixel === 7));
	assert.deepEqual(
		unreadable.map(({ name }) => name),
		['happy/empty.jpg', 'happy/text.jpg', 'sad/torn.png'],
	);
});

test('an error names at most 20 unreadable files and counts the rest', async (t) => {
	const folder = temporaryFolder(t);
	for (let image = 0; image < 23; image++) writeFiles(folder, { [`${image % 2}/${image}.png`]: 'x' });
	await assert.rejects(readClassFolders(folder), (error: Error) => {
		assert.equal(error.message.match(/\.png: /g)?.length, 20);
		assert.match(error.message, /; and 3 more\)/);
		return true;
	});
});

test('stray files and empty folders are counted and named', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, {
		'README.md': 'x',
		'a/1.png': await plainPng(1),
		'a/notes.txt': 'x',
		'a/Thumbs.db': 'x',
		'b/1.png': await plainPng(1),
		'b/labels.csv': 'x',
		'c/.gitkeep': '',
	});
	mkdirSync(path.join(folder, 'd/e'), { recursive: true });
	const notes: string[] = [];
	const { dataset, passedOver } = await readClassFolders(folder, { onNote: (text) => notes.push(text) });
	assert.deepEqual(dataset.emotions, ['a', 'b']);
	assert.deepEqual(passedOver, { '.md': 1, '.txt': 1, '.csv': 1, hidden: 2 });
	assert.deepEqual(notes, [
		'The classes are the folders, in alphabetical order: a, b.',
		'Files that were not read: README.md, a/notes.txt, b/labels.csv.',
		'Folders without a file: c, d/e.',
	]);
	rmSync(path.join(folder, 'b'), { recursive: true });
	await assert.rejects(readClassFolders(folder), /images such as a\/1\.png, and folders without a file: c, d\/e\. Put/);
});

test('stray files, other layouts and missing paths are refused', async (t) => {
	const folder = temporaryFolder(t);
	await assert.rejects(readClassFolders(path.join(folder, 'none')), /the path of a file or folder for source/);
	await assert.rejects(readClassFolders(folder), /two or more folders of images.*no image among no file/);
	writeFiles(folder, { 'a/1.png': await plainPng(1), 'b/1.png': await plainPng(1), 'b/2.bin': 'BM\0' });
	await assert.rejects(readClassFolders(path.join(folder, 'b', '2.bin')), /a tar, tar\.gz or zip archive in 2\.bin/);
	writeFiles(folder, { 'cover.png': await plainPng(1) });
	await assert.rejects(readClassFolders(folder), /one per class, in .* but received images such as cover\.png\. Put/);
});

test('folders that differ in upper case only are refused, unless the classes are chosen', async (t) => {
	const folder = temporaryFolder(t);
	const image = await plainPng(1);
	writeFiles(folder, { 'train/Smile/1.png': image, 'train/frown/1.png': image, 'test/smile/1.png': image });
	await assert.rejects(readClassFolders(folder), /each class written in one way .* but received smile and Smile/);
	const { dataset } = await readClassFolders(folder, { classes: ['smile', 'frown'] });
	assert.deepEqual([...dataset.labels], [0, 1, 0]);
});
