import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDataset } from '../../lib/data/openDataset';
import type { Progress } from '../../lib/progress';
import { csvText, temporaryFolder } from './readers/sources';

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

test('openDataset opens the real FER2013, whole', async (context) => {
	const path = process.env.FER2013_PATH;
	// No data set is kept in the project.
	if (!path) return context.skip('Set FER2013_PATH to the archive to read the real data set.');
	const dataset = await openDataset({ ...DRAWN, projectFolder: temporaryFolder(context), path });
	assert.deepEqual([dataset.drawn, dataset.labels.length], [false, 35_887]);
});
