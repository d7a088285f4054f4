import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDataset } from '../../lib/data/openDataset';
import { createConfig } from '../../lib/profiles';
import type { Progress } from '../../lib/progress';
import { csvText, temporaryFolder } from '../readers/sources';

const CONFIG = createConfig('quick', { sampleFaces: 70, seed: 5 });

test('openDataset draws sample faces where no data set is at hand, by the seed of the config', async (context) => {
	const projectFolder = temporaryFolder(context);
	const reports: Progress[] = [];
	const open = (seed: number) =>
		openDataset(createConfig('quick', { ...CONFIG, seed }), { projectFolder, onProgress: (p) => void reports.push(p) });
	const [dataset, same, other] = [await open(5), await open(5), await open(6)];
	assert.deepEqual([dataset.name, dataset.drawn, dataset.labels.length], ['sample faces', true, 70]);
	assert.equal(same.fingerprint, dataset.fingerprint);
	assert.notEqual(other.fingerprint, dataset.fingerprint);
	assert.deepEqual(
		[reports.at(-1)?.stage, reports.at(-1)?.done, reports.at(-1)?.total],
		['Drawing sample faces', 1, 1],
	);
});

test('openDataset draws where the config says always, even with data at hand', async (context) => {
	const projectFolder = temporaryFolder(context);
	const givenPath = join(projectFolder, 'given.csv');
	writeFileSync(givenPath, csvText(12));
	const { drawn } = await openDataset(createConfig('smoke', { sampleFaces: 70 }), { projectFolder, givenPath });
	assert.equal(drawn, true);
});

test('openDataset refuses what is not all of FER2013, by the name of its file', async (context) => {
	const projectFolder = temporaryFolder(context);
	mkdirSync(join(projectFolder, 'data'));
	writeFileSync(join(projectFolder, 'data', 'fer2013.csv'), csvText(8));
	await assert.rejects(openDataset(CONFIG, { projectFolder }), {
		name: 'DataError',
		message: /^Expected .* images in .* in fer2013\.csv but received .*8 images in all/,
	});
});

test('openDataset takes the given path before data/, and refuses one where nothing is', async (context) => {
	const projectFolder = temporaryFolder(context);
	mkdirSync(join(projectFolder, 'data'));
	writeFileSync(join(projectFolder, 'data', 'fer2013.csv'), csvText(8));
	const givenPath = join(projectFolder, 'given.csv');
	await assert.rejects(openDataset(CONFIG, { projectFolder, givenPath }), /FER2013_PATH/);
	writeFileSync(givenPath, csvText(12));
	await assert.rejects(
		openDataset(CONFIG, { projectFolder, givenPath }),
		/in given\.csv but received .*12 images in all/,
	);
});

test('openDataset opens the real FER2013, whole', async (context) => {
	const givenPath = process.env.FER2013_PATH;
	// No data set is kept in the project.
	if (!givenPath) return context.skip('Set FER2013_PATH to the archive to read the real data set.');
	const dataset = await openDataset(CONFIG, { projectFolder: temporaryFolder(context), givenPath });
	assert.deepEqual([dataset.drawn, dataset.labels.length], [false, 35_887]);
});
