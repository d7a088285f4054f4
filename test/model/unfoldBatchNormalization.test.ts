import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { predict } from '../../lib/evaluation/predict';
import { classifierOf, exportModel } from '../../lib/model/exportModel';
import { unfoldBatchNormalization } from '../../lib/model/foldBatchNormalization';
import { loadModel, saveModel } from '../../lib/model/modelFile';
import { tf } from '../../lib/tensorflow/tf';
import { fineTune } from '../../lib/training/fineTune';
import type { Run } from '../../lib/training/run';
import { tinyRun } from '../fixtures/training/tinyRun';
import { near } from '../tensorflow/tensors';

const folder = mkdtempSync(join(tmpdir(), 'unfold-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Exports a run's network in 16 bits and loads it again. */
async function exported({ classifier, backbone, config, dataset }: Run): Promise<tf.LayersModel> {
	const { shape: imageShape, emotions } = dataset;
	const options = { backbone, imageSize: config.imageSize, imageShape, emotions };
	await saveModel(await exportModel(classifier.model, options), folder, { bits: 16 });
	return loadModel(folder);
}

describe('unfoldBatchNormalization', () => {
	for (const trained of [false, true]) {
		it(`gives a network the weights of its export: ${trained ? 'trained' : 'untrained'}`, async () => {
			const run = tinyRun(folder);
			if (trained) await fineTune(run);
			const { model } = tinyRun(folder, { config: { seed: 9 } }).classifier;
			const { dataset, split, config, backbone } = run;
			const logits = (each: tf.LayersModel) =>
				predict(each, dataset, split.test, { backbone, imageSize: config.imageSize });
			const loaded = await exported(run);
			const before = tf.memory().numTensors;
			unfoldBatchNormalization(classifierOf(loaded), model);
			assert.equal(tf.memory().numTensors, before);
			const expected = await logits(run.classifier.model);
			near(await logits(model), expected, 1e-2);
			near(await logits(model), await logits(classifierOf(loaded)), 1e-3);
		});
	}

	it('refuses an export of another network', async () => {
		const run = tinyRun(folder);
		const { inputs } = run.classifier.base;
		const other = tf.model({ inputs, outputs: inputs[0] });
		assert.throws(() => unfoldBatchNormalization(other, run.classifier.model), {
			name: 'DataError',
			message: 'Expected a layer stem_conv in the exported model but received none. Use a model of the same backbone.',
		});
	});
});
