import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeDataset } from '../../lib/data/dataset';
import { evaluate } from '../../lib/evaluation/evaluate';
import { predictViews, VIEWS } from '../../lib/evaluation/tta';
import type { Progress } from '../../lib/progress';
import { tf } from '../../lib/tensorflow/tf';
import { tinyRun } from '../fixtures/training/tinyRun';

/** With this seed the untrained network is better with the views than without. */
const RUN = tinyRun('unused', { config: { seed: 4, tta: { views: 'ten', average: 'logits' } } });

/** The place of the largest of six numbers. */
function largest(row: Float32Array): number {
	return row.indexOf(Math.max(...row));
}

describe('evaluate', () => {
	it('judges one view and several of the same test images', async () => {
		const { trueLabels, plain, tta, gain } = await evaluate(RUN);
		const { test } = RUN.split;
		assert.deepEqual(
			[...trueLabels],
			[...test].map((index) => index % 6),
		);
		for (const [views, name] of [
			[plain, 'single'],
			[tta, 'ten'],
		] as const) {
			const options = { backbone: RUN.backbone, imageSize: 16, views: VIEWS[name], average: 'logits' as const };
			assert.deepEqual(views.probabilities, await predictViews(RUN.classifier.model, RUN.dataset, test, options));
			const hits = [...trueLabels].filter(
				(label, i) => largest(views.probabilities.subarray(6 * i, 6 * i + 6)) === label,
			);
			assert.equal(views.report.accuracy, hits.length / test.length);
			assert.equal(views.report.n, test.length);
			assert.deepEqual(
				views.report.perClass.map(({ support }) => support),
				[4, 4, 4, 4, 4, 4],
			);
			const { estimate, low, high } = views.intervals.accuracy;
			assert.equal(estimate, views.report.accuracy);
			assert.ok(low <= estimate && estimate <= high && high - low < 0.6);
		}
		assert.ok(tta.report.accuracy > plain.report.accuracy && gain.accuracy.high > 0);
		assert.equal(gain.accuracy.estimate, tta.report.accuracy - plain.report.accuracy);
		assert.equal(gain.macroF1.estimate, tta.report.macroF1 - plain.report.macroF1);
	});

	it('judges the test images without those that the training images hold too', async () => {
		// The first two test images become copies of training images, the third one of a validation image.
		const { dataset, split } = RUN;
		const size = 16 * 16;
		const pixels = dataset.pixels.slice();
		[split.train[5], split.train[0], split.validation[0]].forEach((from, i) => {
			pixels.copyWithin(split.test[i] * size, from * size, (from + 1) * size);
		});
		const { emotions, labels, shape } = dataset;
		const copied = makeDataset({ name: 'copies', drawn: true, shape, pixels, labels, emotions });
		const { plain, tta, withoutCopies, trueLabels } = await evaluate({ ...RUN, dataset: copied });
		assert.equal(withoutCopies.n, split.test.length - 2);
		for (const [all, kept] of [
			[plain, withoutCopies.plain],
			[tta, withoutCopies.tta],
		]) {
			assert.deepEqual(kept.probabilities, all.probabilities.slice(2 * 6));
			const hits = [...trueLabels].filter((label, i) => {
				return i >= 2 && largest(all.probabilities.subarray(6 * i, 6 * i + 6)) === label;
			});
			assert.equal(kept.report.accuracy, hits.length / withoutCopies.n);
			assert.equal(kept.intervals.accuracy.estimate, kept.report.accuracy);
		}
	});

	it('gains nothing from the same view', async () => {
		const { gain } = await evaluate({ ...RUN, config: { ...RUN.config, tta: { views: 'single', average: 'logits' } } });
		const none = { estimate: 0, low: 0, high: 0 };
		assert.deepEqual(gain, { accuracy: none, macroF1: none });
	});

	it('gives the same again, reports each view and leaves no tensor', async () => {
		const stages = new Set<string>();
		const before = tf.memory().numTensors;
		const first = await evaluate(RUN, ({ stage }: Progress) => void stages.add(stage));
		assert.deepEqual(await evaluate(RUN), first);
		assert.equal(tf.memory().numTensors, before);
		assert.deepEqual(
			[...stages],
			Array.from({ length: 10 }, (_, i) => `Test, view ${i + 1} of 10`),
		);
	});
});
