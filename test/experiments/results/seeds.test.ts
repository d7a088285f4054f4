import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sameButSeed, seedTable } from '../../../experiments/results/seeds';
import type { PartialConfig } from '../../../lib/config';
import type { Metrics } from '../../../lib/evaluation/storedMetrics';
import { createConfig } from '../../../lib/profiles';

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
