import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Evaluation } from '../../lib/evaluation/evaluate';
import { appendTrial, type Trial } from '../../lib/runs/trials';
import { tinyRun } from '../fixtures/training/tinyRun';
import { temporaryFolder } from '../readers/sources';

const views = (accuracy: number, macroF1: number) => ({ report: { accuracy, macroF1 } });
const history = (...seconds: number[]) => ({ history: seconds.map((each) => ({ seconds: each })), notes: [] });

describe('appendTrial', () => {
	it('writes the header once and a line a trial, with quotes as CSV has them', async (context) => {
		const file = join(temporaryFolder(context), 'trials.csv');
		const run = tinyRun('unused', { config: { protocol: 'holdout', backbone: 'mobilenet-v2' } });
		const trial = {
			run,
			phase1: history(1, 2),
			phase2: history(30.4, 40),
			evaluation: { plain: views(0.6543219, 0.5), tta: views(0.7, 0.61) } as unknown as Evaluation,
			date: new Date('2026-01-02T23:00:00Z'),
		} as unknown as Trial;
		await appendTrial(file, trial);
		await appendTrial(file, { ...trial, run: { ...run, name: 'other' } });
		const lines = readFileSync(file, 'utf8').split('\n');
		assert.equal(lines.length, 4);
		assert.equal(lines[3], '');
		assert.match(lines[0], /^date,run,protocol,seed,changes,epochs,images,seconds,accuracy,macroF1,/);
		assert.match(
			lines[1],
			/^2026-01-02,tiny,holdout,42,"backbone=""mobilenet-v2"" imageSize=16 .*",2,\d+,73,0.6543,0.5000,six,0.7000,0.6100$/,
		);
		assert.match(lines[2], /^2026-01-02,other,/);
	});
});
