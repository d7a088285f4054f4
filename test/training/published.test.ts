import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Config, PartialConfig } from '../../lib/config';
import type { Dataset } from '../../lib/data/dataset';
import { sampleFaces } from '../../lib/data/sampleFaces/sampleFaces';
import { calibrate } from '../../lib/evaluation/calibration';
import { evaluate } from '../../lib/evaluation/evaluate';
import { predict } from '../../lib/evaluation/predict';
import { createConfig } from '../../lib/profiles';
import { collectResults, writeResults } from '../../lib/runs/results';
import { fineTune } from '../../lib/training/fineTune';
import { openRun, type Run } from '../../lib/training/run';
import { trainHead } from '../../lib/training/trainHead';
import { near } from '../tensorflow/tensors';

const NOTE = 'Taken from models/shown, which was trained with these settings and data; nothing was trained here.';
const project = mkdtempSync(join(tmpdir(), 'published-'));
const shown = join(project, 'models', 'shown');
after(() => rmSync(project, { recursive: true, force: true }));

const configOf = (changes: PartialConfig = {}) =>
	createConfig('smoke', { imageSize: 32, validationFraction: 0.2, ...changes });
const open = (config: Config, published?: string) =>
	openRun({ name: published ? 'taken' : 'trained', config, dataset, projectFolder: project, published });
const logitsOf = ({ classifier, dataset, split, config, backbone }: Run) =>
	predict(classifier.model, dataset, split.test, { backbone, imageSize: config.imageSize });

let dataset: Dataset;
let trained: Run;
let histories: object;
let calibration: object;
before(async () => {
	symlinkSync(resolve(__dirname, '../../.venv'), join(project, '.venv'));
	dataset = await sampleFaces({ size: 70, seed: 1 });
	trained = await open(configOf());
	const [phase1, phase2] = [await trainHead(trained), await fineTune(trained)];
	const temperature = await calibrate(trained);
	const phases = { phase1, phase2, calibration: temperature };
	await writeResults(trained, await collectResults(trained, phases, await evaluate(trained)));
	cpSync(join(trained.folder, 'model'), shown, { recursive: true });
	[histories, calibration] = [[phase1.history, phase2.history], temperature];
	// Published models need no pretrained weights, and an old one says `seed` for `holdout`.
	rmSync(join(project, '.venv'));
	const metrics = JSON.parse(readFileSync(join(shown, 'metrics.json'), 'utf8'));
	delete metrics.config.distillation;
	writeFileSync(
		join(shown, 'metrics.json'),
		JSON.stringify({ ...metrics, config: { ...metrics.config, protocol: 'seed' } }),
	);
});

describe('a run of a published training', () => {
	it('takes over history, weights and calibration, and trains nothing', async () => {
		const run = await open(configOf(), 'models/shown');
		const [phase1, phase2] = [await trainHead(run), await fineTune(run)];
		assert.deepEqual([phase1.notes, phase2.notes], [[NOTE], [NOTE]]);
		assert.deepEqual([phase1.history, phase2.history], histories);
		assert.deepEqual(await calibrate(run), calibration);
		near(await logitsOf(run), await logitsOf(trained), 1e-2);
		assert.ok(!existsSync(join(run.folder, 'phase1')));
		assert.equal((await open(configOf(), shown)).published?.name, 'models/shown');
	});

	it('refuses other settings or data, and says which', async () => {
		const changes = { seed: 3, phase2: { clipNorm: 1 }, distillation: { teachers: ['first'] } };
		await assert.rejects(open(configOf(changes), 'models/shown'), {
			name: 'DataError',
			message:
				'Expected the settings and data of this run in models/shown but received seed was 42 and is 3; phase2.clipNorm was 2 ' +
				'and is 1; distillation was undefined and is {"teachers":["first"],"teacherFraction":0.5}. ' +
				'Use its settings and data, or train without a published model.',
		});
		const other = await sampleFaces({ size: 70, seed: 2 });
		const options = { name: 'taken', config: configOf(), dataset: other, projectFolder: project };
		await assert.rejects(openRun({ ...options, published: 'models/shown' }), /data was "[0-9a-f]{64}" and is/);
		await assert.rejects(open(configOf(), 'models/absent'), {
			name: 'DataError',
			message: /^Expected metrics\.json in the folder models\/absent but received no such folder/,
		});
	});
});
