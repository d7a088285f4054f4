import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { imageAt } from '../../../lib/data/dataset';
import { readFaces } from '../../../lib/data/readers/readFaces';
import { EMOTIONS } from '../../../lib/emotions';
import { rafDbFiles } from './layouts';
import { csvText, layoutFiles, pixelValue, plainPng, temporaryFolder, writeFiles } from './sources';

test('chosen classes get labels in their order, and images of others are counted', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, {
		'Cat/1.png': await plainPng(1),
		'dog/1.png': await plainPng(2),
		'cow/1.png': await plainPng(3),
	});
	const { dataset, names, dropped } = await readFaces(folder, { classes: ['DOG', 'cat'] });
	assert.deepEqual(dataset.emotions, ['dog', 'Cat']);
	assert.deepEqual(names, ['dog/1.png', 'Cat/1.png']);
	assert.deepEqual([...dataset.labels], [0, 1]);
	assert.deepEqual(dropped, { cow: 1 });
});

test('emotions are chosen by their names or synonyms, in folders, by numbers and in tables', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(path.join(folder, 'layout'), await layoutFiles());
	writeFiles(folder, { 'a.csv': csvText(9), ...(await rafDbFiles()) });
	const classes = ['sadness', 'Happy'];
	const layout = await readFaces(path.join(folder, 'layout'), { classes });
	assert.deepEqual(layout.dataset.emotions, ['sad', 'happy']);
	assert.deepEqual(
		[0, 1, 2, 3].map((image) => imageAt(layout.dataset, image)[0]),
		[40, 30, 45, 35],
	);
	assert.deepEqual(Object.values(layout.dropped), [2, 2, 2, 2, 2]);
	const rafDb = await readFaces(path.join(folder, 'RAF-DB'), { classes });
	// RAF-DB: 5 sadness, 4 happiness.
	assert.deepEqual(
		[0, 1].map((image) => imageAt(rafDb.dataset, image)[0]),
		[50, 40],
	);
	const table = await readFaces(path.join(folder, 'a.csv'), { classes });
	assert.deepEqual([...table.dataset.labels], [1, 0]);
	assert.deepEqual(table.names, ['row 5', 'row 6']);
	assert.equal(imageAt(table.dataset, 1)[5], pixelValue(4, 5));
	assert.deepEqual([...(table.dataset.usage ?? [])], [2, 0]);
	assert.deepEqual(table.dropped, { angry: 2, disgust: 2, fear: 1, surprise: 1, neutral: 1 });
});

test('all seven in their order change nothing', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, await layoutFiles());
	const all = await readFaces(folder);
	const chosen = await readFaces(folder, { classes: EMOTIONS });
	assert.equal(chosen.dataset.fingerprint, all.dataset.fingerprint);
});

test('contempt, which is left out otherwise, can be chosen', async (t) => {
	const folder = temporaryFolder(t);
	for (const name of ['contempt', 'happy', 'sad']) writeFiles(folder, { [`${name}/a.png`]: await plainPng(1) });
	const { dataset, dropped } = await readFaces(folder, { classes: ['happy', 'contempt'] });
	assert.deepEqual([dataset.emotions, [...dataset.labels], dropped], [['happy', 'contempt'], [0, 1], { sad: 1 }]);
});

test('misspelled emotions and folders of persons are taken as they are, if named', async (t) => {
	const folder = temporaryFolder(t);
	for (const name of ['happy', 'suprise', 'neural']) writeFiles(folder, { [`${name}/a.png`]: await plainPng(1) });
	await assert.rejects(readFaces(folder), /Did you mean neutral\? .* with --classes happy,neural,suprise/);
	const { dataset } = await readFaces(folder, { classes: ['suprise', 'happy', 'neural'] });
	assert.deepEqual(dataset.emotions, ['suprise', 'happy', 'neural']);
	const persons = temporaryFolder(t);
	for (const name of ['S1 a', 'S010', 'S138']) writeFiles(persons, { [`${name}/a.png`]: await plainPng(1) });
	assert.equal((await readFaces(persons, { classes: ['S010', 'S138'] })).dataset.labels.length, 2);
});

test('a chosen class without images names the nearest, and the same class twice is refused', async (t) => {
	const folder = temporaryFolder(t);
	for (const name of ['happy', 'sad']) writeFiles(folder, { [`${name}/a.png`]: await plainPng(1) });
	writeFiles(folder, { 'a.csv': csvText(4) });
	const read = (place: string, ...classes: string[]) => readFaces(path.join(folder, place), { classes });
	await assert.rejects(read('', 'hapy', 'sad'), {
		name: 'DataError',
		message: /images of the class "hapy" in .* received those of happy, sad\. Did you mean happy\?/,
	});
	await assert.rejects(
		read('a.csv', 'angry', 'neutral'),
		/"neutral" in a\.csv .* those of angry, disgust, fear, happy\./,
	);
	await assert.rejects(read('', 'happy', 'Happiness'), { name: 'RangeError', message: /"Happiness" comes twice/ });
});

test('the order of own classes and the meaning of their numbers are told', async (t) => {
	const folder = temporaryFolder(t);
	for (const name of ['own/b', 'own/a', 'numbers/0', 'numbers/10', 'numbers/9', 'AffectNet/train/1', 'AffectNet/val/2'])
		writeFiles(folder, { [`${name}/a.png`]: await plainPng(1) });
	const notes: string[] = [];
	for (const place of ['own', 'numbers', 'AffectNet'])
		await readFaces(path.join(folder, place), { onNote: (text) => notes.push(text) });
	assert.equal(notes[0], 'The classes are the folders, in alphabetical order: a, b.');
	assert.equal(notes[1], 'The classes are the folders, in numerical order: 0, 9, 10.');
	assert.ok(notes.includes('RAF-DB: 1 surprise, 2 fear, 3 disgust, 4 happiness, 5 sadness, 6 anger, 7 neutral'));
	assert.match(notes.at(-1) ?? '', /^The numbers of the classes are those of AffectNet: 0 neutral, 1 happiness, /);
});
