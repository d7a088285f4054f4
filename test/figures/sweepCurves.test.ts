import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sweepCurves } from '../../lib/figures/sweepCurves';
import type { EpochRecord } from '../../lib/training/epochRecord';
import type { SweepTrial } from '../../lib/training/sweepTrial';

const trial = (name: string, status: SweepTrial['status'], accuracies: readonly number[]): SweepTrial => ({
	...{ name, status, settings: {} },
	history: accuracies.map((validationAccuracy, i) => ({ epoch: i + 1, validationAccuracy }) as EpochRecord),
});

test('sweepCurves draws the accuracy in percent at each epoch, one entry of the legend a kind, the best last', () => {
	const trials = [
		trial('a', 'finished', [0.25, 0.5]),
		trial('b', 'finished', [0.5, 0.75]),
		trial('c', 'stopped', [0.125]),
		trial('d', 'finished', [0.25, 0.625]),
		trial('e', 'failed', []),
	];
	const { data } = sweepCurves({ trials });
	const drawn = data.map((line) => ({ ...line })) as { name: string; x: number[]; y: number[]; showlegend: boolean }[];
	assert.deepEqual(
		drawn.map(({ name, x, y, showlegend }) => [name, x, y, showlegend]),
		[
			['stopped early', [1], [12.5], true],
			['finished', [1, 2], [25, 50], true],
			['finished', [1, 2], [25, 62.5], false],
			['best', [1, 2], [50, 75], true],
		],
	);
});
