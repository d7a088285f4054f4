import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gatherPixels } from '../../lib/data/dataset';
import { type Evaluation, evaluate } from '../../lib/evaluation/evaluate';
import { softmaxRows } from '../../lib/evaluation/metrics';
import { predict } from '../../lib/evaluation/predict';
import type { Metrics } from '../../lib/evaluation/storedMetrics';
import { loadModel } from '../../lib/model/modelFile';
import { collectResults, type Results, readResults, writeResults } from '../../lib/runs/results';
import { drawRunFigures, RUN_FIGURES } from '../../lib/runs/runFigures';
import { fromBase64 } from '../../lib/runs/storedFaces';
import { tf } from '../../lib/tensorflow/tf';
import { fineTune } from '../../lib/training/fineTune';
import type { Run } from '../../lib/training/run';
import { trainHead } from '../../lib/training/trainHead';
import type { PhaseResult } from '../../lib/training/trainPhase';
import { tinyRun } from '../fixtures/training/tinyRun';
import { near } from '../tensorflow/tensors';

let folder: string;
let run: Run;
let phases: Record<'phase1' | 'phase2', PhaseResult>;
let evaluation: Evaluation;
let results: Results;

before(async () => {
	folder = mkdtempSync(join(tmpdir(), 'results-'));
	run = tinyRun(folder);
	phases = { phase1: await trainHead(run), phase2: await fineTune(run) };
	evaluation = await evaluate(run);
	results = await collectResults(run, phases, evaluation);
	await writeResults(run, results);
});
after(() => rmSync(folder, { recursive: true, force: true }));

describe('collectResults', () => {
	it('has in its metrics all that the issue promises', () => {
		const { metrics } = results;
		const { train, validation, test } = run.split;
		const histories = [...phases.phase1.history, ...phases.phase2.history];
		const { machine, perClass, confusionMatrix, intervals, tta, gain, withoutCopies, ...plain } = metrics;
		assert.deepEqual(plain, {
			name: 'tiny',
			part: 'test',
			protocol: 'holdout',
			split: { train: train.length, validation: validation.length, test: test.length },
			n: 24,
			seed: 42,
			dataset: { name: 'patterns', drawn: true, fingerprint: run.dataset.fingerprint },
			backbone: run.config.backbone,
			epochs: { phase1: 2, phase2: 2 },
			seconds: histories.reduce((sum, { seconds }) => sum + seconds, 0),
			accuracy: evaluation.scores.accuracy,
			macroF1: evaluation.scores.macroF1,
			ways: run.dataset.emotions.length,
			expectedCalibrationError: evaluation.scores.expectedCalibrationError,
			config: run.config,
		});
		assert.deepEqual(Object.keys(machine), ['cpu', 'cores', 'node', 'tfjs', 'tensorflow']);
		assert.deepEqual(Object.keys(perClass), [...run.dataset.emotions]);
		assert.deepEqual(perClass, evaluation.scores.perClass);
		assert.deepEqual(Object.keys(perClass.rows), ['precision', 'recall', 'f1', 'support']);
		assert.deepEqual(confusionMatrix, evaluation.scores.confusionMatrix);
		assert.deepEqual([intervals, gain], [evaluation.scores.intervals, evaluation.scores.gain]);
		assert.deepEqual([withoutCopies.n, withoutCopies.accuracy], [24, plain.accuracy]);
		assert.equal(withoutCopies.tta.macroF1, tta.macroF1);
		assert.deepEqual([tta.views, tta.average], ['six', 'probabilities']);
		assert.equal(tta.accuracy, evaluation.scores.tta.accuracy);
		assert.deepEqual(tta.confusionMatrix, evaluation.scores.tta.confusionMatrix);
		assert.equal(
			tta.confusionMatrix.flat().reduce((sum, count) => sum + count, 0),
			24,
		);
	});

	it('keeps labels and probabilities with TTA to the bit', () => {
		assert.deepEqual(results.trueLabels, [...evaluation.trueLabels]);
		assert.deepEqual(fromBase64(results.probabilities), evaluation.tta);
	});

	it('keeps the mistakes, the most confident first, with their faces', () => {
		const { mistakes } = results;
		const { tta: probabilities, scores } = evaluation;
		const wrong = 24 - Math.round(24 * scores.tta.accuracy);
		assert.equal(mistakes.length, Math.min(18, wrong));
		assert.ok(mistakes.length > 1);
		mistakes.forEach(({ index, label, predictedLabel, confidence, pixels }, i) => {
			assert.equal(label, index % 6);
			assert.notEqual(predictedLabel, label);
			const row = run.split.test.indexOf(index);
			assert.equal(confidence, probabilities[row * 6 + predictedLabel]);
			assert.equal(confidence, Math.max(...probabilities.subarray(row * 6, row * 6 + 6)));
			assert.ok(i === 0 || confidence <= mistakes[i - 1].confidence);
			assert.deepEqual(
				Buffer.from(pixels, 'base64'),
				Buffer.from(run.dataset.pixels.subarray(index * 256, (index + 1) * 256)),
			);
		});
	});

	it('keeps right and wrong answers of each class, the most confident first, with where the network looked', () => {
		const { attention } = results;
		for (const [label] of run.dataset.emotions.entries()) {
			const own = attention.filter((example) => example.label === label);
			for (const right of [true, false]) {
				const chosen = own.filter(({ predictedLabel }) => (predictedLabel === label) === right);
				assert.ok(chosen.length <= 3);
				chosen.forEach(({ index, confidence, predictedLabel, map }, i) => {
					const row = run.split.test.indexOf(index);
					assert.equal(confidence, evaluation.tta[row * 6 + predictedLabel]);
					assert.ok(i === 0 || confidence <= chosen[i - 1].confidence);
					assert.equal(map.values.length, map.height * map.width);
				});
			}
		}
		assert.ok(attention.length >= 12);
	});

	it('names no path of this machine', () => {
		assert.ok(!JSON.stringify(results).includes(folder));
		assert.ok(!JSON.stringify(results).includes(tmpdir()));
	});
});

describe('writeResults', () => {
	it('writes what readResults reads, and the metrics by themselves', async () => {
		assert.deepEqual(readdirSync(run.folder).sort(), ['metrics.json', 'model', 'phase1', 'phase2', 'results.json']);
		assert.deepEqual(await readResults(run.folder), results);
		const metrics = JSON.parse(readFileSync(join(run.folder, 'metrics.json'), 'utf8')) as Metrics;
		assert.deepEqual(metrics, results.metrics);
	});

	it('writes history and metrics beside the model', () => {
		const read = (name: string) => JSON.parse(readFileSync(join(run.folder, 'model', name), 'utf8'));
		assert.deepEqual(read('metrics.json'), results.metrics);
		assert.deepEqual(read('history.json'), {
			phase1: phases.phase1.history,
			phase2: phases.phase2.history,
		});
	});

	it('writes the model that takes pixels and predicts the same, to what 16 bits hold', async () => {
		const model = await loadModel(join(run.folder, 'model'));
		const options = { backbone: run.backbone, imageSize: 16 };
		const expected = softmaxRows(await predict(run.classifier.model, run.dataset, run.split.test, options), 6);
		const received = tf.tidy(() => {
			const pixels = tf.tensor4d(gatherPixels(run.dataset, run.split.test), [24, 16, 16, 1]);
			return (model.predict(pixels) as tf.Tensor).dataSync();
		});
		near(received, expected, 5e-3);
	});
});

describe('readResults', () => {
	it('says what to do where a run has not finished', async () => {
		await assert.rejects(readResults(join(folder, 'runs', 'other')), {
			name: 'DataError',
			message:
				'Expected results.json in the folder runs/other but received no such folder. ' +
				'Run the notebook or npx fer train to its end first, or name the folder of a finished run.',
		});
	});
});

describe('drawRunFigures', () => {
	it('reads results that an older version stored, under the current name of the protocol', async () => {
		const { about, metrics } = await readResults(join(__dirname, '../../models/holdout'));
		assert.deepEqual([about.protocol, metrics.protocol, metrics.config.protocol], ['holdout', 'holdout', 'holdout']);
	});

	it('draws every figure from stored results, with data, protocol, n and seed below', async () => {
		const stored = await readResults(run.folder);
		const names: string[] = [];
		for await (const [name, figure] of drawRunFigures(stored)) {
			names.push(name);
			assert.ok(figure.data.length > 0 || figure.layout.images?.length, `${name} is empty`);
			const text = JSON.stringify(figure.layout.annotations).replaceAll('<br>', ' ');
			assert.match(
				text,
				/Sample faces drawn by this project, not FER2013; protocol holdout, test n = 24, seed 42; efficientnet-lite0/,
			);
		}
		assert.deepEqual(names, Object.keys(RUN_FIGURES));
		assert.deepEqual(names.slice(0, 7), [
			'Class Distribution',
			'Samples per Class',
			'Augmentation Preview',
			'Phase 1 Graphs',
			'Phase 2 graphs',
			'Confusion Matrix - Phase 2',
			'Confusion Matrix - TTA',
		]);
	});

	it('leaves the figure of mistakes out where there is none', async () => {
		const names: string[] = [];
		for await (const [name] of drawRunFigures({ ...results, mistakes: [] })) names.push(name);
		assert.deepEqual(
			names,
			Object.keys(RUN_FIGURES).filter((name) => name !== 'Most Confident Mistakes'),
		);
	});
});
