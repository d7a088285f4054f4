import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { softmaxRows } from '../../lib/evaluation/metrics';
import { predict } from '../../lib/evaluation/predict';
import type { Normalization } from '../../lib/model/backbones/backbone';
import { classifierOf, exportModel } from '../../lib/model/exportModel';
import { loadModel, saveModel } from '../../lib/model/modelFile';
import { tf } from '../../lib/tensorflow/tf';
import { formulaWeights } from '../fixtures/training/formulaWeights';
import { tinyRun } from '../fixtures/training/tinyRun';
import { near } from '../tensorflow/tensors';

const folder = mkdtempSync(join(tmpdir(), 'emotion-model-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const { classifier, backbone, dataset, split } = tinyRun('unused');
formulaWeights(classifier.model);
const { shape: imageShape, emotions } = dataset;

/** Pixels of the test images. */
function testPixels(): tf.Tensor4D {
	const size = tf.util.sizeFromShape([...imageShape]);
	const values = [...split.test].flatMap((index) => [...dataset.pixels.subarray(index * size, (index + 1) * size)]);
	return tf.tensor4d(values, [split.test.length, ...imageShape]);
}

/** Images channel by channel: value x scale + offset, in the network's order. */
function expectedImage(pixels: tf.Tensor4D, { scale, offset, channelOrder }: Required<Normalization>): Float32Array {
	const values = pixels.dataSync<'float32'>();
	const channels = pixels.shape[3];
	return Float32Array.from({ length: (values.length / channels) * 3 }, (_, i) => {
		const [pixel, channel] = [Math.floor(i / 3), i % 3];
		const source = channelOrder === 'bgr' ? 2 - channel : channel;
		const value = values[pixel * channels + (channels === 1 ? 0 : source)];
		const of = (each: typeof scale) => (typeof each === 'number' ? each : each[channel]);
		return value * of(scale) + of(offset);
	});
}

/** What a model for use hands to the network inside. */
function networkInputOf(model: tf.LayersModel, pixels: tf.Tensor4D): tf.Tensor {
	const inner = classifierOf(model) as unknown as tf.layers.Layer;
	const before = tf.model({ inputs: model.inputs, outputs: inner.getInputAt(1) as tf.SymbolicTensor });
	return before.predict(pixels) as tf.Tensor;
}

describe('exportModel', () => {
	for (const imageSize of [16, 32, 27, 12]) {
		it(`takes pixels and gives what the training's own path gives, at ${imageSize} px`, async () => {
			const model = await exportModel(classifier.model, { backbone, imageSize, imageShape, emotions });
			assert.deepEqual(model.inputs[0].shape, [null, 16, 16, 1]);
			const logits = await predict(classifier.model, dataset, split.test, { backbone, imageSize });
			const received = tf.tidy(() => (model.predict(testPixels()) as tf.Tensor).dataSync());
			near(received, softmaxRows(logits, emotions.length), 1e-5);
			const inner = await predict(classifierOf(model), dataset, split.test, { backbone, imageSize });
			near(inner, logits, 1e-4);
		});
	}

	it('takes color images of other sides than square', async () => {
		const shape = [10, 14, 3] as const;
		const model = await exportModel(classifier.model, { backbone, imageSize: 16, imageShape: shape, emotions });
		tf.tidy(() => {
			const pixels = tf.randomUniform<tf.Rank.R4>([2, ...shape], 0, 255, 'float32', 1);
			const image = tf.sub(tf.div(tf.image.resizeBilinear(pixels, [16, 16]), 128), 1);
			const expected = tf.softmax(classifier.model.predict(image) as tf.Tensor).dataSync();
			near((model.predict(pixels) as tf.Tensor).dataSync(), expected, 1e-5);
		});
	});

	for (const channels of [1, 3]) {
		for (const channelOrder of ['rgb', 'bgr'] as const) {
			for (const offset of [-0.966, [-0.812, -0.912, -0.966]] as const) {
				it(`normalises ${channels} channels for ${channelOrder} by ${offset}, in 16 bits as well as in 32`, async () => {
					const shape = [16, 16, channels] as const;
					const normalization = { scale: 1 / 128, offset, channelOrder };
					const options = { backbone: { ...backbone, normalization }, imageSize: 16, imageShape: shape, emotions };
					const model = await exportModel(classifier.model, options);
					const place = join(folder, `${channels}-${channelOrder}-${offset}`);
					await saveModel(model, place, { bits: 16 });
					const saved = await loadModel(place);
					const pixels = tf.randomUniform<tf.Rank.R4>([2, ...shape], 0, 255, 'float32', 1);
					const expected = expectedImage(pixels, normalization);
					for (const network of [model, saved]) {
						tf.tidy(() => near(networkInputOf(network, pixels).dataSync(), expected, 1e-6));
					}
					const logits = tf.tidy(() => classifier.model.predict(tf.tensor(expected, [2, 16, 16, 3])) as tf.Tensor);
					const outputs = tf.tidy(() => (model.predict(pixels) as tf.Tensor).dataSync());
					near(outputs, softmaxRows(logits.dataSync<'float32'>(), emotions.length), 1e-5);
					tf.dispose([pixels, logits]);
				});
			}
		}
	}

	for (const [channels, channelOrder, offset] of [
		[1, 'rgb', [-2.118, -2.036, -1.804]],
		[3, 'rgb', [-2.118, -2.036, -1.804]],
		[3, 'bgr', -2],
	] as const) {
		it(`normalises ${channels} channels for ${channelOrder} by a scale for each channel, in 16 bits too`, async () => {
			const shape = [16, 16, channels] as const;
			const normalization = { scale: [1 / 58.4, 1 / 57.1, 1 / 57.4], offset, channelOrder } as const;
			const options = { backbone: { ...backbone, normalization }, imageSize: 16, imageShape: shape, emotions };
			const model = await exportModel(classifier.model, options);
			const place = join(folder, `scales-${channels}-${channelOrder}`);
			await saveModel(model, place, { bits: 16 });
			const pixels = tf.randomUniform<tf.Rank.R4>([2, ...shape], 0, 255, 'float32', 1);
			for (const network of [model, await loadModel(place)]) {
				tf.tidy(() => near(networkInputOf(network, pixels).dataSync(), expectedImage(pixels, normalization), 1e-6));
			}
			pixels.dispose();
		});
	}

	it('is of stock layers alone, without batch normalisation and dropout, and says what its outputs are', async () => {
		const model = await exportModel(classifier.model, { backbone, imageSize: 32, imageShape, emotions });
		const layers = [...model.layers, ...classifierOf(model).layers];
		for (const layer of layers) {
			assert.ok(!['BatchNormalization', 'Dropout'].includes(layer.getClassName()), layer.name);
		}
		const metadata = { emotions: [...emotions], backbone: backbone.name, imageSize: 32 };
		assert.deepEqual(model.getUserDefinedMetadata(), metadata);
		await saveModel(model, join(folder, 'metadata'), { bits: 32 });
		const { userDefinedMetadata } = JSON.parse(readFileSync(join(folder, 'metadata', 'model.json'), 'utf8'));
		const { weights, ...others } = userDefinedMetadata;
		assert.deepEqual(others, metadata);
		assert.equal(weights.bytes, statSync(join(folder, 'metadata', 'weights.bin')).size);
	});

	it('gives the same in plain tfjs on its cpu backend', async () => {
		const model = await exportModel(classifier.model, { backbone, imageSize: 32, imageShape, emotions });
		const place = join(folder, 'plain');
		await saveModel(model, place, { bits: 16 });
		const pixels = testPixels();
		writeFileSync(join(place, 'input.json'), JSON.stringify({ shape: pixels.shape, values: [...pixels.dataSync()] }));
		const program = join(__dirname, 'backbones', 'plainTfjs.ts');
		const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', program, place], { encoding: 'utf8' });
		assert.equal(status, 0, stderr);
		const { outputs, backend, foreign } = JSON.parse(readFileSync(join(place, 'output.json'), 'utf8'));
		assert.deepEqual([backend, foreign], ['cpu', []]);
		// 16 bits hold three digits.
		near(outputs, (model.predict(pixels) as tf.Tensor).dataSync(), 5e-3);
	});
});
