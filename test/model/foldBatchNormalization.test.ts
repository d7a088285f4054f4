import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { predict } from '../../lib/evaluation/predict';
import { classifierOf, exportModel } from '../../lib/model/exportModel';
import { foldBatchNormalization, unfoldBatchNormalization } from '../../lib/model/foldBatchNormalization';
import { loadModel, saveModel } from '../../lib/model/modelFile';
import { tf } from '../../lib/tensorflow/tf';
import { fineTune } from '../../lib/training/fineTune';
import type { Run } from '../../lib/training/run';
import { formulaWeights } from '../fixtures/training/formulaWeights';
import { tinyRun } from '../fixtures/training/tinyRun';
import { near } from '../tensorflow/tensors';

/** What a layer gives for an input. */
const then = (input: tf.SymbolicTensor, layer: tf.layers.Layer) => layer.apply(input) as tf.SymbolicTensor;
const classes = (model: tf.LayersModel) => model.layers.map((layer) => layer.getClassName());

describe('foldBatchNormalization', () => {
	it('has the values worked by hand', async () => {
		const input = tf.input({ shape: [1, 1, 1] });
		const convolution = tf.layers.conv2d({ filters: 1, kernelSize: 1, useBias: false, name: 'c' });
		const model = tf.model({
			inputs: input,
			outputs: then(then(input, convolution), tf.layers.batchNormalization({ epsilon: 1, name: 'n' })),
		});
		// y = 5 (2 x - 7) / sqrt(8 + 1) + 11: kernel 10 / 3, bias 11 - 35 / 3.
		model.getLayer('c').setWeights([tf.tensor4d([2], [1, 1, 1, 1])]);
		model.getLayer('n').setWeights([5, 11, 7, 8].map((value) => tf.tensor1d([value])));
		const folded = await foldBatchNormalization(model);
		assert.deepEqual(classes(folded), ['InputLayer', 'Conv2D']);
		const [kernel, bias] = folded.getWeights().map((weight) => weight.dataSync()[0]);
		near([kernel, bias], [10 / 3, 11 - 35 / 3], 1e-6);
	});

	it('gives what the whole network gives, and leaves it as it was', async () => {
		const { model } = tinyRun('unused').classifier;
		formulaWeights(model);
		const folded = await foldBatchNormalization(model);
		assert.equal(classes(folded).filter((name) => name === 'BatchNormalization').length, 0);
		assert.equal(classes(model).filter((name) => name === 'BatchNormalization').length, 4);
		const x = tf.randomUniform([3, 20, 20, 3], -1, 1, 'float32', 1);
		near((folded.predict(x) as tf.Tensor).dataSync(), (model.predict(x) as tf.Tensor).dataSync(), 1e-4);
	});

	it('leaves a normalisation that stands elsewhere: behind an activation, a bias, or a value that others read', async () => {
		const input = tf.input({ shape: [4, 4, 2] });
		const normalize = () => tf.layers.batchNormalization();
		const convolve = (options: object) => tf.layers.conv2d({ filters: 2, kernelSize: 1, useBias: false, ...options });
		const first = then(then(input, convolve({ activation: 'relu' })), normalize());
		const second = then(then(first, convolve({ useBias: true })), normalize());
		const shared = then(second, convolve({}));
		const outputs = tf.layers.add().apply([shared, then(shared, normalize())]) as tf.SymbolicTensor;
		const model = tf.model({ inputs: input, outputs: then(outputs, tf.layers.dropout({ rate: 0.5 })) });
		formulaWeights(model);
		const folded = await foldBatchNormalization(model);
		assert.equal(classes(folded).filter((name) => name === 'BatchNormalization').length, 3);
		assert.ok(!classes(folded).includes('Dropout'));
		const x = tf.randomUniform([2, 4, 4, 2], -1, 1, 'float32', 1);
		near((folded.predict(x) as tf.Tensor).dataSync(), (model.predict(x) as tf.Tensor).dataSync(), 1e-5);
	});
});

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
