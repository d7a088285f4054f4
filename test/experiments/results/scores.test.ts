import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { summaryTable } from '../../../experiments/results/scores';
import type { Metrics } from '../../../lib/evaluation/storedMetrics';

/** A published model, as far as the table of scores reads it; intervals reach a hundredth to both sides. */
function published(name: string, protocol: string, accuracy: number) {
	const interval = (value: number) => ({ estimate: value, low: value - 0.01, high: value + 0.01 });
	const scores = (value: number) => ({ intervals: { accuracy: interval(value), macroF1: interval(value - 0.05) } });
	const withoutCopies = { n: 3301, ...scores(0), tta: scores(accuracy - 0.02) };
	const metrics = { protocol, seed: 42, n: 3589, ...scores(0), tta: scores(accuracy), withoutCopies };
	return { name, metrics: metrics as unknown as Metrics };
}

describe("the README's table of scores", () => {
	const official = published('official-distilled', 'official', 0.725);
	const models = [published('official', 'official', 0.71), published('holdout-distilled', 'holdout', 0.72), official];

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
