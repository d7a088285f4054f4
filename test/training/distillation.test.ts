import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeDataset } from '../../lib/data/dataset';
import { evaluate } from '../../lib/evaluation/evaluate';
import type { Progress } from '../../lib/progress';
import { collectResults, writeResults } from '../../lib/runs/results';
import { tf } from '../../lib/tensorflow/tf';
import { askTeachers, findTeachers } from '../../lib/training/distillation';
import { fineTune } from '../../lib/training/fineTune';
import type { Run } from '../../lib/training/run';
import { trainHead } from '../../lib/training/trainHead';
import { bytesOf } from '../data/bytesOf';
import { type TinyOptions, tinyRun } from '../fixtures/training/tinyRun';
import { near } from '../tensorflow/tensors';

const folder = mkdtempSync(join(tmpdir(), 'distillation-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A run beside the teachers, which are called `first` and `second`. */
function student(teachers: string[], { config, ...options }: TinyOptions = {}): Run {
	const distillation = { teachers, teacherFraction: 0.75 };
	const run = tinyRun(folder, { ...options, config: { protocol: 'holdout', ...config, distillation } });
	return { ...run, name: 'student', folder: join(folder, 'runs', 'student') };
}

before(async () => {
	for (const [name, learningRate] of [
		['first', 0.01],
		['second', 0.002],
	] as const) {
		const tiny = tinyRun(folder, { config: { protocol: 'holdout', phase2: { learningRate } } });
		const run = { ...tiny, name, folder: join(folder, 'runs', name) };
		const phases = { phase1: await trainHead(run), phase2: await fineTune(run) };
		await writeResults(run, await collectResults(run, phases, await evaluate(run)));
	}
});

describe('askTeachers', () => {
	it('gives the mean of all teachers over an image and its mirror image, of training images only', async () => {
		const untaught = student(['first', 'second']);
		const run = { ...untaught, teachers: await findTeachers(untaught, folder) };
		const reports: Progress[] = [];
		const tensors = tf.memory().numTensors;
		const teaching = await askTeachers(run, (progress) => void reports.push(progress));
		assert.equal(tf.memory().numTensors, tensors);
		assert.equal(teaching?.fraction, 0.75);
		const { dataset, split } = run;
		const index = split.train[5];
		const size = 16 * 16;
		const expected = new Float32Array(6);
		for (const name of ['first', 'second']) {
			// tfjs's own loading and predicting.
			const model = await tf.loadLayersModel(`file://${join(folder, 'runs', name, 'model', 'model.json')}`);
			const image = [...dataset.pixels.subarray(index * size, (index + 1) * size)];
			const mirrored = image.map((_, at) => image[at - (at % 16) + 15 - (at % 16)]);
			const answers = (model.predict(tf.tensor4d([...image, ...mirrored], [2, 16, 16, 1])) as tf.Tensor).dataSync();
			for (let label = 0; label < 6; label++) expected[label] += (answers[label] + answers[6 + label]) / 4;
		}
		near(teaching.probabilities.subarray(index * 6, index * 6 + 6), expected, 1e-4);
		for (const untrained of [split.validation[0], split.test[0]]) {
			assert.deepEqual([...teaching.probabilities.subarray(untrained * 6, untrained * 6 + 6)], [0, 0, 0, 0, 0, 0]);
		}
		assert.deepEqual([...new Set(reports.map(({ stage }) => stage))], ['Teacher first', 'Teacher second']);
	});

	it('asks nobody without teachers', async () => {
		assert.equal(await askTeachers(student([])), undefined);
	});
});

describe('findTeachers', () => {
	it('knows a teacher by its weights', async () => {
		const [first, second] = await findTeachers(student(['first', 'second']), folder);
		assert.deepEqual([first.name, second.name], ['first', 'second']);
		assert.match(first.weights, /^[0-9a-f]{64}$/);
		assert.notEqual(first.weights, second.weights);
	});

	it('takes a published model by its folder, the same teacher as the run that it comes from', async () => {
		cpSync(join(folder, 'runs', 'first', 'model'), join(folder, 'models', 'shown'), { recursive: true });
		const [run, shown] = await findTeachers(student(['first', 'models/shown']), folder);
		assert.deepEqual(shown, { name: 'models/shown', folder: join(folder, 'models', 'shown'), weights: run.weights });
		await assert.rejects(findTeachers(student(['models/absent']), folder), /models\/absent/);
	});

	it('refuses one that has learnt what the student is judged on, or other data', async () => {
		await assert.rejects(findTeachers(student(['first'], { config: { seed: 7 } }), folder), {
			name: 'DataError',
			message: /no training on validation images of this run.*runs\/first.*the same seed/,
		});
		const { dataset: own } = student([]);
		const pixels = bytesOf(own).map((value, i) => (i === 0 ? 255 - value : value));
		const dataset = makeDataset({ ...own, pixels });
		await assert.rejects(findTeachers(student(['first'], { dataset }), folder), {
			name: 'DataError',
			message: /runs\/first.*another data set/,
		});
	});

	it('refuses a run that is not there or has not finished', async () => {
		mkdirSync(join(folder, 'runs', 'begun', 'model'), { recursive: true });
		writeFileSync(join(folder, 'runs', 'begun', 'model', 'metrics.json'), '{"config"');
		for (const name of ['nobody', 'begun']) {
			await assert.rejects(findTeachers(student([name]), folder), {
				name: 'DataError',
				message: new RegExp(`metrics\\.json (in|of) the folder runs/${name}/model but`),
			});
		}
	});
});

describe('a student', () => {
	it('trains with its teachers, and goes on only with the same ones', async () => {
		const alone = student([], { resume: 'never' });
		await trainHead(alone);
		const { history: without } = await fineTune(alone);
		const taught = student(['first'], { resume: 'never' });
		const run = { ...taught, teachers: await findTeachers(taught, folder) };
		await trainHead(run);
		const { history } = await fineTune(run);
		assert.equal(history.length, 2);
		assert.notEqual(history[0].loss, without[0].loss);
		const other = { ...student(['second'], { resume: 'required' }) };
		await assert.rejects(fineTune({ ...other, teachers: await findTeachers(other, folder) }), {
			name: 'DataError',
			message: /distillation/,
		});
		const same = { ...run, resume: 'required' as const };
		assert.deepEqual((await fineTune(same)).history, history);
	});
});
