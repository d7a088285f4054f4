import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { before, test } from 'node:test';
import { EMOTIONS } from '../lib/emotions';
import type { Metrics } from '../lib/results';
import { RUN_FIGURES } from '../lib/runFigures';

// Looks at what `npm test` has just executed: the notebook with the smoke profile.
const PROJECT = resolve(__dirname, '..');
const FOLDER = join(PROJECT, 'runs', 'smoke');
const NOTEBOOK = join(FOLDER, 'CNN with transfer learning.ipynb');

interface Output {
	readonly output_type: string;
	readonly text?: string | string[];
	readonly data?: Readonly<Record<string, unknown>>;
}
interface Cell {
	readonly cell_type: string;
	readonly execution_count?: number | null;
	readonly source: string[];
	readonly outputs?: readonly Output[];
}

let cells: Cell[];
let metrics: Metrics;

before(() => {
	cells = JSON.parse(readFileSync(NOTEBOOK, 'utf8')).cells.filter(({ cell_type }: Cell) => cell_type === 'code');
	metrics = JSON.parse(readFileSync(join(FOLDER, 'metrics.json'), 'utf8'));
});

const outputs = () => cells.flatMap((cell) => cell.outputs ?? []);
const printed = () =>
	outputs()
		.flatMap(({ text = '' }) => (Array.isArray(text) ? text : [text]))
		.join('');

test('every cell was executed, in order, without an error', () => {
	assert.deepEqual(
		cells.map(({ execution_count }) => execution_count),
		cells.map((_, i) => i + 1),
	);
	assert.equal(outputs().filter(({ output_type }) => output_type === 'error').length, 0);
	assert.doesNotMatch(printed(), /Error:|\bat .*\.js:\d+/);
});

test('cells are at most 15 lines long', () => {
	for (const { source } of cells) assert.ok(source.length <= 15, source.join(''));
});

test('each figure is shown, interactive and as a picture, and saved as PNG', () => {
	const shown = outputs().filter(({ data }) => data && 'image/png' in data);
	const wrong = metrics.tta.accuracy < 1;
	const names = Object.keys(RUN_FIGURES).filter((name) => wrong || name !== 'Most Confident Mistakes');
	// And the annotated photo, which is not saved.
	assert.equal(shown.length, names.length + 1);
	for (const { data } of shown) assert.ok(data && 'application/vnd.plotly.v1+json' in data);
	for (const name of names) {
		const bytes = readFileSync(join(FOLDER, 'images', `${name}.png`));
		assert.equal(bytes.toString('latin1', 1, 4), 'PNG');
		assert.ok(bytes.length > 5000, `${name} has only ${bytes.length} bytes`);
	}
});

test('drawn faces are said to be drawn: in the banner, the figures and the printed results', () => {
	const html = outputs().map(({ data }) => String(data?.['text/html'] ?? ''));
	assert.ok(html.some((text) => text.includes('sample faces drawn by this project')));
	const figures = outputs().map(({ data }) => JSON.stringify(data?.['application/vnd.plotly.v1+json'] ?? ''));
	for (const figure of figures.filter((text) => text.length > 2)) assert.match(figure, /drawn by this project/);
	assert.match(printed(), /SAMPLE FACES drawn by this project, not FER2013/);
});

test('metrics.json has what it promises, and the figures agree with each other', () => {
	assert.equal(metrics.profile, 'smoke');
	assert.equal(metrics.protocol, 'seed');
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

test('the executed notebook is small, has its HTML beside it and holds no path of this machine', () => {
	assert.ok(statSync(NOTEBOOK).size < 2e6);
	assert.ok(statSync(NOTEBOOK.replace('.ipynb', '.html')).size > 1e5);
	const text = readFileSync(NOTEBOOK, 'utf8');
	for (const path of [PROJECT, homedir()]) assert.ok(!text.includes(path), path);
});
