import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { VIEWS } from '../../lib/augmentation/views';
import { makeDataset } from '../../lib/data/dataset';
import { averageViews, predictEachView, predictViews } from '../../lib/evaluation/predict';
import { createConfig } from '../../lib/profiles';
import type { Progress } from '../../lib/progress';
import { tf } from '../../lib/tensorflow/tf';
import { tinyNetwork } from '../fixtures/training/tinyNetwork';

/** Two images of two pixels; the classes are the sides. */
const DATASET = makeDataset({
	name: 'two',
	shape: [1, 2, 1],
	pixels: Uint8Array.of(0, 2, 5, 1),
	labels: Uint8Array.of(0, 1),
	emotions: ['left', 'right'],
});
const BACKBONE = { ...tinyNetwork, normalization: { scale: 1, offset: 0 } };

/** A network whose logits are the two upper pixels as they are: [left, right]. */
function pixelModel(): tf.LayersModel {
	const input = tf.input({ shape: [2, 2, 3] });
	const dense = tf.layers.dense({ units: 2, useBias: false });
	const output = dense.apply(tf.layers.flatten().apply(input)) as tf.SymbolicTensor;
	// Values lie row by row: the first channel of the upper left pixel at 0, of the upper right one at 3.
	const kernel = Array.from({ length: 12 }, (_, i) => [Number(i === 0), Number(i === 3)]);
	const model = tf.model({ inputs: input, outputs: output });
	dense.setWeights([tf.tensor2d(kernel)]);
	return model;
}

const MODEL = pixelModel();
const OPTIONS = { backbone: BACKBONE, imageSize: 2, average: 'probabilities' as const };
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

function near(received: ArrayLike<number>, expected: number[]): void {
	assert.equal(received.length, expected.length);
	expected.forEach((value, i) => {
		assert.ok(Math.abs(received[i] - value) < 1e-5, `${[...Array.from(received)]} instead of ${expected}`);
	});
}

describe('predictViews', () => {
	it('gives the softmax of a single view', async () => {
		for (const average of ['probabilities', 'logits'] as const) {
			const received = await predictViews(MODEL, DATASET, [1, 0], { ...OPTIONS, average, views: VIEWS.single });
			near(received, [sigmoid(4), sigmoid(-4), sigmoid(-2), sigmoid(2)]);
		}
	});

	it('averages probabilities or logits, worked by hand', async () => {
		// The views of [0, 2]: as it is, and one pixel to the right with its edge repeated, [0, 0].
		const views = [{}, { shiftX: 1 / 2 }];
		const probabilities = await predictViews(MODEL, DATASET, [0], { ...OPTIONS, views });
		near(probabilities, [(sigmoid(-2) + 0.5) / 2, (sigmoid(2) + 0.5) / 2]);
		const logits = await predictViews(MODEL, DATASET, [0], { ...OPTIONS, views, average: 'logits' });
		near(logits, [sigmoid(-1), sigmoid(1)]);
	});

	it('is undecided over an image and its mirror image, for a network of sides', async () => {
		for (const average of ['probabilities', 'logits'] as const) {
			near(
				await predictViews(MODEL, DATASET, [0, 1], { ...OPTIONS, average, views: VIEWS.mirror }),
				[0.5, 0.5, 0.5, 0.5],
			);
		}
	});

	it('gives rows that sum to 1 for all views, and names each in the progress', async () => {
		const stages = new Set<string>();
		const onProgress = ({ stage }: Progress) => void stages.add(stage);
		for (const views of Object.values(VIEWS)) {
			const received = await predictViews(MODEL, DATASET, [0, 1], { ...OPTIONS, views, onProgress, stage: 'Test' });
			near([received[0] + received[1], received[2] + received[3]], [1, 1]);
		}
		assert.ok(stages.has('Test') && stages.has('Test, view 1 of 2') && stages.has('Test, view 10 of 10'));
		assert.equal(stages.size, 1 + 2 + 6 + 10);
	});
});

describe('predictEachView', () => {
	it('gives the logits of each view, in their order', async () => {
		const views = [{}, { mirror: true }, { shiftX: 1 / 2 }];
		const logits = await predictEachView(MODEL, DATASET, [1, 0], { ...OPTIONS, views });
		assert.equal(logits.length, 3);
		near(logits[0], [5, 1, 0, 2]);
		near(logits[1], [1, 5, 2, 0]);
		near(logits[2], [5, 5, 0, 0]);
	});
});

describe('averageViews', () => {
	it('averages after the softmax or before it, worked by hand', () => {
		// Softmax [1/4, 3/4] and [1/2, 1/2]; the mean of the logits is [0, ln 3 / 2].
		const views = [Float32Array.of(0, Math.log(3)), Float32Array.of(7, 7)];
		near(averageViews(views, 2, 'probabilities'), [0.375, 0.625]);
		near(averageViews([views[0], Float32Array.of(0, 0)], 2, 'logits'), [1 / (1 + 3 ** 0.5), 1 / (1 + 3 ** -0.5)]);
	});
});

describe('VIEWS', () => {
	it('has as many views as the names say, all different, the image as it is first', () => {
		const sizes = Object.fromEntries(Object.entries(VIEWS).map(([name, views]) => [name, views.length]));
		assert.deepEqual(sizes, { single: 1, mirror: 2, six: 6, ten: 10 });
		for (const views of Object.values(VIEWS)) {
			assert.deepEqual(views[0], {});
			assert.equal(new Set(views.map((view) => JSON.stringify(view))).size, views.length);
		}
	});

	it('has the mirror image of each view but the single one, in the same order', () => {
		for (const views of [VIEWS.mirror, VIEWS.six, VIEWS.ten]) {
			const plain = views.filter(({ mirror }) => !mirror);
			assert.deepEqual(views, [...plain, ...plain.map((view) => ({ ...view, mirror: true }))]);
		}
	});

	it('has names that a config takes', () => {
		for (const views of Object.keys(VIEWS) as (keyof typeof VIEWS)[]) {
			assert.equal(createConfig('full', { tta: { views } }).tta.views, views);
		}
	});
});
