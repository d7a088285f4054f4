import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { place } from '../../lib/augmentation/placement';
import { gatherPixels, makeDataset } from '../../lib/data/dataset';
import { eachBatch, predict } from '../../lib/evaluation/predict';
import { normalize } from '../../lib/model/preprocess';
import { type Progress, ProgressMeter } from '../../lib/progress';
import { tf } from '../../lib/tensorflow/tf';
import { tinyNetwork } from '../fixtures/training/tinyNetwork';
import { patterns, tinyRun } from '../fixtures/training/tinyRun';

const { dataset, classifier } = tinyRun('unused', { dataset: patterns(90) });
const { model } = classifier;
const OPTIONS = { backbone: tinyNetwork, imageSize: 24 };

/** What tfjs's own `predict` says of the images, preprocessed step by step. */
function expectedOf(indices: number[]): number[] {
	return tf.tidy(() => {
		const pixels = tf.tensor4d(gatherPixels(dataset, indices), [indices.length, ...dataset.shape]);
		const resized = tf.image.resizeBilinear(pixels, [24, 24]);
		const inputs = tf.sub(tf.tile(tf.div(resized, 128), [1, 1, 1, 3]), 1);
		return [...(model.predict(inputs) as tf.Tensor).dataSync()];
	});
}

function near(received: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
	assert.equal(received.length, expected.length);
	for (let i = 0; i < expected.length; i++) {
		assert.ok(Math.abs(received[i] - expected[i]) <= tolerance, `${received[i]} instead of ${expected[i]} at ${i}`);
	}
}

describe('predict', () => {
	it("gives the rows of tfjs's predict on the same images, in the order of the indices", async () => {
		const indices = [7, 3, 59, 0, 3];
		const received = await predict(model, dataset, indices, OPTIONS);
		assert.equal(received.length, 5 * 6);
		near(received, expectedOf(indices));
		assert.deepEqual(received.slice(6, 12), received.slice(24, 30));
	});

	it('gives the same for any batch size', async () => {
		const indices = Array.from({ length: 60 }, (_, i) => (i * 7) % 60);
		const whole = await predict(model, dataset, indices, OPTIONS);
		for (const batchSize of [1, 7, 30, 59, 60, 1000]) {
			near(await predict(model, dataset, indices, { ...OPTIONS, batchSize }), whole);
		}
	});

	it('gives the same for so many images that the network is folded first, and leaves no tensor', async () => {
		const many = Array.from({ length: 300 }, (_, i) => (i * 7) % 60);
		const statistics = model.getWeights().map((weight) => weight.dataSync());
		const before = tf.memory().numTensors;
		const whole = await predict(model, dataset, many, OPTIONS);
		assert.equal(tf.memory().numTensors, before);
		near(whole, expectedOf(many), 1e-4);
		model.getWeights().forEach((weight, i) => {
			assert.deepEqual(weight.dataSync(), statistics[i]);
		});
	});

	it('takes no image as well', async () => {
		assert.equal((await predict(model, dataset, [], OPTIONS)).length, 0);
	});

	it('drops nothing and leaves the moving statistics as they are', async () => {
		const statistics = () => model.getWeights().flatMap((weight) => [...weight.dataSync()]);
		const before = statistics();
		const [first, second] = [
			await predict(model, dataset, [1, 2], OPTIONS),
			await predict(model, dataset, [1, 2], OPTIONS),
		];
		assert.deepEqual(first, second);
		assert.deepEqual(statistics(), before);
	});

	it('places the images as it is told', async () => {
		const placement = { mirror: true, zoom: 1.2 };
		const expected = tf.tidy(() => {
			const pixels = tf.tensor4d(gatherPixels(dataset, [4]), [1, ...dataset.shape]);
			return (
				model.predict(normalize(place(pixels, placement, 24), tinyNetwork.normalization)) as tf.Tensor
			).dataSync();
		});
		near(await predict(model, dataset, [4], { ...OPTIONS, placement }), expected);
		assert.notDeepEqual(await predict(model, dataset, [4], OPTIONS), expected);
	});

	it('reports its progress and leaves no tensor', async () => {
		const reports: Progress[] = [];
		const before = tf.memory().numTensors;
		const options = { ...OPTIONS, batchSize: 2, onProgress: (progress: Progress) => void reports.push(progress) };
		await predict(model, dataset, [1, 2, 3, 4, 5], { ...options, stage: 'Test' });
		assert.deepEqual(
			reports.map(({ stage, done, total }) => [stage, done, total]),
			[
				['Test', 2, 5],
				['Test', 4, 5],
				['Test', 5, 5],
			],
		);
		assert.equal(tf.memory().numTensors, before);
	});
});

it('eachBatch gives every image to the network once, in order, and its rows to the caller', async () => {
	const pixels = Uint8Array.of(0, 1, 10, 11, 20, 21, 30, 31, 40, 41);
	const dataset = makeDataset({ name: 'five', shape: [1, 2, 1], pixels, labels: new Uint8Array(5) });
	const reports: Progress[] = [];
	const meter = new ProgressMeter('Sums', 3, (progress) => void reports.push(progress));
	const taken: [number[], number[]][] = [];
	const before = tf.memory().numTensors;
	await eachBatch(
		{ dataset, indices: [4, 0, 2], batchSize: 2, meter },
		(images) => tf.sum(images, [1, 2, 3]),
		(batch, rows) => void taken.push([Array.from(batch), [...rows]]),
	);
	assert.deepEqual(taken, [
		[
			[4, 0],
			[81, 1],
		],
		[[2], [41]],
	]);
	assert.equal(reports.at(-1)?.done, 3);
	assert.equal(tf.memory().numTensors, before);
});
