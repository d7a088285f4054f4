import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDataset } from '../../lib/data/openDataset';
import type { Progress } from '../../lib/progress';
import { csvText, plainPng, temporaryFolder, writeFiles } from './readers/sources';

const DRAWN = { sampleFaces: 70, seed: 5 };

test('openDataset draws sample faces where no data set is at hand, by the seed', async (context) => {
	const projectFolder = temporaryFolder(context);
	const reports: Progress[] = [];
	const open = (seed: number) =>
		openDataset({ projectFolder, sampleFaces: 70, seed, onProgress: (progress) => void reports.push(progress) });
	const [dataset, same, other] = [await open(5), await open(5), await open(6)];
	assert.deepEqual([dataset.name, dataset.drawn, dataset.labels.length], ['sample faces', true, 70]);
	assert.equal(same.fingerprint, dataset.fingerprint);
	assert.notEqual(other.fingerprint, dataset.fingerprint);
	assert.deepEqual(
		[reports.at(-1)?.stage, reports.at(-1)?.done, reports.at(-1)?.total],
		['Drawing sample faces', 1, 1],
	);
});

test('openDataset always draws if asked to, even with data available', async (context) => {
	const projectFolder = temporaryFolder(context);
	const path = join(projectFolder, 'given.csv');
	writeFileSync(path, csvText(12));
	const { drawn } = await openDataset({ projectFolder, path, sampleFaces: 70, alwaysDraw: true });
	assert.equal(drawn, true);
});

test('openDataset without a folder reads the given path only, else draws', async (context) => {
	const path = join(temporaryFolder(context), 'given.csv');
	writeFileSync(path, csvText(12));
	await assert.rejects(openDataset({ path }), /12 images in all/);
	assert.equal((await openDataset(DRAWN)).drawn, true);
});

test('openDataset refuses what is not all of FER2013, by the name of its file', async (context) => {
	const projectFolder = temporaryFolder(context);
	mkdirSync(join(projectFolder, 'data'));
	writeFileSync(join(projectFolder, 'data', 'fer2013.csv'), csvText(8));
	await assert.rejects(openDataset({ ...DRAWN, projectFolder }), {
		name: 'DataError',
		message: /^Expected .* images in .* in fer2013\.csv but received .*8 images in all/,
	});
});

test('openDataset takes the given path before data/, and refuses one where nothing is', async (context) => {
	const projectFolder = temporaryFolder(context);
	mkdirSync(join(projectFolder, 'data'));
	writeFileSync(join(projectFolder, 'data', 'fer2013.csv'), csvText(8));
	const path = join(projectFolder, 'given.csv');
	await assert.rejects(openDataset({ ...DRAWN, projectFolder, path }), /FER2013_PATH/);
	writeFileSync(path, csvText(12));
	await assert.rejects(
		openDataset({ ...DRAWN, projectFolder, path }),
		/3,995 angry images in Training in given\.csv, found by FER2013_PATH, but received .*12 images in all/,
	);
});

test('openDataset reads a data set of one’s own, and says its layout, classes and what it left out', async (context) => {
	const projectFolder = temporaryFolder(context);
	const folder = join(projectFolder, 'gestures');
	const image = await plainPng(100, 20);
	writeFiles(folder, { 'smile/1.png': image, 'smile/2.png': image, 'frown/1.png': image });
	const notes: string[] = [];
	const onNote = (text: string) => void notes.push(text);
	// Drawn faces are for where nothing else was chosen. A relative path starts in the project's folder.
	const options = { projectFolder, alwaysDraw: true, faceSize: 16, color: 'rgb' as const, onNote };
	const dataset = await openDataset({ ...options, data: 'gestures' });
	assert.deepEqual([dataset.name, dataset.drawn, dataset.shape], ['gestures', false, [16, 16, 3]]);
	assert.deepEqual(
		[dataset.emotions, [...dataset.labels]],
		[
			['frown', 'smile'],
			[0, 1, 1],
		],
	);
	assert.match(
		notes.join('\n'),
		/\ngestures is in the layout class-folders: .*\ngestures: 3 images of 16 x 16 RGB; frown 1, smile 2\.$/,
	);
	await assert.rejects(openDataset({ ...options, data: join(folder, 'nothing') }), {
		name: 'RangeError',
		message: /There is no such file or folder/,
	});
});

test('openDataset leaves out images that cannot be read if it may, and names them', async (context) => {
	const data = join(temporaryFolder(context), 'gestures');
	const image = await plainPng(100, 20);
	writeFiles(data, { 'smile/1.png': image, 'smile/2.png': image.subarray(0, 40), 'frown/1.png': image });
	const remedy = /1 that cannot be read \(smile\/2\.png: .*leave them out: --set skipUnreadable=true\.$/;
	await assert.rejects(openDataset({ data }), { name: 'DataError', message: remedy });
	const notes: string[] = [];
	const dataset = await openDataset({ data, skipUnreadable: true, onNote: (text) => void notes.push(text) });
	assert.deepEqual([...dataset.labels], [0, 1]);
	assert.match(notes.at(-1) ?? '', /^Left out, unreadable \(1\): smile\/2\.png: /);
});

test('openDataset takes images in FER2013’s form as a data set of its own, under the name of the file', async (context) => {
	const data = join(temporaryFolder(context), 'mine.csv');
	writeFileSync(data, csvText(12));
	const notes: string[] = [];
	const dataset = await openDataset({ data, onNote: (text) => void notes.push(text) });
	assert.deepEqual([dataset.name, dataset.labels.length], ['mine', 12]);
	assert.match(
		notes[0],
		/^mine\.csv is not the whole of FER2013, and is used as a data set of its own\. Expected 3,995/,
	);
});

test('openDataset does not take a file for FER2013 because of its name', async (context) => {
	const data = join(temporaryFolder(context), 'FER2013.csv');
	writeFileSync(data, csvText(12));
	assert.equal((await openDataset({ data })).name, 'FER2013 (own)');
});
