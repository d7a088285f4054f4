import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parallelCoordinates } from '../../lib/figures/parallelCoordinates';
import type { EpochRecord } from '../../lib/training/epochRecord';
import type { SweepTrial } from '../../lib/training/sweepTrial';

const SPACE = {
	'phase2.learningRate': { min: 1e-4, max: 1e-2, log: true, integer: false },
	'phase2.epochs': { min: 4, max: 8, log: false, integer: true },
	backbone: { choices: ['vgg16', 'resnet50'] },
};

function trial(name: string, values: readonly unknown[], accuracy: number, status: SweepTrial['status']): SweepTrial {
	const settings = Object.fromEntries(Object.keys(SPACE).map((setting, i) => [setting, values[i]]));
	return { name, settings, status, history: [{ epoch: 1, validationAccuracy: accuracy } as EpochRecord] };
}

const TRIALS = [
	trial('weak', [1e-4, 4, 'vgg16'], 0.4, 'stopped'),
	trial('spoilt', [1e-2, 8, 'vgg16'], 0.7, 'failed'),
	trial('best', [1e-3, 7, 'resnet50'], 0.6, 'finished'),
	trial('middling', [1e-2, 6, 'resnet50'], 0.5, 'finished'),
];

const { data, layout } = parallelCoordinates({ trials: TRIALS, space: SPACE });
const heightsOf = (name: string) => {
	const line = data.find((each) => each.name === name);
	return (line && 'y' in line ? (line.y as number[]) : []).map((height) => Number(height.toFixed(6)));
};

test('parallelCoordinates puts each value at its height, by its logarithm where the range is logarithmic', () => {
	assert.deepEqual(heightsOf('weak'), [0, 0, 0.25, 0]);
	assert.deepEqual(heightsOf('best'), [0.5, 0.75, 0.75, 1]);
	assert.deepEqual(heightsOf('middling'), [1, 0.5, 0.75, 0.5]);
});

test('parallelCoordinates ends failed trials before the accuracy, and draws the best one last', () => {
	assert.deepEqual(heightsOf('spoilt'), [1, 1, 0.25]);
	assert.deepEqual(
		data.map(({ name }) => name),
		['spoilt', 'weak', 'middling', 'best'],
	);
});

test('parallelCoordinates names its axes and their ticks', () => {
	const texts = (layout.annotations ?? []).map(({ text }) => text);
	for (const text of ['phase2.epochs', '0.0001', '0.001', '0.01', 'vgg16', 'accuracy (%)', '40', '45', '60']) {
		assert.ok(texts.includes(text), text);
	}
});

test('parallelCoordinates draws trials without an accuracy, and a single trial', () => {
	assert.equal(parallelCoordinates({ trials: [TRIALS[1]], space: SPACE }).data.length, 1);
	const [only] = parallelCoordinates({ trials: [TRIALS[2]], space: SPACE }).data;
	assert.deepEqual('y' in only && (only.y as number[]).at(-1), 0.5);
});
