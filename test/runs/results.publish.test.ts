import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { evaluate } from '../../lib/evaluation/evaluate';
import {
	collectMetrics,
	collectResults,
	type Phases,
	publishRun,
	readResults,
	writeModel,
	writeResults,
} from '../../lib/runs/results';
import { drawRunFigures } from '../../lib/runs/runFigures';
import { readStoredModel } from '../../lib/runs/storedModel';
import { fineTune } from '../../lib/training/fineTune';
import type { Run } from '../../lib/training/run';
import { trainHead } from '../../lib/training/trainHead';
import { patterns, tinyRun } from '../fixtures/training/tinyRun';

const folder = mkdtempSync(join(tmpdir(), 'publish-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const target = join(folder, 'models', 'holdout');
let run: Run;
let phases: Phases;

before(async () => {
	run = tinyRun(folder, { dataset: { ...patterns(120), drawn: false } });
	phases = { phase1: await trainHead(run), phase2: await fineTune(run) };
	await writeResults(run, await collectResults(run, phases, await evaluate(run)));
});

describe('publishRun', () => {
	it('copies the model with its figures, and no face of the data set', async () => {
		const metrics = await publishRun(run.folder, target);
		const files = ['history.json', 'metrics.json', 'model.json', 'results.json', 'weights.bin'];
		assert.deepEqual(readdirSync(target).sort(), files);
		assert.deepEqual((await readStoredModel(target)).metrics, metrics);
		const whole = readFileSync(join(run.folder, 'results.json'), 'utf8');
		const published = readFileSync(join(target, 'results.json'), 'utf8');
		const { pixels } = (await readResults(run.folder)).data.samples[0][0];
		assert.ok(whole.includes(pixels) && !published.includes(pixels) && !published.includes('"pixels"'));
		const drawn: string[] = [];
		for await (const [name] of drawRunFigures(await readResults(target))) drawn.push(name);
		assert.deepEqual(drawn, [
			'Class Distribution',
			'Phase 1 Graphs',
			'Phase 2 graphs',
			'Confusion Matrix - Phase 2',
			'Confusion Matrix - TTA',
			'Reliability Diagram',
		]);
	});

	it('refuses a trial, drawn faces, and a run without an end', async () => {
		const metrics = collectMetrics(run, phases, (await evaluate(run)).scores, 'validation');
		await writeModel(run, { ...phases, metrics });
		await assert.rejects(publishRun(run.folder, target), { name: 'DataError', message: /one of a trial.*--trial/ });
		const drawn = { ...metrics, part: 'test', dataset: { ...metrics.dataset, drawn: true } } as const;
		await writeModel(run, { ...phases, metrics: drawn });
		await assert.rejects(publishRun(run.folder, target), { name: 'DataError', message: /one of drawn faces/ });
		await assert.rejects(publishRun(join(folder, 'nothing'), target), { name: 'DataError', message: /results\.json/ });
	});
});
