import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { calibration } from '../../lib/evaluation/calibration';
import { softmaxRows } from '../../lib/evaluation/metrics';
import { bootstrapIntervals, type Interval, mcNemar, pairedBootstrap } from '../../lib/evaluation/statistics';

interface StatisticsFixture {
	bootstrap: {
		trueLabels: number[];
		before: number[];
		after: number[];
		accuracy: Interval;
		macroF1: Interval;
		accuracyGain: Interval;
		macroF1Gain: Interval;
	};
	mcNemar: { onlyBefore: number; onlyAfter: number; pValue: number }[];
	calibration: {
		logits: number[];
		trueLabels: number[];
		bins: { count: number; confidence: number | null; accuracy: number | null }[];
		expectedCalibrationError: number;
	};
}

// Made by fixtures/metrics/make_fixtures.py.
const file = path.join(__dirname, '..', 'fixtures', 'metrics', 'statistics.json');
const fixture = JSON.parse(readFileSync(file, 'utf8')) as StatisticsFixture;

function near(received: number, expected: number, tolerance: number): void {
	assert.ok(Math.abs(received - expected) <= tolerance, `${received} is not within ${tolerance} of ${expected}`);
}

function nearInterval(received: Interval, expected: Interval): void {
	near(received.estimate, expected.estimate, 1e-12);
	// The two draw different images. A bound of 4,000 resamples has a standard error of about 0.001 here.
	near(received.low, expected.low, 0.005);
	near(received.high, expected.high, 0.005);
}

describe('bootstrapIntervals', () => {
	const { trueLabels, before, accuracy, macroF1 } = fixture.bootstrap;
	const pairs = { trueLabels, predictedLabels: before, classes: 4 };

	it("agrees with SciPy's bootstrap", () => {
		const intervals = bootstrapIntervals(pairs, { resamples: 4000 });
		nearInterval(intervals.accuracy, accuracy);
		nearInterval(intervals.macroF1, macroF1);
	});

	it("has the binomial distribution's quantiles for accuracy", () => {
		// 70 of 100 right: a resample's hits are Binomial(100, 0.7), whose 2.5 % and 97.5 % quantiles are 61 and 79.
		const predictedLabels = Array.from({ length: 100 }, (_, index) => (index < 70 ? 0 : 1));
		const input = { trueLabels: new Uint8Array(100), predictedLabels, classes: 2 };
		const { accuracy } = bootstrapIntervals(input, { resamples: 20_000, seed: 3 });
		assert.deepEqual(accuracy, { estimate: 0.7, low: 0.61, high: 0.79 });
	});

	it('has the same quantiles for three copies of each image that are drawn together', () => {
		const predictedLabels = Array.from({ length: 300 }, (_, index) => (index < 210 ? 0 : 1));
		const input = { trueLabels: new Uint8Array(300), predictedLabels, classes: 2 };
		const groups = Array.from({ length: 300 }, (_, index) => Math.floor(index / 3));
		const options = { resamples: 20_000, seed: 3 };
		const { accuracy } = bootstrapIntervals(input, { ...options, groups });
		assert.deepEqual(accuracy, { estimate: 0.7, low: 0.61, high: 0.79 });
		// Each by itself they look like 300 images: Binomial(300, 0.7) has its quantiles at 194 and 225.
		const apart = bootstrapIntervals(input, options).accuracy;
		near(apart.low, 194 / 300, 1 / 300 + 1e-9);
		near(apart.high, 225 / 300, 1 / 300 + 1e-9);
	});

	it('weighs groups by their images, and averages F1 over the classes it is told', () => {
		// Group 0 has three images, all right; group 1 one, wrong. Resamples: 0 and 0, 0 and 1 (twice), 1 and 1.
		const input = { trueLabels: [0, 0, 0, 1], predictedLabels: [0, 0, 0, 0], classes: 3, macroLabels: [0] };
		const { accuracy, macroF1 } = bootstrapIntervals(input, { groups: [5, 5, 5, 9], resamples: 500 });
		assert.deepEqual(accuracy, { estimate: 3 / 4, low: 0, high: 1 });
		assert.deepEqual(macroF1, { estimate: 6 / 7, low: 0, high: 1 });
	});

	it('gives the same interval for the same seed, another for another', () => {
		const options = { resamples: 200, seed: 1 };
		assert.deepEqual(bootstrapIntervals(pairs, options), bootstrapIntervals(pairs, options));
		assert.notDeepEqual(bootstrapIntervals(pairs, options), bootstrapIntervals(pairs, { resamples: 200, seed: 2 }));
	});

	it('has no width where every image is right', () => {
		const all = bootstrapIntervals({ trueLabels: [0, 0, 0], predictedLabels: [0, 0, 0], classes: 2 });
		assert.deepEqual(all.accuracy, { estimate: 1, low: 1, high: 1 });
		// Class 1 is nowhere, so macro F1 is that of class 0 alone.
		assert.deepEqual(all.macroF1, { estimate: 1, low: 1, high: 1 });
	});

	it('widens with the level', () => {
		const narrow = bootstrapIntervals(pairs, { resamples: 500, level: 0.5 }).accuracy;
		const wide = bootstrapIntervals(pairs, { resamples: 500, level: 0.99 }).accuracy;
		assert.ok(wide.low < narrow.low && narrow.high < wide.high);
	});

	it('refuses options out of range', () => {
		const message = 'Expected integer above 0 for resamples but received 0.';
		assert.throws(() => bootstrapIntervals(pairs, { resamples: 0 }), { name: 'RangeError', message });
		assert.throws(() => bootstrapIntervals(pairs, { level: 1 }), /number between 0 and 1 for level but received 1/);
		assert.throws(() => bootstrapIntervals(pairs, { groups: [1] }), /values for groups but received 1/);
		assert.throws(() => bootstrapIntervals({ ...pairs, classes: 3 }), /for trueLabels\[\d+\] but received 3/);
	});
});

describe('macro F1 where a class is missing', () => {
	it('leaves out the class that no image has, and keeps one that a resample misses', () => {
		const trueLabels = [0, 0, 0, 1];
		const predictedLabels = [0, 0, 0, 1];
		const { macroF1 } = bootstrapIntervals({ trueLabels, predictedLabels, classes: 3 }, { resamples: 2000 });
		// A resample without the only image of class 1 has an F1 of 0 for it; class 2 plays no role in any.
		assert.deepEqual(macroF1, { estimate: 1, low: 0.5, high: 1 });
		const before = [0, 0, 0, 0];
		const gain = pairedBootstrap({ trueLabels, before, after: predictedLabels, classes: 3 }, { resamples: 10 });
		assert.ok(Math.abs(gain.macroF1.estimate - (1 - 6 / 7 / 2)) < 1e-12);
	});
});

describe('pairedBootstrap', () => {
	const { trueLabels, before, after, accuracyGain, macroF1Gain } = fixture.bootstrap;

	it("agrees with SciPy's bootstrap of the difference", () => {
		const gain = pairedBootstrap({ trueLabels, before, after, classes: 4 }, { resamples: 4000 });
		nearInterval(gain.accuracy, accuracyGain);
		nearInterval(gain.macroF1, macroF1Gain);
	});

	it('is zero between a prediction and itself', () => {
		const none = { estimate: 0, low: 0, high: 0 };
		const gain = pairedBootstrap({ trueLabels, before, after: before, classes: 4 }, { resamples: 50 });
		assert.deepEqual(gain, { accuracy: none, macroF1: none });
	});

	it('turns its sign when the two change places', () => {
		const options = { resamples: 300, seed: 5 };
		const there = pairedBootstrap({ trueLabels, before, after, classes: 4 }, options).accuracy;
		const back = pairedBootstrap({ trueLabels, before: after, after: before, classes: 4 }, options).accuracy;
		near(back.estimate, -there.estimate, 1e-12);
		near(back.low, -there.high, 1e-12);
		near(back.high, -there.low, 1e-12);
	});

	it('refuses predictions of another length', () => {
		const labels = { trueLabels, before, after: after.slice(1), classes: 4 };
		assert.throws(() => pairedBootstrap(labels), { message: 'Expected 400 labels for after but received 399.' });
	});
});

/** Labels of which `onlyBefore` images are right before alone, `onlyAfter` after alone, three both and two neither. */
function discordant(onlyBefore: number, onlyAfter: number) {
	const both = [...new Array<number>(3).fill(0), 1, 1];
	const before = [...new Array<number>(onlyBefore).fill(0), ...new Array<number>(onlyAfter).fill(1), ...both];
	const after = [...new Array<number>(onlyBefore).fill(1), ...new Array<number>(onlyAfter).fill(0), ...both];
	return { trueLabels: new Uint8Array(before.length), before, after, classes: 2 };
}

describe('mcNemar', () => {
	for (const { onlyBefore, onlyAfter, pValue } of fixture.mcNemar) {
		it(`agrees with SciPy's binomial test for ${onlyBefore} and ${onlyAfter}`, () => {
			const result = mcNemar(discordant(onlyBefore, onlyAfter));
			assert.deepEqual([result.onlyBefore, result.onlyAfter], [onlyBefore, onlyAfter]);
			near(result.pValue, pValue, 1e-9);
		});
	}

	it('agrees with a value worked by hand', () => {
		// 1 against 4: 2 * (C(5, 0) + C(5, 1)) / 2 ** 5 = 12 / 32.
		near(mcNemar(discordant(1, 4)).pValue, 0.375, 1e-12);
	});
});

describe('calibration', () => {
	it("has NumPy's bins and error on softmax probabilities", () => {
		const { logits, trueLabels, bins, expectedCalibrationError } = fixture.calibration;
		const probabilities = softmaxRows(Float32Array.from(logits), 5);
		const result = calibration({ probabilities, trueLabels, classes: 5 });
		assert.equal(result.bins.length, 15);
		result.bins.forEach((bin, index) => {
			const expected = bins[index];
			assert.equal(bin.count, expected.count);
			assert.equal(bin.accuracy, expected.accuracy);
			if (bin.confidence === null || expected.confidence === null) assert.equal(bin.confidence, expected.confidence);
			else near(bin.confidence, expected.confidence, 1e-6);
		});
		near(result.expectedCalibrationError, expectedCalibrationError, 1e-6);
	});

	it('agrees with values worked by hand', () => {
		// Confidences 0.5 (wrong), 0.75 (right), 0.75 (wrong), 1 (right); a bin holds its upper edge.
		const probabilities = Float32Array.of(0.5, 0.5, 0.75, 0.25, 0.25, 0.75, 0, 1);
		const result = calibration({ probabilities, trueLabels: [1, 0, 0, 1], classes: 2, bins: 4 });
		assert.deepEqual(result.bins, [
			{ from: 0, to: 0.25, count: 0, confidence: null, accuracy: null },
			{ from: 0.25, to: 0.5, count: 1, confidence: 0.5, accuracy: 0 },
			{ from: 0.5, to: 0.75, count: 2, confidence: 0.75, accuracy: 0.5 },
			{ from: 0.75, to: 1, count: 1, confidence: 1, accuracy: 1 },
		]);
		assert.equal(result.expectedCalibrationError, (0.5 * 1 + 0.25 * 2 + 0 * 1) / 4);
	});

	it('refuses what is no probability', () => {
		const refuse = (values: number[], message: RegExp) =>
			assert.throws(
				() => calibration({ probabilities: Float32Array.from(values), trueLabels: [0], classes: 2 }),
				message,
			);
		refuse([3, -1], /number between 0 and 1 for probabilities\[1\] but received -1/);
		refuse([0.5, 2], /a sum of 1 for probabilities, row 0 but received 2.5. Turn logits into probabilities/);
		refuse([0.5, 0.5, 0.5, 0.5], /2 labels for trueLabels but received 1/);
		const probabilities = Float32Array.of(0.5, 0.5);
		assert.throws(() => calibration({ probabilities, trueLabels: [0], classes: 2, bins: 0 }), /for bins/);
	});
});
