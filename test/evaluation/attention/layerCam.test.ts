import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { AttentionMap } from '../../../lib/evaluation/attention/attentionMap';
import { explain } from '../../../lib/evaluation/attention/explain';
import { layerCam } from '../../../lib/evaluation/attention/layerCam';
import { BACKBONES } from '../../../lib/model/backbones/registry';
import { buildClassifier } from '../../../lib/model/classifier';
import { foldBatchNormalization } from '../../../lib/model/foldBatchNormalization';
import { tf } from '../../../lib/tensorflow/tf';
import { fineTune } from '../../../lib/training/fineTune';
import { trainHead } from '../../../lib/training/trainHead';
import { tinyRun } from '../../fixtures/training/tinyRun';
import { formulaImages, setFormulaWeights } from '../../model/backbones/formula';
import { leavesNoTensors, near, normals } from '../../tensorflow/tensors';

const folder = mkdtempSync(join(tmpdir(), 'layer-cam-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** 1x1 convolution of a 6 x 6 image with two channels, then a stride of 2, pooled, and two classes. */
function smallNetwork(): tf.LayersModel {
	const input = tf.input({ shape: [6, 6, 2] });
	const one = tf.layers.conv2d({ filters: 2, kernelSize: 1, activation: 'relu', useBias: false });
	const pool = tf.layers.averagePooling2d({ poolSize: 2 });
	const dense = tf.layers.dense({ units: 2, useBias: false });
	const pooled = tf.layers.globalAveragePooling2d({});
	const features = one.apply(input) as tf.SymbolicTensor;
	const outputs = dense.apply(pooled.apply(pool.apply(features))) as tf.SymbolicTensor;
	const model = tf.model({ inputs: input, outputs });
	// The features are the channels themselves; the first speaks for class 0 and against class 1.
	one.setWeights([tf.tensor4d([1, 0, 0, 1], [1, 1, 2, 2])]);
	dense.setWeights([
		tf.tensor2d([
			[2, -2],
			[-1, 1],
		]),
	]);
	return model;
}

/** Rank correlation of Spearman, without ties. */
function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
	const ranks = (values: ArrayLike<number>) => {
		const order = Array.from(values, (value, i) => [value, i]).sort(([x], [y]) => x - y);
		const rank = new Array<number>(values.length);
		order.forEach(([, i], position) => {
			rank[i] = position;
		});
		return rank;
	};
	const [x, y] = [ranks(a), ranks(b)];
	const n = x.length;
	return 1 - (6 * x.reduce((sum, rank, i) => sum + (rank - y[i]) ** 2, 0)) / (n * (n * n - 1));
}

const valuesOf = (maps: readonly AttentionMap[]) => maps.flatMap(({ values }) => Array.from(values));

describe('layerCam', () => {
	it('has the values worked by hand, on the last layer with six cells a side', async () => {
		const model = smallNetwork();
		const values = new Float32Array(6 * 6 * 2);
		// At (1, 2) channel 0 is 4, at (3, 5) it is 1; channel 1 is 8 at (0, 0).
		values[(1 * 6 + 2) * 2] = 4;
		values[(3 * 6 + 5) * 2] = 1;
		values[1] = 8;
		const inputs = tf.tensor4d([...values, ...values], [2, 6, 6, 2]);
		const maps = await layerCam(model, inputs, [0, 1]);
		for (const { height, width } of maps) assert.deepEqual([height, width], [6, 6]);
		const expected = new Float32Array(72);
		// The gradient of class 0 is the same positive number everywhere in channel 0, and of class 1 in channel 1.
		expected[1 * 6 + 2] = 1;
		expected[3 * 6 + 5] = 0.25;
		expected[36] = 1;
		near(valuesOf(maps), expected, 1e-6);
		await leavesNoTensors(() => layerCam(model, inputs, [0, 1]));
		await assert.rejects(layerCam(model, inputs, [0]), {
			name: 'RangeError',
			message: /2 classes, one for each image/,
		});
		inputs.dispose();
	});

	it('is 0 where nothing supports the class', async () => {
		const inputs = tf.tensor4d(
			Array.from({ length: 72 }, (_, i) => i % 2),
			[1, 6, 6, 2],
		);
		assert.deepEqual(valuesOf(await layerCam(smallNetwork(), inputs, [0])), new Array(36).fill(0));
		inputs.dispose();
	});

	it('shows other places once the weights are random (Adebayo et al. 2018, arXiv:1810.03292)', async () => {
		const run = tinyRun(folder);
		await trainHead(run);
		await fineTune(run);
		const { dataset, classifier } = run;
		const inputs = tf.tidy(() => {
			const pixels = tf.tensor4d(Float32Array.from(dataset.pixels.subarray(0, 20 * 256)), [20, 16, 16, 1]);
			return tf.sub(tf.tile(tf.div(pixels, 128), [1, 1, 1, 3]), 1) as tf.Tensor4D;
		});
		const maps = async () => valuesOf(await layerCam(classifier.model, inputs, [...dataset.labels.subarray(0, 20)]));
		const before = await maps();
		assert.deepEqual(await maps(), before);
		// From the last layer on, as in the paper: each step takes the maps further from what they were.
		const [kernel, bias] = classifier.head.weights.map((weight) => weight.read());
		const random = tf.tensor2d(normals(kernel.size, 9), kernel.shape as [number, number]);
		classifier.model.getLayer('logits').setWeights([random, bias]);
		const correlation = rankCorrelation(before, await maps());
		assert.ok(Math.abs(correlation) < 0.6, String(correlation));
	});

	it('serves every kind of backbone, at a layer of its own', async () => {
		for (const name of ['mobilenet-v2', 'efficientnet-lite0', 'convnext-tiny', 'vgg16-block3']) {
			const backbone = BACKBONES[name];
			const options = { classes: 7, dropoutRate: 0.3, stochasticDepthRate: 0.1, seed: 1 };
			const { model, head } = buildClassifier(backbone, options);
			setFormulaWeights(tf, model);
			const images = formulaImages(tf, 'images', 1, 96);
			const [{ height, width, values }] = await layerCam(model, images, [3]);
			assert.ok(height >= 6 && width === height && height <= 48, `${backbone.name}: ${height} x ${width}`);
			assert.ok(Array.from(values).every((value) => value >= 0 && value <= 1));
			images.dispose();
			model.dispose();
			head.dispose();
		}
	});

	it('explains the folded network as the one that it comes from', async () => {
		const { classifier } = tinyRun('unused');
		const inputs = tf.tensor4d(normals(2 * 16 * 16 * 3, 5, 0.5), [2, 16, 16, 3]);
		const maps = await layerCam(classifier.model, inputs, [2, 0]);
		assert.deepEqual([maps[0].height, maps[0].width], [8, 8]);
		assert.ok(valuesOf(maps).some((value) => value > 0 && value < 1));
		near(
			valuesOf(await layerCam(await foldBatchNormalization(classifier.model), inputs, [2, 0])),
			valuesOf(maps),
			1e-3,
		);
		inputs.dispose();
	});

	it('takes the places of the image where all layers are too small', async () => {
		const { classifier } = tinyRun('unused');
		const inputs = tf.tensor4d(normals(8 * 8 * 3, 5, 0.5), [1, 8, 8, 3]);
		const [{ height, width }] = await layerCam(classifier.model, inputs, [1]);
		assert.deepEqual([height, width], [8, 8]);
		inputs.dispose();
	});
});

it('explain gives the maps of images of a data set one by one', async () => {
	const { classifier, dataset, backbone, config } = tinyRun('unused');
	const input = { dataset, indices: [5, 9], imageSize: config.imageSize, normalization: backbone.normalization };
	const maps = await explain(classifier.model, input, [1, 4]);
	const inputs = tf.tidy(() => {
		const pixels = [5, 9].flatMap((index) => [...dataset.pixels.subarray(index * 256, (index + 1) * 256)]);
		const colors = tf.tile(tf.tensor4d(pixels, [2, 16, 16, 1]), [1, 1, 1, 3]);
		return tf.sub(tf.div(colors, 128), 1) as tf.Tensor4D;
	});
	const together = valuesOf(await layerCam(classifier.model, inputs, [1, 4]));
	near(valuesOf(maps), together, 1e-4);
	inputs.dispose();
	await leavesNoTensors(() => explain(classifier.model, input, [1, 4]));
});
