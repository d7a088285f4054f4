import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { auditDataset } from '../../../lib/data/audit';
import { countClasses, type Dataset, makeDataset } from '../../../lib/data/dataset';
import { checkFer2013, findFer2013, locateFer2013, readFer2013 } from '../../../lib/data/readers/fer2013';
import { splitDataset } from '../../../lib/data/split';
import { csvText, layoutFiles, makeTar, makeZip, temporaryFolder, writeFiles } from './sources';

const CSV = csvText(5);

function write(t: TestContext, files: Record<string, Uint8Array | string>): string {
	const folder = temporaryFolder(t);
	writeFiles(folder, files);
	return folder;
}

test('the CSV file is read in every packing, by path and in a folder', async (t) => {
	const entries = [
		{ name: 'fer2013/README', content: 'x' },
		{ name: 'fer2013/fer2013.csv', content: CSV },
		{ name: 'fer2013/fer2013.bib', content: 'x' },
	];
	const files = {
		'fer2013.csv': CSV,
		'fer2013.csv.gz': gzipSync(CSV),
		'fer2013.tar': makeTar(entries),
		'fer2013.tar.gz': gzipSync(makeTar(entries)),
		'fer2013.tgz': gzipSync(makeTar(entries)),
		'fer2013.zip': makeZip(entries),
	};
	const fingerprints = new Set<string>();
	for (const [name, content] of Object.entries(files)) {
		const folder = write(t, { [name]: content });
		fingerprints.add((await readFer2013(path.join(folder, name))).fingerprint);
		fingerprints.add((await readFer2013(folder)).fingerprint);
	}
	assert.equal(fingerprints.size, 1);
});

test('the folder layout is read from a folder, a zip and a tar alike', async (t) => {
	const files = await layoutFiles();
	const entries = Object.entries(files).map(([name, content]) => ({ name: `archive/${name}`, content }));
	const folder = write(t, {
		...files,
		'../x.tgz': gzipSync(makeTar(entries)),
		'../x.zip': makeZip(entries.toReversed()),
	});
	t.after(() => ['x.tgz', 'x.zip'].map((name) => rmSync(path.join(folder, '..', name))));
	const { fingerprint, labels } = await readFer2013(folder);
	assert.equal(labels.length, 14);
	for (const name of ['../x.tgz', '../x.zip']) {
		assert.equal((await readFer2013(path.join(folder, name))).fingerprint, fingerprint, name);
	}
});

test('of several CSV files in an archive the most complete is taken, in any order', async (t) => {
	const entries = [
		{ name: 'train.csv', content: csvText(2).replaceAll(/,[A-Za-z]+$/gm, '') },
		{ name: 'icml_face_data.csv', content: csvText(3) },
		{ name: 'fer2013.csv', content: CSV },
		{ name: 'test.csv', content: 'pixels\n1 2 3\n' },
		{ name: '__MACOSX/._fer2013.csv', content: 'not a table' },
	];
	const sizes = async (chosen: typeof entries) => {
		const folder = write(t, { 'x.zip': makeZip(chosen) });
		return (await readFer2013(path.join(folder, 'x.zip'))).labels.length;
	};
	assert.equal(await sizes(entries), 5);
	assert.equal(await sizes(entries.toReversed()), 5);
	assert.equal(await sizes(entries.filter(({ name }) => name !== 'fer2013.csv')), 3);
	assert.equal(await sizes(entries.slice(0, 1)), 2);
});

test('errors name the file and, in an archive, the archive', async (t) => {
	const wrong = CSV.replace('Training', 'Trainng');
	const folder = write(t, { 'fer2013.zip': makeZip([{ name: 'a/fer2013.csv', content: wrong }]) });
	const message = /in row 2 of fer2013\.csv in fer2013\.zip but received "Trainng"/;
	await assert.rejects(readFer2013(folder), { name: 'DataError', message });
});

test('a truncated archive is refused even where what it still holds is whole rows', async (t) => {
	const whole = makeTar([{ name: 'fer2013.csv', content: CSV }]);
	const end = whole.lastIndexOf('\n', whole.length - 15_000) + 1;
	for (const content of [whole.subarray(0, end), gzipSync(whole).subarray(0, -100)]) {
		const folder = write(t, { 'fer2013.tar.gz': content });
		await assert.rejects(readFer2013(folder), { name: 'DataError', message: /a complete archive in fer2013\.tar\.gz/ });
	}
});

test('what is not FER2013 is refused', async (t) => {
	const archive = makeZip([{ name: 'notes.txt', content: 'x' }]);
	const folder = write(t, { 'notes.zip': archive, 'empty/x': '' });
	const refuse = (name: string, expected: object) => assert.rejects(readFer2013(path.join(folder, name)), expected);
	await refuse('notes.zip', { name: 'DataError', message: /fer2013\.csv, .* in notes\.zip but received none of them/ });
	await refuse('empty', { name: 'DataError', message: /in the folder empty but received none of them/ });
	await refuse('missing', { name: 'RangeError', message: /path of a file or folder for source/ });
});

test('progress runs from the start to 1', async (t) => {
	const folder = write(t, { 'fer2013.csv': csvText(100) });
	const calls: [number, string][] = [];
	await readFer2013(folder, { onProgress: ({ done, stage }) => calls.push([done, stage]) });
	assert.ok(calls.length > 1);
	assert.ok(calls.every(([, message]) => message === 'Reading fer2013.csv'));
	assert.equal(calls.at(-1)?.[0], 1);
});

test('the cache serves the same data set and notices a changed source', async (t) => {
	for (const files of [{ 'fer2013.csv': CSV }, await layoutFiles()]) {
		const folder = write(t, files);
		// Where the notebook keeps it: inside the data folder, so it must not count as part of the source.
		const cacheFolder = path.join(folder, '.cache');
		const first = await readFer2013(folder, { cacheFolder });
		const messages: string[] = [];
		const again = await readFer2013(folder, { cacheFolder, onProgress: ({ stage }) => messages.push(stage) });
		assert.deepEqual(again, first);
		assert.deepEqual(messages, ['Reading the cached FER2013']);
		assert.equal(readdirSync(cacheFolder).length, 1);
		if ('fer2013.csv' in files) writeFiles(folder, { 'fer2013.csv': csvText(6) });
		else writeFiles(folder, { 'train/sad/new.png': Object.values(files)[0] });
		const changed = await readFer2013(folder, { cacheFolder });
		assert.equal(changed.labels.length, first.labels.length + 1);
	}
});

const real = process.env.FER2013_PATH;

test('the real FER2013: complete, under 1 GB of memory, with the known splits and copies', {
	skip: real ? false : 'FER2013_PATH is not set to the data set',
}, async (t) => {
	const cacheFolder = temporaryFolder(t);
	const dataset = await readFer2013(real ?? '', { cacheFolder });
	// maxRSS is in KiB; the peak so far is of the reading, since it is the only large work of this process.
	assert.ok(process.resourceUsage().maxRSS < 1_000_000, `${process.resourceUsage().maxRSS} KiB`);
	checkFer2013(dataset);
	assert.equal((await readFer2013(real ?? '', { cacheFolder })).fingerprint, dataset.fingerprint);
	const supports = (part: Uint32Array) => countClasses(dataset, part);
	for (const keepCopiesTogether of [false, true]) {
		const { test } = splitDataset(dataset, { protocol: 'holdout', seed: 1, keepCopiesTogether });
		assert.deepEqual(supports(test), [991, 109, 1024, 1798, 1216, 800, 1240]);
	}
	const audit = auditDataset(dataset);
	assert.deepEqual(
		[audit.distinctImages, audit.copyGroups, audit.conflictingGroups, audit.blankImages],
		[34_036, 1_514, 57, 12],
	);
	if (!dataset.usage?.includes(1)) return;
	const crossing = (keepCopiesTogether: boolean) => {
		const split = splitDataset(dataset, { protocol: 'official', seed: 1, keepCopiesTogether });
		return auditDataset(dataset, split).crossing.map(({ images }) => images);
	};
	assert.deepEqual(crossing(false).slice(0, 2), [280, 288]);
	assert.deepEqual(crossing(true), [0, 0, 0]);
});

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

/** Kaggle's counts, angry to neutral: https://www.kaggle.com/datasets/msambare/fer2013 lists those of its two folders. */
const TRAINING = [3995, 436, 4097, 7215, 4830, 3171, 4965];
const PUBLIC_TEST = [467, 56, 496, 895, 653, 415, 607];
const PRIVATE_TEST = [491, 55, 528, 879, 594, 416, 626];
const TEST_FOLDER = [958, 111, 1024, 1774, 1247, 831, 1233];

/** A data set of one pixel an image, with so many images a class in each part. */
function datasetOf(parts: Record<number, readonly number[]>, divided = true): Dataset {
	const rows = Object.entries(parts).flatMap(([usage, counts]) =>
		counts.flatMap((count, label) => new Array<[number, number]>(count).fill([Number(usage), label])),
	);
	const labels = Uint8Array.from(rows, ([, label]) => label);
	const usage = divided ? Uint8Array.from(rows, ([part]) => part) : undefined;
	return makeDataset({ name: 'FER2013', shape: [1, 1, 1], pixels: new Uint8Array(labels.length), labels, usage });
}

const without = (counts: readonly number[], label: number) => counts.map((count, at) => count - Number(at === label));

test('checkFer2013 takes the complete forms', () => {
	checkFer2013(datasetOf({ 0: TRAINING, 1: PUBLIC_TEST, 2: PRIVATE_TEST }));
	checkFer2013(datasetOf({ 0: TRAINING, 3: TEST_FOLDER }));
	checkFer2013(datasetOf({ 0: TRAINING, 1: PUBLIC_TEST, 2: PRIVATE_TEST }, false));
	checkFer2013(datasetOf({ 0: TRAINING }, false));
});

test('checkFer2013 names the part and class that differ', () => {
	const refuse = (dataset: Dataset, message: string | RegExp) =>
		assert.throws(() => checkFer2013(dataset, 'fer2013.csv'), { name: 'DataError', message });
	refuse(
		datasetOf({ 0: without(TRAINING, 3), 1: PUBLIC_TEST, 2: PRIVATE_TEST }),
		'Expected 7,215 happy images in Training in fer2013.csv but received 7,214. It has 35,886 images in all, unlike the data ' +
			'set on Kaggle: download it again.',
	);
	refuse(datasetOf({ 0: TRAINING, 1: PUBLIC_TEST }), /Expected 491 angry images in PrivateTest .* received 0\./);
	refuse(
		datasetOf({ 0: TRAINING, 1: PRIVATE_TEST, 2: PUBLIC_TEST }),
		/467 angry images in PublicTest .* received 491\./,
	);
	refuse(datasetOf({ 0: TRAINING, 3: without(TEST_FOLDER, 1) }), /111 disgust images in Test .* received 110\./);
	refuse(datasetOf({ 0: without(TRAINING, 6) }, false), /4,965 neutral images in all parts .* received 4,964\./);
	refuse(datasetOf({ 0: TEST_FOLDER }, false), /images in all parts/);
});
