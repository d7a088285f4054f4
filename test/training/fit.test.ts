import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, afterEach, describe, it } from 'node:test';
import { createRandom } from '../../lib/random';
import { tf } from '../../lib/tensorflow/tf';
import { type Callback, checkpointing, nanGuard, type StepReport } from '../../lib/training/callbacks';
import { latestCheckpoint, type TrainingHeader, type TrainingSnapshot } from '../../lib/training/checkpoint';
import type { Validation } from '../../lib/training/epochRecord';
import { fit } from '../../lib/training/fit';
import { type Toy, type ToyOptions, toyTraining, withoutClock } from '../fixtures/training/toy';

const folders: string[] = [];
after(() => {
	for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'trainer-'));
	folders.push(folder);
	return folder;
}

const toys: Toy[] = [];
afterEach(() => {
	for (const toy of toys.splice(0)) toy.dispose();
});

function makeToy(options: ToyOptions = {}): Toy {
	const toy = toyTraining(options);
	toys.push(toy);
	return toy;
}

/** Trains a toy of its own to the end: history without the clock, and weights. */
async function train(options: ToyOptions = {}) {
	const toy = makeToy(options);
	const { history, stopped } = await fit(toy.options);
	return { history: withoutClock(history), weights: toy.weights(), stopped };
}

/** Gives the listed accuracies, one an epoch. */
function scripted(accuracies: number[]): () => Promise<Validation> {
	let epoch = 0;
	return async () => {
		const value = accuracies[epoch++];
		return { validationAccuracy: value, validationMacroF1: value, validationLoss: 1 - value };
	};
}

async function readSnapshot(folder: string): Promise<TrainingSnapshot> {
	const checkpoint = await latestCheckpoint<TrainingHeader<object>>(folder);
	assert.ok(checkpoint);
	return { progress: checkpoint.header.progress, vectors: checkpoint.vectors };
}

describe('fit', () => {
	it('learns a toy set by heart', async () => {
		const { history } = await train({ epochs: 60, dropoutRate: 0, peak: 0.05 });
		assert.equal(history.at(-1)?.accuracy, 1);
		assert.ok((history.at(-1)?.loss ?? 1) < 0.1);
		assert.ok((history[0].accuracy ?? 1) < 0.7);
	});

	it('gives the same history and weights for the same seed, and others for another', async () => {
		const [first, second, other] = [await train(), await train(), await train({ seed: 2 })];
		assert.deepEqual(first, second);
		assert.notDeepEqual(first.history, other.history);
		assert.notDeepEqual(first.weights, other.weights);
	});

	it('records each epoch, from the means over its steps', async () => {
		const reports: StepReport[] = [];
		const toy = makeToy({ callbacks: [{ onStepEnd: (report) => void reports.push(report) }] });
		const { history, stopped } = await fit(toy.options);
		assert.equal(stopped, undefined);
		assert.deepEqual(
			reports.map(({ epoch, step, images }) => [epoch, step, images]),
			[1, 2, 3].flatMap((epoch) => [1, 2, 3].map((step) => [epoch, step, 16])),
		);
		// By hand: two steps of warm-up to 0.02, then half a cosine over seven.
		const rates = [0.01, 0.02, ...[0, 1, 2, 3, 4, 5, 6].map((k) => 0.01 * (1 + Math.cos((Math.PI * k) / 7)))];
		reports.forEach(({ learningRate }, i) => {
			assert.ok(Math.abs(learningRate - rates[i]) < 1e-12);
		});
		history.forEach((record, i) => {
			const last = reports[3 * i + 2];
			assert.deepEqual([record.epoch, record.imageSize], [i + 1, 10 * (i + 1)]);
			assert.deepEqual([record.loss, record.accuracy], [last.loss, last.accuracy]);
			assert.equal(record.learningRate, last.learningRate);
			assert.ok(record.seconds > 0 && record.imagesPerSecond > 0);
		});
	});

	it('calls back in order and waits for each', async () => {
		const events: string[] = [];
		const slow = async (event: string) => {
			await new Promise((resolve) => setTimeout(resolve, 2));
			events.push(event);
		};
		const callback: Callback = {
			onTrainBegin: ({ epochs }) => slow(`begin ${epochs}`),
			onStepEnd: ({ epoch, step }) => slow(`step ${epoch}.${step}`),
			onEpochEnd: ({ epoch }, { history }) => slow(`epoch ${epoch} of ${history.length}`),
			onTrainEnd: () => slow('end'),
		};
		await fit(makeToy({ epochs: 2, stepsPerEpoch: 2, callbacks: [callback] }).options);
		const expected = ['begin 2', 'step 1.1', 'step 1.2', 'epoch 1 of 1', 'step 2.1', 'step 2.2', 'epoch 2 of 2', 'end'];
		assert.deepEqual(events, expected);
	});

	it('validates the averaged weights and gives the model its own back', async () => {
		const validated: Float32Array[] = [];
		const own: Float32Array[] = [];
		const afterEpochs: Float32Array[] = [];
		const toy: Toy = makeToy({
			averageDecay: 0.3,
			validate: async () => {
				validated.push(toy.weights());
				return { validationLoss: 1, validationAccuracy: 0, validationMacroF1: 0 };
			},
			callbacks: [
				{ onStepEnd: () => void own.push(toy.weights()), onEpochEnd: () => void afterEpochs.push(toy.weights()) },
			],
		});
		let average = toy.weights();
		await fit(toy.options);
		assert.deepEqual(afterEpochs, [own[2], own[5], own[8]]);
		own.forEach((weights, i) => {
			// The first steps leave less of the average: 2/11, 3/12, then 0.3.
			const kept = Math.min(0.3, (2 + i) / (11 + i));
			average = average.map((value, at) => kept * value + (1 - kept) * weights[at]);
			if (i % 3 < 2) return;
			const received = validated[(i - 2) / 3];
			const largest = Math.max(...received.map((value, at) => Math.abs(value - average[at])));
			assert.ok(largest < 1e-6, `${largest} after step ${i + 1}`);
			assert.ok(received.some((value, at) => Math.abs(value - weights[at]) > 1e-3));
		});
	});

	it('keeps the number of tensors over 200 steps', async () => {
		const counts: number[] = [];
		const toy = makeToy({
			epochs: 4,
			stepsPerEpoch: 50,
			callbacks: [{ onStepEnd: () => void counts.push(tf.memory().numTensors) }],
		});
		const before = tf.memory().numTensors;
		await fit(toy.options);
		assert.equal(counts.length, 200);
		assert.deepEqual(new Set(counts), new Set([before]));
		assert.equal(tf.memory().numTensors, before);
	});
});

describe('early stopping', () => {
	for (const averageDecay of [0, 0.9]) {
		it(`ends after \`patience\` epochs and restores the best epoch's weights, average ${averageDecay}`, async () => {
			const validated: Float32Array[] = [];
			const script = scripted([0.5, 0.8, 0.8, 0.7, 0.9]);
			const toy: Toy = makeToy({
				epochs: 5,
				averageDecay,
				monitor: 'validationAccuracy',
				patience: 2,
				validate: () => {
					validated.push(toy.weights());
					return script();
				},
			});
			const { history, stopped } = await fit(toy.options);
			assert.equal(stopped, 'no better validationAccuracy in 2 epochs');
			// The earliest of equals is the best: epoch 2; epochs 3 and 4 bring nothing better.
			assert.deepEqual(
				history.map(({ validationAccuracy }) => validationAccuracy),
				[0.5, 0.8, 0.8, 0.7],
			);
			assert.deepEqual(toy.weights(), validated[1]);
			assert.notDeepEqual(validated[1], validated[3]);
		});
	}

	it('goes on while each epoch is better, and restores the last', async () => {
		const { history, stopped } = await train({ epochs: 4, patience: 1, validate: scripted([0.1, 0.2, 0.3, 0.4]) });
		assert.deepEqual([history.length, stopped], [4, undefined]);
	});

	it('counts a training whose last epoch is also its last chance as whole', async () => {
		const { history, stopped } = await train({ epochs: 3, patience: 2, validate: scripted([0.3, 0.2, 0.1]) });
		assert.deepEqual([history.length, stopped], [3, undefined]);
	});

	it('watches the lowest loss where that is asked for', async () => {
		const validate = async () => ({ validationLoss: 1 + n++, validationAccuracy: n, validationMacroF1: n });
		let n = 0;
		const { history } = await train({ epochs: 5, patience: 2, monitor: 'validationLoss', validate });
		assert.equal(history.length, 3);
		n = 0;
		assert.equal((await train({ epochs: 5, patience: 2, monitor: 'validationMacroF1', validate })).history.length, 5);
	});
});

describe('nanGuard in a training', () => {
	it('stops at the step of a loss that is no number, and the checkpoint before stays', async () => {
		const folder = newFolder();
		const callbacks = [nanGuard(), checkpointing(folder, {}, 0)];
		const toy = makeToy({ callbacks });
		const { batch } = toy.options;
		let steps = 0;
		const spoilt = fit({
			...toy.options,
			batch: (epoch, step) => {
				const { targets, ...rest } = batch(epoch, step);
				return { ...rest, targets: ++steps < 5 ? targets : (tf.mul(targets, Number.NaN) as tf.Tensor2D) };
			},
		});
		await assert.rejects(spoilt, { name: 'RangeError', message: /received NaN at step 2 of epoch 2 \(learning rate / });
		const { progress, vectors } = await readSnapshot(folder);
		assert.equal(progress.stepsTaken, 4);
		assert.ok(vectors.weights.every(Number.isFinite));
	});

	it('stops where the last step of an epoch spoils the weights, before a checkpoint holds them', async () => {
		const folder = newFolder();
		const toy = makeToy({ callbacks: [nanGuard(), checkpointing(folder, {}, 0)] });
		const { learningRate } = toy.options;
		// A learning rate of infinity: the loss of its step is finite, the weights after it are not.
		const rate = (step: number) => (step === 2 ? Number.POSITIVE_INFINITY : learningRate(step));
		await assert.rejects(
			fit({ ...toy.options, learningRate: rate }),
			/validation loss but received NaN at the end of epoch 1 /,
		);
		assert.deepEqual(readdirSync(folder).sort(), ['checkpoint-1.bin', 'checkpoint-2.bin']);
	});
});

describe('a training taken up', () => {
	/** Stops after `steps` steps by a signal, with a checkpoint on disk, and goes on from there with all objects new. */
	async function broken(steps: number, options: ToyOptions, everySeconds?: number) {
		const folder = newFolder();
		const stop = new AbortController();
		let taken = 0;
		const stopper: Callback = {
			onStepEnd: () => {
				taken++;
				if (taken === steps) stop.abort();
			},
		};
		const callbacks = [stopper, checkpointing(folder, {}, everySeconds)];
		const first = await fit(makeToy({ ...options, callbacks, signal: stop.signal }).options);
		assert.equal(taken, steps);
		const resume = await readSnapshot(folder);
		assert.equal(resume.progress.stepsTaken, steps);
		// Other first weights: all that counts comes from the checkpoint.
		const toy = makeToy({ ...options, weightsSeed: 9, callbacks: [checkpointing(folder, {}, everySeconds)], resume });
		const { history, stopped } = await fit(toy.options);
		return { first, second: { history: withoutClock(history), weights: toy.weights(), stopped } };
	}

	for (const averageDecay of [0.9, 0]) {
		it(`ends bit by bit like an unbroken one, wherever it was stopped, average ${averageDecay}`, async () => {
			const whole = await train({ averageDecay });
			for (let steps = 1; steps < 9; steps++) {
				const { first, second } = await broken(steps, { averageDecay });
				assert.equal(first.stopped, 'interrupted');
				assert.equal(first.history.length, Math.floor(steps / 3));
				assert.deepEqual(second, whole, `stopped after ${steps} steps`);
			}
		});
	}

	it('does so with a checkpoint after every step too, and with the best epoch behind it', async () => {
		const accuracies = [0.9, 0.5, 0.4, 0.3, 0.2];
		const options = { epochs: 5, monitor: 'validationAccuracy', patience: 3 } as const;
		// The same for an epoch in whichever run: the training asks once an epoch.
		const validating = (from: number) => ({ ...options, validate: scripted(accuracies.slice(from)) });
		const whole = await train(validating(0));
		assert.deepEqual([whole.history.length, whole.stopped], [4, 'no better validationAccuracy in 3 epochs']);
		const folder = newFolder();
		const stop: Callback = { onEpochEnd: ({ epoch }, training) => void (epoch === 2 && training.stop('enough')) };
		const toy = makeToy({ ...validating(0), callbacks: [stop, checkpointing(folder, {}, 0)] });
		assert.equal((await fit(toy.options)).stopped, 'enough');
		const second = await train({ ...validating(2), resume: await readSnapshot(folder) });
		assert.deepEqual(second, whole);
	});

	it('takes no step and asks for no validation once it has finished, and has the best weights', async () => {
		const folder = newFolder();
		const whole = await train({ callbacks: [checkpointing(folder, {})] });
		const never = () => assert.fail('nothing is left to do');
		const resume = await readSnapshot(folder);
		assert.equal(resume.progress.finished, true);
		const again = await train({ resume, batch: never, validate: never });
		assert.deepEqual(again, whole);
	});

	it('does not count a signal in the very last step as an early end', async () => {
		const stop = new AbortController();
		let steps = 0;
		const stopper: Callback = { onStepEnd: () => void (++steps === 9 && stop.abort()) };
		const { history, stopped } = await train({ callbacks: [stopper], signal: stop.signal });
		assert.deepEqual([history.length, stopped], [3, undefined]);
	});

	it('ends like an unbroken one when its process is killed again and again', { timeout: 120_000 }, async () => {
		const whole = await train({ epochs: 10 });
		const folder = join(newFolder(), 'checkpoints');
		const random = createRandom(5);
		const starts: number[] = [];
		for (let kills = 0; kills < 3; kills++) {
			const { from, result } = await runProcess(folder, { lines: 3 + random.integer(4), delay: random.integer(8) });
			assert.equal(result, undefined, 'it was to be killed before its end');
			starts.push(from);
		}
		const { from, result } = await runProcess(folder);
		starts.push(from);
		assert.deepEqual(
			starts,
			[...starts].sort((a, b) => a - b),
		);
		assert.ok(starts[0] === 0 && starts[3] >= 6, `it went on from steps ${starts}`);
		assert.deepEqual(result?.history, whole.history);
		assert.deepEqual(Float32Array.from(result?.weights ?? []), whole.weights);
		assert.equal(readdirSync(folder).length, 2);
	});
});

/** Runs toyProcess.ts, and kills it so many lines and milliseconds after its start if asked for. */
async function runProcess(folder: string, kill?: { lines: number; delay: number }) {
	const script = join(__dirname, '..', 'fixtures/training/toyProcess.ts');
	const child = spawn(process.execPath, ['--import', 'tsx', script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
	const ended = new Promise((resolve) => child.on('exit', resolve));
	const lines: string[] = [];
	for await (const line of createInterface(child.stdout)) {
		lines.push(line);
		if (lines.length === kill?.lines) setTimeout(() => child.kill('SIGKILL'), kill.delay);
	}
	await ended;
	const from = Number(/^from (\d+)$/.exec(lines[0])?.[1]);
	const last = lines.at(-1) ?? '';
	const result = last.startsWith('{') ? (JSON.parse(last) as { history: object[]; weights: number[] }) : undefined;
	return { from, result };
}
