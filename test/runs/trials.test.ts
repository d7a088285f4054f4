import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Metrics } from '../../lib/evaluation/storedMetrics';
import { appendTrial } from '../../lib/runs/trials';
import { temporaryFolder } from '../data/readers/sources';
import { tinyRun } from '../fixtures/training/tinyRun';

describe('appendTrial', () => {
	it('writes the header once and a line a trial, with quotes as CSV has them', async (context) => {
		const file = join(temporaryFolder(context), 'trials.csv');
		const { config, split } = tinyRun('unused', { config: { protocol: 'holdout', backbone: 'mobilenet-v2' } });
		const metrics = {
			name: 'tiny',
			config,
			split: { train: split.train.length },
			epochs: { phase1: 2, phase2: 2 },
			seconds: 73.4,
			accuracy: 0.6543219,
			macroF1: 0.5,
			tta: { views: 'six', accuracy: 0.7, macroF1: 0.61 },
		} as Metrics;
		const date = new Date('2026-01-02T23:00:00Z');
		await appendTrial(file, metrics, date);
		await appendTrial(file, { ...metrics, name: 'other' }, date);
		const lines = readFileSync(file, 'utf8').split('\n');
		assert.equal(lines.length, 4);
		assert.equal(lines[3], '');
		assert.match(lines[0], /^date,run,protocol,seed,changes,epochs,images,seconds,accuracy,macroF1,/);
		assert.match(
			lines[1],
			/^2026-01-02,tiny,holdout,42,"backbone=""mobilenet-v2"" imageSize=16 .*",2,\d+,73,0.6543,0.5000,six,0.7000,0.6100$/,
		);
		assert.match(lines[2], /^2026-01-02,other,/);
		writeFileSync(file, lines.slice(0, 2).join('\n'));
		await appendTrial(file, { ...metrics, name: 'a, "b"' }, date);
		const [header, first, last] = readFileSync(file, 'utf8').split('\n');
		assert.deepEqual([header, first], lines.slice(0, 2));
		assert.match(last, /^2026-01-02,"a, ""b""",holdout,/);
	});

	it('loses no line where several trials end together', async (context) => {
		const file = join(temporaryFolder(context), 'trials.csv');
		const { config, split } = tinyRun('unused');
		const [epochs, tta] = [
			{ phase1: 2, phase2: 2 },
			{ views: 'six', accuracy: 0.7, macroF1: 0.6 },
		];
		const metrics = {
			config,
			split: { train: split.train.length },
			epochs,
			seconds: 1,
			accuracy: 0.5,
			macroF1: 0.5,
			tta,
		};
		const names = Array.from({ length: 12 }, (_, i) => `trial-${i}`);
		await Promise.all(names.map((name) => appendTrial(file, { ...metrics, name } as unknown as Metrics)));
		const [header, ...lines] = readFileSync(file, 'utf8').trim().split('\n');
		assert.match(header, /^date,run/);
		assert.deepEqual(lines.map((line) => line.split(',')[1]).sort(), names.sort());
	});
});
