import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeDataset } from '../../lib/data/dataset';
import { type Evaluation, evaluate } from '../../lib/evaluation/evaluate';
import { formatOther } from '../../lib/runs/reportText';
import { collectResults, writeResults } from '../../lib/runs/results';
import { asTrained, evaluateStored, readStoredModel } from '../../lib/runs/storedModel';
import { tf } from '../../lib/tensorflow/tf';
import { fineTune } from '../../lib/training/fineTune';
import { trainHead } from '../../lib/training/trainHead';
import { bytesOf } from '../data/bytesOf';
import { tinyRun } from '../fixtures/training/tinyRun';
import { near } from '../tensorflow/tensors';

const folder = mkdtempSync(join(tmpdir(), 'stored-model-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const run = tinyRun(folder, { config: { protocol: 'holdout' } });
const modelFolder = join(run.folder, 'model');
let evaluation: Evaluation;

before(async () => {
	const phases = { phase1: await trainHead(run), phase2: await fineTune(run) };
	evaluation = await evaluate(run);
	await writeResults(run, await collectResults(run, phases, evaluation));
});

describe('a stored model', () => {
	it('gives on its test images what the run gave, with and without TTA', async () => {
		const stored = await readStoredModel(modelFolder);
		// The tiny network is not in the registry.
		const trained = { ...asTrained(stored, run.dataset, 'holdout'), backbone: run.backbone };
		const again = await evaluate(trained);
		assert.deepEqual(again.trueLabels, evaluation.trueLabels);
		near(again.plain, evaluation.plain, 5e-3);
		near(again.tta, evaluation.tta, 5e-3);
		const { n, tta, protocol } = again.scores;
		const { accuracy } = evaluation.scores.tta;
		assert.deepEqual([n, protocol, tta.views], [24, 'holdout', 'six']);
		assert.ok(Math.abs(tta.accuracy - accuracy) < 0.05);
	});

	it('is not judged under another protocol or on other data', async () => {
		const stored = await readStoredModel(modelFolder);
		assert.throws(() => asTrained(stored, run.dataset, 'official'), {
			name: 'RangeError',
			message: /^Expected holdout, as the model was trained, for protocol but received "official"\. Test images/,
		});
		const { emotions, labels, shape } = run.dataset;
		const pixels = bytesOf(run.dataset).map((value, i) => (i === 0 ? 255 - value : value));
		const other = makeDataset({ name: 'other', drawn: true, shape, pixels, labels, emotions });
		assert.throws(() => asTrained(stored, other, 'holdout'), {
			name: 'DataError',
			message: /patterns.*other.*divided/,
		});
		const { dataset } = stored.metrics;
		const ofPhotos = {
			...stored,
			metrics: { ...stored.metrics, dataset: { ...dataset, name: 'FER2013', drawn: false } },
		};
		assert.throws(() => asTrained(ofPhotos, other, 'holdout'), { message: /FER2013.*other.*Set FER2013_PATH/ });
	});

	it('is judged on other data by the classes that both have, on the test part where there is one', async () => {
		const stored = await readStoredModel(modelFolder);
		const { emotions, pixels, labels, shape, fingerprint } = run.dataset;
		const renamed = emotions.map((name, label) => (label === 0 ? 'somebody else’s' : name.toUpperCase()));
		const usage = Uint8Array.from(labels, (_, index) => (index % 2 === 0 ? 0 : 3));
		const other = makeDataset({ name: 'other', shape, pixels, labels, emotions: renamed, usage });
		const scores = await evaluateStored(stored, other, { views: 'single' });
		const left = [...labels].filter((label) => label === 0).length;
		assert.deepEqual(scores.dropped, { 'somebody else’s': left });
		assert.equal(scores.n, [...labels].filter((label, index) => label !== 0 && index % 2 === 1).length);
		assert.ok(!scores.present.includes(0) && scores.presentClasses?.ways === scores.present.length);
		assert.notEqual(scores.dataset.fingerprint, fingerprint);
		assert.match(formatOther(scores), /^other, by a model trained as .*\nleft out {5}\d+ somebody else’s/);
	});

	it('is told by its folder where it is none', async () => {
		await assert.rejects(readStoredModel(join(folder, 'nothing')), {
			name: 'DataError',
			message: /nothing.*npx fer train/,
		});
	});

	it('is refused where its files contradict each other, and both are named', async () => {
		const metrics = JSON.parse(readFileSync(join(modelFolder, 'metrics.json'), 'utf8'));
		const { [run.dataset.emotions[5]]: _, ...fewer } = metrics.perClass;
		const cases: [object, RegExp][] = [
			[
				{ config: { ...metrics.config, imageSize: 64 } },
				/^Expected imageSize 16, as in model\.json, in metrics\.json of .* but received 64\. Copy both/,
			],
			[
				{ config: { ...metrics.config, backbone: 'vgg16' } },
				/^Expected backbone \S+, as in model\.json, in metrics\.json of .* but received vgg16\./,
			],
			[
				{ perClass: fewer },
				/^Expected emotions columns,.*checks, as in model\.json, in metrics\.json of .* but received columns/,
			],
		];
		for (const [changes, message] of cases) {
			const place = join(folder, 'contradicting');
			cpSync(modelFolder, place, { recursive: true });
			writeFileSync(join(place, 'metrics.json'), JSON.stringify({ ...metrics, ...changes }));
			const { numTensors } = tf.memory();
			await assert.rejects(readStoredModel(place), { name: 'DataError', message });
			assert.equal(tf.memory().numTensors, numTensors);
		}
	});

	it('is refused where model.json does not say what its outputs mean', async () => {
		const place = join(folder, 'silent');
		cpSync(modelFolder, place, { recursive: true });
		const { userDefinedMetadata, ...file } = JSON.parse(readFileSync(join(place, 'model.json'), 'utf8'));
		for (const metadata of [undefined, { ...userDefinedMetadata, emotions: ['happy'] }]) {
			writeFileSync(join(place, 'model.json'), JSON.stringify({ ...file, userDefinedMetadata: metadata }));
			await assert.rejects(readStoredModel(place), {
				name: 'DataError',
				message: /^Expected emotions \(6\), backbone and imageSize in the metadata in model\.json of /,
			});
		}
	});
});
