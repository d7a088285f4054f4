import assert from 'node:assert/strict';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { countClasses } from '../../lib/data/dataset';
import { openDataset } from '../../lib/data/openDataset';
import { evaluate } from '../../lib/evaluation/evaluate';
import { createConfig } from '../../lib/profiles';
import { fineTune } from '../../lib/training/fineTune';
import { openRun } from '../../lib/training/run';
import { trainHead } from '../../lib/training/trainHead';

const givenPath = process.env.FER2013_PATH;

test('a short run on the real FER2013 learns', {
	skip: givenPath ? false : 'FER2013_PATH is not set: the real data are not read here',
}, async (context) => {
	const projectFolder = await mkdtemp(join(tmpdir(), 'short run '));
	context.after(() => rm(projectFolder, { recursive: true }));
	await symlink(resolve(__dirname, '../../.venv'), join(projectFolder, '.venv'));
	const config = createConfig('quick', {
		imageSize: 64, // a third of the time of 96
		validationFraction: 0.01,
		phase1: { epochs: 6, images: 3000, batchSize: 64 },
		// Forty steps are too few for new batch statistics, and for the recipe's learning rate to repay what it undoes.
		phase2: {
			epochs: 1,
			imagesPerEpoch: 2560,
			learningRate: 3e-4,
			warmupEpochs: 0.2,
			averageDecay: 0.9,
			frozenBatchNormalization: true,
		},
		tta: { views: 'mirror' },
	});
	const dataset = await openDataset({ ...config, projectFolder, path: givenPath });
	assert.deepEqual([dataset.drawn, dataset.labels.length], [false, 35_887]);
	const run = await openRun({ name: 'short', config, dataset, projectFolder });
	await trainHead(run);
	await fineTune(run);
	assert.deepEqual(countClasses(dataset, run.split.test), [991, 109, 1024, 1798, 1216, 800, 1240]);
	// Every tenth image, which takes a tenth of the time.
	const { scores } = await evaluate(run, { indices: run.split.test.filter((_, i) => i % 10 === 0) });
	// Always predicting happy is right for 1,798 of 7,178: 25.0 %.
	assert.ok(scores.tta.accuracy > 0.32, `accuracy ${scores.tta.accuracy}`);
});
