import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { EMOTIONS } from '../lib/emotions';
import type { Metrics } from '../lib/runs/results';
import { RUN_FIGURES } from '../lib/runs/runFigures';
import { assertSaved, type Executed, readExecuted, testExecuted } from './executed';

// Looks at what `npm test` has just executed: the notebook with the smoke profile.
const NAME = 'CNN with transfer learning.ipynb';
let executed: Executed;
let metrics: Metrics;

before(() => {
	executed = readExecuted('smoke', NAME);
	metrics = JSON.parse(readFileSync(join(executed.folder, 'metrics.json'), 'utf8'));
});

testExecuted('smoke', NAME);

test('each figure is shown, and saved as PNG', () => {
	const wrong = metrics.tta.accuracy < 1;
	const names = Object.keys(RUN_FIGURES).filter((name) => wrong || name !== 'Most Confident Mistakes');
	// And the annotated photo, which is not saved.
	assert.equal(executed.figures.length, names.length + 1);
	for (const name of names) assertSaved(executed, name);
});

test('drawn faces are said to be drawn in the banner and the printed results', () => {
	const html = executed.outputs.map(({ data }) => String(data?.['text/html'] ?? ''));
	assert.ok(html.some((text) => text.includes('sample faces drawn by this project')));
	assert.match(executed.printed, /SAMPLE FACES drawn by this project, not FER2013/);
});

test('metrics.json has what it promises, and the figures agree with each other', () => {
	assert.equal(metrics.profile, 'smoke');
	assert.equal(metrics.protocol, 'holdout');
	assert.equal(metrics.dataset.drawn, true);
	assert.equal(metrics.n, 70);
	assert.deepEqual(metrics.epochs, { phase1: 1, phase2: 1 });
	for (const scores of [metrics, metrics.tta]) {
		assert.deepEqual(Object.keys(scores.perClass), [...EMOTIONS]);
		const rows = scores.confusionMatrix.map((row) => row.reduce((sum, count) => sum + count, 0));
		assert.deepEqual(
			rows,
			EMOTIONS.map((emotion) => scores.perClass[emotion].support),
		);
		const hits = scores.confusionMatrix.reduce((sum, row, label) => sum + row[label], 0);
		assert.ok(Math.abs(hits / metrics.n - scores.accuracy) < 1e-12);
		const { low, high } = scores.intervals.accuracy;
		assert.ok(low <= scores.accuracy && scores.accuracy <= high);
	}
	const gain = metrics.tta.accuracy - metrics.accuracy;
	assert.ok(Math.abs(gain - metrics.gain.accuracy.estimate) < 1e-12);
});
