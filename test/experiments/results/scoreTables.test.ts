import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sameButSeed, seedTable, significanceTable, summaryTable } from '../../../experiments/results/scoreTables';
import type { PartialConfig } from '../../../lib/config';
import type { Metrics } from '../../../lib/evaluation/storedMetrics';
import { createConfig } from '../../../lib/profiles';

/** A published model, as far as the table of scores reads it; intervals reach a hundredth to both sides. */
function scored(name: string, protocol: string, accuracy: number) {
	const interval = (value: number) => ({ estimate: value, low: value - 0.01, high: value + 0.01 });
	const scores = (value: number) => ({ intervals: { accuracy: interval(value), macroF1: interval(value - 0.05) } });
	const withoutCopies = { n: 3301, ...scores(0), tta: scores(accuracy - 0.02) };
	const metrics = { protocol, seed: 42, n: 3589, ...scores(0), tta: scores(accuracy), withoutCopies };
	return { name, metrics: metrics as unknown as Metrics };
}

describe("the README's table of scores", () => {
	const official = scored('official-distilled', 'official', 0.725);
	const models = [scored('official', 'official', 0.71), scored('holdout-distilled', 'holdout', 0.72), official];

	it('has the original and the best model of each protocol, with TTA', () => {
		assert.deepEqual(summaryTable(models).split('\n').slice(2), [
			'| the original with TTA | `holdout` | 7,178 | 70.37 % | 0.68 |',
			'| `models/holdout-distilled` with TTA | `holdout`, seed 42 | 3,589 | **72.00 %** (71.00 % to 73.00 %) | **0.6700** (0.6600 to 0.6800) |',
			'| `models/official-distilled` with TTA | `official`, seed 42 | 3,589 | **72.50 %** (71.50 % to 73.50 %) | **0.6750** (0.6650 to 0.6850) |',
			'| `models/official-distilled` with TTA, without exact copies of training images | `official`, seed 42 | 3,301 | **70.50 %** (69.50 % to 71.50 %) | **0.6550** (0.6450 to 0.6650) |',
		]);
	});

	it('leaves out models that are not published', () => {
		assert.equal(summaryTable([official]).split('\n').length, 2 + 3);
	});
});

/** A finished run, as far as the table of seeds reads it. */
function metricsOf(profile: string, changes?: PartialConfig): Metrics {
	const config = createConfig('distilled', { protocol: 'official', ...changes });
	const some = { accuracy: 0.7, macroF1: 0.65 };
	const known = {
		name: profile,
		config,
		seed: config.seed,
		protocol: config.protocol,
		dataset: { fingerprint: 'a1', name: 'FER2013', drawn: false },
		n: 3589,
		...some,
		tta: { accuracy: 0.71, macroF1: 0.66 },
		withoutCopies: { n: 3301, ...some, tta: { accuracy: 0.69, macroF1: 0.64 } },
	};
	return known as unknown as Metrics;
}

const published = [
	{ name: 'holdout', metrics: metricsOf('holdout', { protocol: 'holdout' }) },
	{ name: 'official', metrics: metricsOf('official') },
];

describe('a second seed', () => {
	it('belongs to the model whose settings it shares', () => {
		assert.equal(sameButSeed(metricsOf('again', { seed: 1 }), published), 'official');
		assert.equal(sameButSeed(metricsOf('again', { seed: 1, protocol: 'holdout' }), published), 'holdout');
	});

	it('is refused with other settings, other data or the same seed', () => {
		const longer = metricsOf('longer', { seed: 1, phase2: { epochs: 30 } });
		assert.throws(
			() => sameButSeed(longer, published),
			/runs\/longer differs by more than its seed from each of models\/holdout, models\/official/,
		);
		const other = metricsOf('other', { seed: 1 });
		const data = { ...other, dataset: { ...other.dataset, fingerprint: 'b2' } };
		assert.throws(() => sameButSeed(data, published), /runs\/other differs by more than its seed/);
		assert.throws(() => sameButSeed(metricsOf('same'), published), /the seed of models\/official, 42/);
	});

	it('shows means, computed by hand', () => {
		const { machine } = metricsOf('any');
		const scores = (seed: number, accuracy: number) => ({
			model: 'official',
			seed,
			n: 3589,
			seconds: 60,
			machine,
			plain: { accuracy, macroF1: 0.6 },
			tta: { accuracy: accuracy + 0.02, macroF1: 0.69 },
			withoutCopies: { n: 3301, accuracy: 0.7 },
		});
		const lines = seedTable(published, [scores(1, 0.71), scores(2, 0.72)]).split('\n');
		assert.deepEqual(lines.slice(2), [
			'| `models/official` | `official` | 42, 1, 2 | 3,589 | **71.00 %** (70.00 %, 71.00 %, 72.00 %) | **72.67 %** (71.00 %, 73.00 %, 74.00 %) | **0.6800** (0.6600, 0.6900, 0.6900) | **69.67 %** (69.00 %, 70.00 %, 70.00 %) |',
		]);
		assert.match(seedTable(published, []), /No recipe has been trained with a second seed yet/);
	});
});

/** Answers in base64 of a network that is certain of each label. */
function answers(trueLabels: readonly number[], predictedLabels: readonly number[]) {
	const rows = Float32Array.from(predictedLabels.flatMap((label) => [0, 1, 2].map((each) => Number(each === label))));
	return { trueLabels, probabilities: Buffer.from(rows.buffer).toString('base64') };
}

describe("the table of McNemar's test", () => {
	const trueLabels = [0, 1, 2, 0, 1, 2, 0, 1];
	// Only the first is right once, only the second five times: p = 2 (1 + 6) / 2^6.
	const official = answers(trueLabels, [0, 0, 0, 1, 2, 0, 0, 1]);
	const distilled = answers(trueLabels, [1, 1, 2, 0, 1, 2, 0, 1]);

	it('counts the images that only one of two models reads correctly', () => {
		const lines = significanceTable({ official, 'official-distilled': distilled }).split('\n');
		assert.deepEqual(lines.slice(2), ['| `models/official` | `models/official-distilled` | 8 | 1 | 5 | 0.2188 |']);
	});

	it('leaves out pairs that are not complete, and refuses pairs with different test images', () => {
		assert.equal(significanceTable({ official }).split('\n').length, 2);
		const other = answers([...trueLabels].reverse(), trueLabels);
		assert.throws(() => significanceTable({ official, 'official-distilled': other }), /tested on different images/);
	});
});
