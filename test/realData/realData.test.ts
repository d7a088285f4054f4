// A folder of its own, so that its process reads FER2013 once and nothing else.
import assert from 'node:assert/strict';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { auditDataset } from '../../lib/data/audit';
import { countClasses, type Dataset } from '../../lib/data/dataset';
import { openDataset } from '../../lib/data/openDataset';
import { FER2013_FINGERPRINT } from '../../lib/data/readers/fer2013Identity';
import { splitDataset } from '../../lib/data/split';
import { evaluate } from '../../lib/evaluation/evaluate';
import { createConfig } from '../../lib/profiles';
import { fineTune } from '../../lib/training/fineTune';
import { openRun } from '../../lib/training/run';
import { trainHead } from '../../lib/training/trainHead';

const path = process.env.FER2013_PATH;
const skip = path ? false : 'FER2013_PATH is not set: the real data are not read';

/** Images of each class in a stratified fifth: scikit-learn's train_test_split gives as many. */
const TEST_COUNTS = [991, 109, 1024, 1798, 1216, 800, 1240];

describe('the real FER2013', { skip }, () => {
	let projectFolder: string;
	let dataset: Dataset;
	const notes: string[] = [];
	const open = () => openDataset({ projectFolder, path, onNote: (text) => void notes.push(text) });
	before(async () => {
		projectFolder = await mkdtemp(join(tmpdir(), 'real data '));
		await symlink(resolve(__dirname, '../../.venv'), join(projectFolder, '.venv'));
		dataset = await open();
	});
	after(() => rm(projectFolder, { recursive: true }));

	it('is read in less than 1 GB of memory, complete, and the same from the cache', async () => {
		// maxRSS is in KiB; the peak so far is of the reading, since it is the only large work of this process.
		const { maxRSS } = process.resourceUsage();
		assert.ok(maxRSS < 1_000_000, `${maxRSS} KiB`);
		assert.deepEqual([dataset.drawn, dataset.labels.length], [false, 35_887]);
		// The file as published, or a copy whose difference is said.
		const isDifferent = notes.some((text) => text.includes('an unknown copy'));
		assert.equal(isDifferent, dataset.fingerprint !== FER2013_FINGERPRINT, notes.join('\n'));
		assert.equal((await open()).fingerprint, dataset.fingerprint);
	});

	it('has the known splits and copies', () => {
		for (const keepCopiesTogether of [false, true]) {
			const { test } = splitDataset(dataset, { protocol: 'holdout', seed: 1, keepCopiesTogether });
			assert.deepEqual(countClasses(dataset, test), TEST_COUNTS);
		}
		const { distinctImages, copyGroups, conflictingGroups, blankImages } = auditDataset(dataset);
		assert.deepEqual([distinctImages, copyGroups, conflictingGroups, blankImages], [34_036, 1_514, 57, 12]);
		if (!dataset.usage?.includes(1)) return;
		const crossing = (keepCopiesTogether: boolean) => {
			const split = splitDataset(dataset, { protocol: 'official', seed: 1, keepCopiesTogether });
			return auditDataset(dataset, split).crossing.map(({ images }) => images);
		};
		assert.deepEqual(crossing(false).slice(0, 2), [280, 288]);
		assert.deepEqual(crossing(true), [0, 0, 0]);
	});

	it('is learnt from in a short run', async () => {
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
		const run = await openRun({ name: 'short', config, dataset, projectFolder });
		await trainHead(run);
		await fineTune(run);
		assert.deepEqual(countClasses(dataset, run.split.test), TEST_COUNTS);
		// Every tenth image, which takes a tenth of the time.
		const { scores } = await evaluate(run, { indices: run.split.test.filter((_, i) => i % 10 === 0) });
		// Always predicting happy is right for 1,798 of 7,178: 25.0 %.
		assert.ok(scores.tta.accuracy > 0.32, `accuracy ${scores.tta.accuracy}`);
	});
});
