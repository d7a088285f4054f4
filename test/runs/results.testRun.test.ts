import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { subset } from '../../lib/data/dataset';
import { evaluate } from '../../lib/evaluation/evaluate';
import { readMetrics } from '../../lib/evaluation/storedMetrics';
import { type Phases, publishRun, type Results, readResults, testRun } from '../../lib/runs/results';
import { fineTune } from '../../lib/training/fineTune';
import type { PublishedTraining } from '../../lib/training/published';
import type { Run } from '../../lib/training/run';
import { trainHead } from '../../lib/training/trainHead';
import { patterns, tinyRun } from '../fixtures/training/tinyRun';

const folder = mkdtempSync(join(tmpdir(), 'test-run-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const published = { folder: join(folder, 'models', 'tiny') } as PublishedTraining;
let run: Run;
let phases: Phases;
let results: Results;

before(async () => {
	run = tinyRun(folder, { dataset: { ...patterns(120), drawn: false } });
	phases = { phase1: await trainHead(run), phase2: await fineTune(run) };
	results = await testRun(run, phases);
});

describe('testRun', () => {
	it('evaluates the test part and writes results, metrics and model', async () => {
		assert.deepEqual(await readResults(run.folder), results);
		assert.deepEqual(await readMetrics(run.folder), results.metrics);
		assert.deepEqual(readdirSync(join(run.folder, 'model')).sort(), [
			'history.json',
			'metrics.json',
			'model.json',
			'weights.bin',
		]);
		const { scores } = await evaluate(run);
		assert.equal(results.metrics.part, 'test');
		assert.deepEqual({ ...results.metrics, ...scores }, results.metrics);
	});

	it('takes over published results with the faces of the data, and does not test again', async () => {
		await publishRun(run.folder, published.folder);
		const reader = { ...run, name: 'reader', folder: join(folder, 'runs', 'reader'), published };
		// As if another machine had given other numbers: they are not asked for.
		const taken = await testRun(reader, { phase1: { history: [], notes: [] }, phase2: { history: [], notes: [] } });
		assert.deepEqual(taken, results);
		assert.deepEqual(await readResults(reader.folder), results);
		assert.deepEqual(await readMetrics(reader.folder), results.metrics);
		const weights = (at: string) => readFileSync(join(at, 'model', 'weights.bin'));
		assert.deepEqual(weights(reader.folder), weights(run.folder));
	});

	it('refuses published results of other test images', async () => {
		const labels = run.dataset.labels.map((label) => (label + 1) % 6);
		const other = { ...run, dataset: { ...run.dataset, labels }, published };
		await assert.rejects(testRun(other, phases), { name: 'DataError', message: /the labels of these test images/ });
		const fewer = { ...run, dataset: subset(run.dataset, [0, 1]), published };
		await assert.rejects(testRun(fewer, phases), { name: 'DataError' });
		const missing = { ...run, published: { folder: join(folder, 'models', 'none') } as PublishedTraining };
		await assert.rejects(testRun(missing, phases), { name: 'DataError', message: /results\.json.*models\/none/ });
	});
});
