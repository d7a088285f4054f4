import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { calibrate, fitTemperature } from '../../lib/evaluation/calibration';
import { argmaxRows, softmaxRows } from '../../lib/evaluation/metrics';
import { predict } from '../../lib/evaluation/predict';
import { createRandom } from '../../lib/random';
import { tinyRun } from '../fixtures/training/tinyRun';
import { near } from '../tensorflow/tensors';

/** Labels drawn by the softmax of logits, which therefore are calibrated as they are. */
function calibratedLogits(size: number, classes: number) {
	const random = createRandom(7);
	const logits = Float32Array.from({ length: size * classes }, () => 1.5 * random.normal());
	const probabilities = softmaxRows(logits, classes);
	const trueLabels = Uint8Array.from({ length: size }, (_, row) => {
		let left = random.uniform();
		let label = 0;
		while (label < classes - 1 && left > probabilities[row * classes + label]) {
			left -= probabilities[row * classes + label++];
		}
		return label;
	});
	return { logits, trueLabels };
}

describe('fitTemperature', () => {
	it('finds the one of two classes: worked by hand', () => {
		// Three of four images are of the class whose logit is 1 higher: sigmoid(1 / T) = 3/4, T = 1 / ln 3.
		const logits = Float32Array.from([1, 0, 1, 0, 1, 0, 1, 0]);
		const temperature = fitTemperature(logits, [0, 0, 0, 1], 2);
		assert.ok(Math.abs(temperature - 1 / Math.log(3)) < 1e-6, String(temperature));
	});

	it('finds what calibrated logits were multiplied by', () => {
		const { logits, trueLabels } = calibratedLogits(20_000, 7);
		for (const factor of [0.5, 1, 3]) {
			const scaled = logits.map((logit) => factor * logit);
			const temperature = fitTemperature(scaled, trueLabels, 7);
			assert.ok(Math.abs(temperature / factor - 1) < 0.03, `${temperature} instead of ${factor}`);
		}
	});

	it('stays within its bounds where every answer is right or wrong', () => {
		assert.ok(Math.abs(fitTemperature(Float32Array.of(1, 0), [0], 2) - 0.05) < 1e-6);
		assert.ok(Math.abs(fitTemperature(Float32Array.of(1, 0), [1], 2) - 20) < 1e-3);
	});
});

describe('calibrate', () => {
	it('divides the logits by the temperature, and a second time changes nothing', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'calibrate-'));
		try {
			const run = tinyRun(folder);
			const { config, dataset, split, classifier, backbone } = run;
			const options = { backbone, imageSize: config.imageSize };
			const logits = () => predict(classifier.model, dataset, split.test, options);
			const before = await logits();
			const { temperature } = await calibrate(run);
			const after = await logits();
			near(
				after,
				before.map((logit) => logit / temperature),
				1e-5,
			);
			assert.deepEqual(argmaxRows(after, 6), argmaxRows(before, 6));
			const again = await calibrate(run);
			assert.ok(Math.abs(again.temperature - 1) < 1e-3, JSON.stringify(again));
			assert.ok(again.expectedCalibrationError.before >= 0 && again.expectedCalibrationError.before <= 1);
		} finally {
			rmSync(folder, { recursive: true, force: true });
		}
	});
});
