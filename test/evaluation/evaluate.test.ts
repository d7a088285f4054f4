import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeDataset } from '../../lib/data/dataset';
import { evaluate } from '../../lib/evaluation/evaluate';
import { predictViews } from '../../lib/evaluation/predict';
import type { Progress } from '../../lib/progress';
import { tf } from '../../lib/tensorflow/tf';
import { bytesOf } from '../data/bytesOf';
import { tinyRun } from '../fixtures/training/tinyRun';

/** With this seed the untrained network is better with the views than without. */
const RUN = tinyRun('unused', { config: { seed: 4, tta: { views: 'ten', average: 'logits' } } });

/** The place of the largest of six numbers. */
function largest(row: Float32Array): number {
	return row.indexOf(Math.max(...row));
}

describe('evaluate', () => {
	it('scores one view and several of the same test images', async () => {
		const { scores, trueLabels, plain, tta } = await evaluate(RUN);
		const { test } = RUN.split;
		assert.deepEqual(
			[...trueLabels],
			[...test].map((index) => index % 6),
		);
		assert.equal(scores.n, test.length);
		for (const [of, probabilities, views] of [
			[scores, plain, 'single'],
			[scores.tta, tta, 'ten'],
		] as const) {
			const options = { backbone: RUN.backbone, imageSize: 16, views, average: 'logits' as const };
			assert.deepEqual(probabilities, await predictViews(RUN.classifier.model, RUN.dataset, test, options));
			const correct = [...trueLabels].filter((label, i) => largest(probabilities.subarray(6 * i, 6 * i + 6)) === label);
			assert.equal(of.accuracy, correct.length / test.length);
			assert.deepEqual(
				Object.values(of.perClass).map(({ support }) => support),
				[4, 4, 4, 4, 4, 4],
			);
			const { estimate, low, high } = of.intervals.accuracy;
			assert.equal(estimate, of.accuracy);
			assert.ok(low <= estimate && estimate <= high && high - low < 0.6);
		}
		const { gain } = scores;
		assert.ok(scores.tta.accuracy > scores.accuracy && gain.accuracy.high > 0);
		assert.equal(gain.accuracy.estimate, scores.tta.accuracy - scores.accuracy);
		assert.equal(gain.macroF1.estimate, scores.tta.macroF1 - scores.macroF1);
	});

	it('scores the test images without those that are also among the training images', async () => {
		// The first two test images become copies of training images, the third one of a validation image.
		const { dataset, split } = RUN;
		const size = 16 * 16;
		const pixels = bytesOf(dataset).slice();
		[split.train[5], split.train[0], split.validation[0]].forEach((from, i) => {
			pixels.copyWithin(split.test[i] * size, from * size, (from + 1) * size);
		});
		const { emotions, labels, shape } = dataset;
		const copied = makeDataset({ name: 'copies', drawn: true, shape, pixels, labels, emotions });
		const { plain, tta, scores, trueLabels } = await evaluate({ ...RUN, dataset: copied });
		const { withoutCopies } = scores;
		assert.equal(withoutCopies.n, split.test.length - 2);
		const alone = await evaluate({ ...RUN, dataset: copied }, { indices: split.test.slice(2) });
		for (const [all, kept, same] of [
			[plain, withoutCopies, alone.scores],
			[tta, withoutCopies.tta, alone.scores.tta],
		] as const) {
			const correct = [...trueLabels].filter((label, i) => {
				return i >= 2 && largest(all.subarray(6 * i, 6 * i + 6)) === label;
			});
			assert.equal(kept.accuracy, correct.length / withoutCopies.n);
			assert.equal(kept.intervals.accuracy.estimate, kept.accuracy);
			assert.deepEqual([kept.perClass, kept.intervals], [same.perClass, same.intervals]);
		}
	});

	it('scores other images and other views if told so, and leaves the sizes of the parts', async () => {
		const { split, config } = RUN;
		const { scores, trueLabels, tta } = await evaluate(RUN, { indices: split.validation, views: 'mirror' });
		const asTest = { ...RUN, split: { ...split, test: split.validation } };
		const views = { ...config.tta, views: 'mirror' } as const;
		const same = await evaluate({ ...asTest, config: { ...config, tta: views } });
		assert.deepEqual([trueLabels, tta], [same.trueLabels, same.tta]);
		assert.deepEqual({ ...scores, split: same.scores.split }, same.scores);
		assert.equal(scores.n, split.validation.length);
		assert.deepEqual(
			[scores.split.test, scores.tta.views, scores.tta.average],
			[split.test.length, 'mirror', 'logits'],
		);
	});

	it('gains nothing from the same view', async () => {
		const { gain } = (await evaluate(RUN, { views: 'single' })).scores;
		const none = { estimate: 0, low: 0, high: 0 };
		assert.deepEqual(gain, { accuracy: none, macroF1: none });
	});

	it('gives the same again, reports each view and leaves no tensor', async () => {
		const stages = new Set<string>();
		const before = tf.memory().numTensors;
		const first = await evaluate(RUN, { onProgress: ({ stage }: Progress) => void stages.add(stage) });
		assert.deepEqual(await evaluate(RUN), first);
		assert.equal(tf.memory().numTensors, before);
		assert.deepEqual(
			[...stages],
			Array.from({ length: 10 }, (_, i) => `Test, view ${i + 1} of 10`),
		);
	});
});
