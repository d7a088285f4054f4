import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { makeDataset } from '../../lib/data/dataset';
import { predict } from '../../lib/evaluation/predict';
import type { Progress } from '../../lib/progress';
import { tf } from '../../lib/tensorflow/tf';
import { validationOf } from '../../lib/training/epochRecord';
import { trainHead } from '../../lib/training/trainHead';
import { bytesOf } from '../data/bytesOf';
import { type TinyOptions, tinyRun } from '../fixtures/training/tinyRun';
import { withoutClock } from '../fixtures/training/toy';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'head-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function valuesOf(model: tf.LayersModel): number[][] {
	return model.getWeights().map((weight) => [...weight.dataSync()]);
}

/** Trains a head of its own to the end: history without the clock, notes, and the head's weights. */
async function train(options: TinyOptions = {}, onProgress?: (progress: Progress) => void) {
	const run = tinyRun(folder, options);
	const { history, notes } = await trainHead(run, onProgress);
	return { run, result: { history: withoutClock(history), weights: valuesOf(run.classifier.head) }, notes };
}

describe('trainHead', () => {
	it('learns the head and leaves the base as it is', async () => {
		const run = tinyRun(folder, { config: { phase1: { epochs: 20 } } });
		const [base, head] = [valuesOf(run.classifier.base), valuesOf(run.classifier.head)];
		const { history } = await trainHead(run);
		assert.deepEqual(valuesOf(run.classifier.base), base);
		assert.notDeepEqual(valuesOf(run.classifier.head), head);
		// Chance is 1/6.
		assert.ok((history.at(-1)?.validationAccuracy as number) > 0.5, JSON.stringify(history.at(-1)));
		assert.ok((history.at(-1)?.loss as number) < history[0].loss);
	});

	it('learns from each training image and its mirror image as the network sees them', async () => {
		// One step over all of them that changes nothing: its loss is the network's.
		const { length } = tinyRun(folder).split.train;
		const still = { epochs: 1, batchSize: 2 * length, learningRate: 1e-30, dropoutRate: 0, labelSmoothing: 0 };
		const run = tinyRun(folder, { config: { phase1: still, phase2: { dropoutRate: 0 } } });
		const { history } = await trainHead(run);
		const { dataset, split, backbone, config } = run;
		const losses = [false, true].map(async (mirror) => {
			const options = { backbone, imageSize: config.imageSize, placement: { mirror } };
			const logits = await predict(run.classifier.model, dataset, split.train, options);
			return validationOf(logits, dataset, split.train).validationLoss;
		});
		const [plain, mirrored] = await Promise.all(losses);
		assert.ok(Math.abs(history[0].loss - (plain + mirrored) / 2) < 1e-5);
		const options = { backbone, imageSize: config.imageSize };
		const logits = await predict(run.classifier.model, dataset, split.validation, options);
		const expected = validationOf(logits, dataset, split.validation);
		assert.ok(Math.abs(history[0].validationLoss - expected.validationLoss) < 1e-5);
		assert.equal(history[0].validationAccuracy, expected.validationAccuracy);
	});

	it('gives the same for the same seed, and another for another', async () => {
		const [first, second] = [await train({ resume: 'never' }), await train({ resume: 'never' })];
		assert.deepEqual(first.result, second.result);
		const other = await train({ resume: 'never', config: { seed: 3 } });
		assert.notDeepEqual(other.result.weights, first.result.weights);
	});

	it('uses at most as many images as it is told', async () => {
		const stages = new Map<string, number>();
		const { run } = await train({ config: { phase1: { images: 30 } } }, ({ stage, total }) => stages.set(stage, total));
		assert.deepEqual(Object.fromEntries(stages), {
			'Phase 1, features': 30,
			'Phase 1, features of the mirrored images': 30,
			'Phase 1, features for validation': run.split.validation.length,
			'Phase 1, epoch 1 of 2': 32,
			'Phase 1, epoch 2 of 2': 32,
		});
	});

	it('goes on where a signal stopped it, and ends bit by bit like an unbroken one', async () => {
		const whole = await train({ resume: 'never' });
		const steps = Math.floor((2 * whole.run.split.train.length) / 32);
		for (const last of [1, steps - 1, steps, steps + 2]) {
			const stop = new AbortController();
			let taken = 0;
			const first = await train({ resume: 'never', signal: stop.signal }, ({ stage }) => {
				if (stage.includes('epoch') && ++taken === last) stop.abort();
			});
			assert.ok(first.notes.includes('Phase 1 ended early: interrupted.'));
			const second = await train();
			assert.match(second.notes[0], /^Resumes the stored training of phase1, stopped in epoch [12]\.$/);
			assert.deepEqual(second.result, whole.result, `stopped after ${last} of ${2 * steps} steps`);
		}
	});

	it('takes up a finished phase without looking at an image', async () => {
		const whole = await train();
		assert.deepEqual(whole.notes, []);
		const again = await train({ resume: 'required' }, () => assert.fail('nothing is left to do'));
		assert.deepEqual(again.notes, ['Resumes the stored training of phase1, finished after epoch 2.']);
		assert.deepEqual(again.result, whole.result);
	});

	it('sets a phase of other settings aside, whichever they are', async () => {
		await train();
		const changes = [{ imageSize: 20 }, { seed: 1 }, { phase1: { epochs: 1 } }, { validationFraction: 0.2 }];
		for (const config of changes) {
			rmSync(join(folder, 'runs/tiny/phase1.old-1'), { recursive: true, force: true });
			const { notes } = await train({ config });
			assert.match(
				notes[0],
				/^The stored training of phase1 differs \(.*Starts from scratch; the earlier training is kept in phase1\.old-1\.$/,
			);
			assert.ok(existsSync(join(folder, 'runs/tiny/phase1.old-1')));
		}
	});

	it('refuses other data where the same training is required, and says in what they differ', async () => {
		await train();
		const { dataset } = tinyRun(folder);
		const pixels = bytesOf(dataset).slice();
		pixels[5000] ^= 1;
		const other = makeDataset({ ...dataset, pixels });
		const message = new RegExp(
			`received data was "${dataset.fingerprint}" and is "${other.fingerprint}"\\. Use the same`,
		);
		await assert.rejects(train({ resume: 'required', dataset: other }), { name: 'DataError', message });
	});

	it('goes on from its start where it was killed before its first checkpoint', async () => {
		const whole = await train({ resume: 'never' });
		rmSync(join(folder, 'runs/tiny'), { recursive: true });
		await assert.rejects(
			train({ resume: 'required' }),
			/a whole checkpoint in phase1 but received none\. Start without/,
		);
		// The features come first, and take minutes on the real data.
		const killed = train({}, () => {
			throw new Error('killed');
		});
		await assert.rejects(killed, /killed/);
		const { result, notes } = await train({ resume: 'required' });
		assert.deepEqual(notes, ['No checkpoint of phase1 yet: training starts from scratch.']);
		assert.deepEqual(result, whole.result);
	});

	it('disposes its tensors where a step fails', async () => {
		const run = tinyRun(folder);
		const before = tf.memory().numTensors;
		const fail = ({ stage }: Progress) => assert.ok(!stage.includes('epoch'), 'failed');
		await assert.rejects(trainHead(run, fail), /failed/);
		assert.equal(tf.memory().numTensors, before);
	});

	it('leaves no tensor behind', async () => {
		const run = tinyRun(folder);
		const before = tf.memory().numTensors;
		await trainHead(run);
		assert.equal(tf.memory().numTensors, before);
	});
});
