import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { explain } from '../../../lib/evaluation/attention/explain';
import { layerCam } from '../../../lib/evaluation/attention/layerCam';
import { BACKBONES } from '../../../lib/model/backbones/registry';
import { buildClassifier } from '../../../lib/model/classifier';
import { foldBatchNormalization } from '../../../lib/model/foldBatchNormalization';
import { tf } from '../../../lib/tensorflow/tf';
import { tinyRun } from '../../fixtures/training/tinyRun';
import { formulaImages, setFormulaWeights } from '../../model/backbones/formula';
import { keepsNoTensors, near, normals } from '../../tensorflow/tensors';

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

describe('layerCam', () => {
	it('has the values worked by hand, on the last layer with six cells a side', () => {
		const model = smallNetwork();
		const values = new Float32Array(6 * 6 * 2);
		// At (1, 2) channel 0 is 4, at (3, 5) it is 1; channel 1 is 8 at (0, 0).
		values[(1 * 6 + 2) * 2] = 4;
		values[(3 * 6 + 5) * 2] = 1;
		values[1] = 8;
		const inputs = tf.tensor4d([...values, ...values], [2, 6, 6, 2]);
		const maps = layerCam(model, inputs, [0, 1]);
		assert.deepEqual([maps.height, maps.width], [6, 6]);
		const expected = new Float32Array(72);
		// The gradient of class 0 is the same positive number everywhere in channel 0, and of class 1 in channel 1.
		expected[1 * 6 + 2] = 1;
		expected[3 * 6 + 5] = 0.25;
		expected[36] = 1;
		near(maps.values, expected, 1e-6);
		keepsNoTensors(() => layerCam(model, inputs, [0, 1]));
		assert.throws(() => layerCam(model, inputs, [0]), { name: 'RangeError', message: /2 classes, one an image/ });
		inputs.dispose();
	});

	it('serves every backbone, at a layer of its own', () => {
		for (const backbone of Object.values(BACKBONES)) {
			const options = { classes: 7, dropoutRate: 0.3, stochasticDepthRate: 0.1, seed: 1 };
			const { model, head } = buildClassifier(backbone, options);
			setFormulaWeights(tf, model);
			const images = formulaImages(tf, 'images', 1, 96);
			const { height, width, values } = layerCam(model, images, [3]);
			assert.ok(height >= 6 && width === height && height <= 48, `${backbone.name}: ${height} x ${width}`);
			assert.ok(values.every((value) => value >= 0 && value <= 1));
			images.dispose();
			model.dispose();
			head.dispose();
		}
	});

	it('explains the folded network as the one that it comes from', async () => {
		const { classifier } = tinyRun('unused');
		const inputs = tf.tensor4d(normals(2 * 16 * 16 * 3, 5, 0.5), [2, 16, 16, 3]);
		const maps = layerCam(classifier.model, inputs, [2, 0]);
		assert.deepEqual([maps.height, maps.width], [8, 8]);
		assert.ok(maps.values.some((value) => value > 0 && value < 1));
		near(layerCam(await foldBatchNormalization(classifier.model), inputs, [2, 0]).values, maps.values, 1e-3);
		inputs.dispose();
	});

	it('takes the places of the image where all layers are too small', () => {
		const { classifier } = tinyRun('unused');
		const inputs = tf.tensor4d(normals(8 * 8 * 3, 5, 0.5), [1, 8, 8, 3]);
		const maps = layerCam(classifier.model, inputs, [1]);
		assert.deepEqual([maps.height, maps.width], [8, 8]);
		inputs.dispose();
	});
});

it('explain gives the maps of images of a data set one by one', () => {
	const { classifier, dataset, backbone, config } = tinyRun('unused');
	const input = { dataset, indices: [5, 9], imageSize: config.imageSize, normalization: backbone.normalization };
	const maps = explain(classifier.model, input, [1, 4]);
	const together = tf.tidy(() => {
		const pixels = [5, 9].flatMap((index) => [...dataset.pixels.subarray(index * 256, (index + 1) * 256)]);
		const colors = tf.tile(tf.tensor4d(pixels, [2, 16, 16, 1]), [1, 1, 1, 3]);
		return [...layerCam(classifier.model, tf.sub(tf.div(colors, 128), 1) as tf.Tensor4D, [1, 4]).values];
	});
	near(
		maps.flatMap(({ values }) => Array.from(values)),
		together,
		1e-4,
	);
	keepsNoTensors(() => explain(classifier.model, input, [1, 4]));
});
