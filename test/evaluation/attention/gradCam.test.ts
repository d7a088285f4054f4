import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { gradCam } from '../../../lib/evaluation/attention/gradCam';
import { layerCam } from '../../../lib/evaluation/attention/layerCam';
import { mobileNetV2 } from '../../../lib/model/backbones/mobileNetV2';
import { buildClassifier } from '../../../lib/model/classifier';
import { foldBatchNormalization } from '../../../lib/model/foldBatchNormalization';
import { tf } from '../../../lib/tensorflow/tf';
import { fineTune } from '../../../lib/training/fineTune';
import { trainHead } from '../../../lib/training/trainHead';
import { tinyRun } from '../../fixtures/training/tinyRun';
import { setFormulaWeights } from '../../model/backbones/formula';
import { keepsNoTensors, near, normals } from '../../tensorflow/tensors';

const folder = mkdtempSync(join(tmpdir(), 'grad-cam-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A network whose features are its input: two channels, pooled, and a dense layer with these weights. */
function pooledOnly(weights: number[][]): tf.LayersModel {
	const input = tf.input({ shape: [2, 2, 2] });
	const pooled = tf.layers.globalAveragePooling2d({}).apply(input) as tf.SymbolicTensor;
	const dense = tf.layers.dense({ units: weights[0].length, useBias: false });
	const model = tf.model({ inputs: input, outputs: dense.apply(pooled) as tf.SymbolicTensor });
	dense.setWeights([tf.tensor2d(weights)]);
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

describe('gradCam', () => {
	it('has the values worked by hand', () => {
		// Channel 0 speaks for class 0 and against class 1; channel 1 the other way round, half as strongly.
		const model = pooledOnly([
			[2, -2],
			[-1, 1],
		]);
		const image = [
			[4, 0],
			[2, 2],
			[0, 6],
			[1, 3],
		].flat();
		const inputs = tf.tensor4d([...image, ...image], [2, 2, 2, 2]);
		const { values, height, width } = gradCam(model, inputs, [0, 1]);
		assert.deepEqual([height, width], [2, 2]);
		// Up to a factor: 2 x0 - x1 = 8, 2, -6, -1, and its opposite; below 0 is nothing.
		near(values, [1, 0.25, 0, 0, 0, 0, 1, 1 / 6], 1e-6);
		keepsNoTensors(() => gradCam(model, inputs, [0, 1]));
		inputs.dispose();
	});

	it('is 0 where nothing speaks for the class', () => {
		const inputs = tf.ones<tf.Rank.R4>([1, 2, 2, 2]);
		assert.deepEqual(
			[
				...gradCam(
					pooledOnly([
						[-1, 1],
						[-1, 1],
					]),
					inputs,
					[0],
				).values,
			],
			[0, 0, 0, 0],
		);
	});

	it('is, with a dense layer behind the pooling, the class activation map of its weights (Zhou et al. 2016)', async () => {
		const { model } = buildClassifier(mobileNetV2, { classes: 3, dropoutRate: 0.3, stochasticDepthRate: 0, seed: 1 });
		setFormulaWeights(tf, model);
		const inputs = tf.tensor4d(normals(2 * 64 * 64 * 3, 5, 0.5), [2, 64, 64, 3]);
		const { values } = gradCam(model, inputs, [2, 0]);
		const expected = tf.tidy(() => {
			const pooling = model.getLayer('pooling');
			const features = tf.model({ inputs: model.inputs, outputs: pooling.input as tf.SymbolicTensor }).apply(inputs);
			const [kernel] = model.getLayer('logits').getWeights() as tf.Tensor2D[];
			const maps = tf.relu(tf.dot((features as tf.Tensor).reshape([-1, kernel.shape[0]]), kernel)).reshape([2, 4, 3]);
			return [maps.slice([0, 0, 2], [1, 4, 1]), maps.slice([1, 0, 0], [1, 4, 1])].flatMap((map) => {
				const highest = map.max().dataSync()[0];
				return [...map.dataSync()].map((value) => (highest > 0 ? value / highest : 0));
			});
		});
		near(values, expected, 1e-4);
		// The folded network, whose convolutions are fused, is explained alike.
		near(gradCam(await foldBatchNormalization(model), inputs, [2, 0]).values, values, 1e-3);
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
		const classes = [...dataset.labels.subarray(0, 20)];
		const maps = () => [gradCam, layerCam].map((explain) => explain(classifier.model, inputs, classes).values);
		const before = maps();
		assert.deepEqual(maps(), before);
		// From the last layer on, as the paper does: each step takes the maps further from what they were.
		classifier.model
			.getLayer('logits')
			.setWeights([
				tf.tensor2d(
					normals(classifier.head.weights[0].read().size, 9),
					classifier.head.weights[0].shape as [number, number],
				),
				classifier.head.weights[1].read(),
			]);
		const correlations = maps().map((without, i) => rankCorrelation(before[i], without));
		assert.ok(
			correlations.every((each) => Math.abs(each) < 0.6),
			String(correlations),
		);
	});

	it('says what it lacks', () => {
		const input = tf.input({ shape: [2, 2, 3] });
		const flat = tf.layers.flatten().apply(input) as tf.SymbolicTensor;
		const model = tf.model({ inputs: input, outputs: tf.layers.dense({ units: 2 }).apply(flat) as tf.SymbolicTensor });
		const images = tf.zeros<tf.Rank.R4>([1, 2, 2, 3]);
		assert.throws(() => gradCam(model, images, [0]), /network with a GlobalAveragePooling2D for classifier.*Flatten/);
		assert.throws(() => gradCam(model, images, [0, 1]), /1 classes, one an image/);
	});
});
