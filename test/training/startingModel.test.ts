import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { PROJECT_FOLDER } from '../../cli/projectFolder';
import { sampleFaces } from '../../lib/data/sampleFaces/sampleFaces';
import { splitDataset } from '../../lib/data/split';
import type { Classifier } from '../../lib/model/classifier';
import { createConfig } from '../../lib/profiles';
import { tf } from '../../lib/tensorflow/tf';
import { checkStartingModel } from '../../lib/training/startingModel';
import { temporaryFolder } from '../data/readers/sources';

const OFFICIAL = join(PROJECT_FOLDER, 'models', 'official');
const normalized = tf.sequential({ layers: [tf.layers.batchNormalization({ inputShape: [4] })] });
const plain = tf.sequential({ layers: [tf.layers.dense({ inputShape: [4], units: 2 })] });

async function check(weights: string, { frozen = true, seed = 42, base = normalized as tf.LayersModel } = {}) {
	const dataset = await sampleFaces({ size: 70, seed: 1 });
	const config = createConfig('smoke', {
		seed,
		weights,
		protocol: 'holdout',
		validationFraction: 0.2,
		phase2: { frozenBatchNormalization: frozen },
	});
	return checkStartingModel({ config, dataset, split: splitDataset(dataset, config) }, { base } as Classifier);
}

describe('checkStartingModel', () => {
	it('takes a model of other data, where batch norm is frozen or none is there', async () => {
		await check(OFFICIAL);
		await check(OFFICIAL, { frozen: false, base: plain });
		await check('imagenet', { frozen: false });
	});

	it('refuses to train a batch norm that is folded', async () => {
		await assert.rejects(check(OFFICIAL, { frozen: false }), {
			name: 'RangeError',
			message: /^Expected true, since the batch norm .* for phase2\.frozenBatchNormalization but received false/,
		});
	});

	it('refuses a model that was trained on images that the run is judged on', async (t) => {
		const folder = join(temporaryFolder(t), 'model');
		cpSync(OFFICIAL, folder, { recursive: true });
		const metrics = JSON.parse(readFileSync(join(folder, 'metrics.json'), 'utf8'));
		metrics.dataset.fingerprint = (await sampleFaces({ size: 70, seed: 1 })).fingerprint;
		metrics.config = { ...metrics.config, protocol: 'holdout', seed: 42, validationFraction: 0.2 };
		writeFileSync(join(folder, 'metrics.json'), JSON.stringify(metrics));
		await check(folder);
		await assert.rejects(check(folder, { seed: 7 }), {
			name: 'DataError',
			message:
				/^Expected no training on validation images of this run in .*model but received \d+ of them\. A model remembers/,
		});
	});
});
