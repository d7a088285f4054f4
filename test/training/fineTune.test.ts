import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { promisify } from 'node:util';
import type { PartialConfig } from '../../lib/config';
import type { Progress } from '../../lib/progress';
import { tf } from '../../lib/tensorflow/tf';
import { voteShares } from '../../lib/training/ferPlusVotes';
import { fineTune } from '../../lib/training/fineTune';
import { trainHead } from '../../lib/training/trainHead';
import { FULL_DISK_CONFIG, type FullDiskReport } from '../fixtures/training/fullDiskProcess';
import { type TinyOptions, tinyRun } from '../fixtures/training/tinyRun';
import { withoutClock } from '../fixtures/training/toy';
import { withoutTapes } from '../tensorflow/otherBinding';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'tune-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Phase2 = NonNullable<PartialConfig['phase2']>;
type Phase2Augmentation = Phase2['augmentation'];

/** Every weight by its name. */
function weightsOf(model: tf.LayersModel): Record<string, number[]> {
	return Object.fromEntries(
		model.weights.map((weight) => [weight.originalName.replace(/_\d+$/, ''), [...weight.read().dataSync()]]),
	);
}

/** Fine-tunes a network of its own: history without the clock, notes, and weights. */
async function tune(options: TinyOptions = {}, onProgress?: (progress: Progress) => void) {
	const run = tinyRun(folder, options);
	const { history, notes } = await fineTune(run, onProgress);
	return { run, result: { history: withoutClock(history), weights: weightsOf(run.classifier.model) }, notes };
}

/** The weights before and after a single step, without average and warm-up. */
async function oneStep(phase2: Phase2): Promise<[before: Record<string, number[]>, after: Record<string, number[]>]> {
	const single = { epochs: 1, imagesPerEpoch: 16, batchSize: 16, averageDecay: 0, warmupEpochs: 1 };
	const run = tinyRun(folder, { resume: 'never', config: { phase2: { ...single, ...phase2 } } });
	const before = weightsOf(run.classifier.model);
	await fineTune(run);
	return [before, weightsOf(run.classifier.model)];
}

/** The names of the weights that differ. */
function changed(before: Record<string, number[]>, after: Record<string, number[]>): string[] {
	return Object.keys(before).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
}

describe('fineTune', () => {
	it('learns patterns', async () => {
		const { result } = await tune({ config: { phase2: { epochs: 8, learningRate: 0.03 } } });
		const [first, last] = [result.history[0], result.history.at(-1) ?? {}];
		// Chance is 1/6, and ln 6 = 1.79 its loss.
		assert.ok((last.accuracy ?? 0) > 0.65 && (last.validationLoss ?? 9) < 1, JSON.stringify(result.history));
		assert.ok((last.loss ?? 9) < (first.loss ?? 0) - 0.5);
	});

	it('gives the same for the same seed, and another for another', async () => {
		const [first, second] = [await tune({ resume: 'never' }), await tune({ resume: 'never' })];
		assert.deepEqual(first.result, second.result);
		assert.notDeepEqual((await tune({ resume: 'never', config: { seed: 3 } })).result.history, first.result.history);
	});

	it('goes on where a signal stopped it, and ends bit by bit like an unbroken one', async () => {
		// All that draws random numbers: mixup too, which the recipe leaves out; and a second head.
		const phase2 = { stochasticDepthRate: 0.3, augmentation: { mixupAlpha: 0.4 } };
		const config = { ferPlus: { lossWeight: 0.5 }, phase2 };
		const votes = voteShares(
			Uint8Array.from({ length: 120 * 3 }, (_, i) => i % 4),
			3,
		);
		const whole = await tune({ resume: 'never', config, votes });
		const steps = Math.floor(whole.run.split.train.length / 16);
		assert.equal(steps, 5);
		for (const last of [1, 4, 5, 7]) {
			const stop = new AbortController();
			let taken = 0;
			const first = await tune({ resume: 'never', config, votes, signal: stop.signal }, ({ stage }) => {
				if (stage.includes('epoch') && ++taken === last) stop.abort();
			});
			assert.deepEqual([taken, first.notes.at(-1)], [last, 'Phase 2 ended early: interrupted.']);
			const second = await tune({ resume: 'required', config, votes });
			assert.match(second.notes[0], /^Resumes the stored training of phase2, stopped in epoch [12]\.$/);
			assert.deepEqual(second.result, whole.result, `stopped after ${last} of 10 steps`);
		}
	});

	it('takes up a finished phase, and sets one of other settings or of another phase 1 aside', async () => {
		const whole = await tune();
		const again = await tune({}, () => assert.fail('nothing is left to do'));
		assert.deepEqual(again.notes, ['Resumes the stored training of phase2, finished after epoch 2.']);
		assert.deepEqual(again.result, whole.result);
		const other = await tune({ config: { phase2: { epochs: 1 } } });
		assert.deepEqual(other.notes, [
			'The stored training of phase2 differs (phase2.epochs was 2 and is 1). ' +
				'Starts from scratch; the earlier training is kept in phase2.old-1.',
		]);
		assert.equal(other.result.history.length, 1);
		const anew = await tune({ config: { phase1: { epochs: 3 }, phase2: { epochs: 1 } } });
		assert.match(anew.notes[0], /differs \(phase1\.epochs was 2 and is 3\)/);
		assert.deepEqual(anew.result, other.result);
	});

	it('begins after a required phase 1 that was stopped before phase 2 began', async () => {
		await trainHead(tinyRun(folder));
		const run = tinyRun(folder, { resume: 'required' });
		await trainHead(run);
		const { history, notes } = await fineTune(run);
		assert.deepEqual([history.length, notes], [2, []]);
		await assert.rejects(fineTune(tinyRun(folder, { resume: 'required', config: { phase2: { epochs: 1 } } })), {
			name: 'DataError',
			message: /phase2\.epochs was 2 and is 1/,
		});
	});

	it('goes on where it is required after a kill in the write of its first checkpoint', async () => {
		const whole = await tune();
		const phase2 = join(whole.run.folder, 'phase2');
		rmSync(phase2, { recursive: true });
		mkdirSync(phase2);
		writeFileSync(join(phase2, 'checkpoint-5.bin.123.part'), 'half');
		const { result, notes } = await tune({ resume: 'required' });
		assert.deepEqual(notes, ['No checkpoint of phase2 yet: training starts from scratch.']);
		assert.deepEqual(result, whole.result);
		assert.deepEqual(readdirSync(phase2).sort(), ['checkpoint-10.bin', 'checkpoint-5.bin']);
	});

	it('ends with a clear error on a full disk, and goes on from the last checkpoint once there is room', async (context) => {
		const own = process.geteuid?.() === 0 ? ['--mount'] : ['--mount', '--user', '--map-root-user'];
		// Elsewhere no disk can be made that is small enough to fill.
		if (process.platform !== 'linux' || spawnSync('unshare', [...own, 'true']).status !== 0) {
			return context.skip('A small disk needs Linux and the right to make a mount namespace.');
		}
		const whole = await tune({ config: FULL_DISK_CONFIG });
		const script = join(__dirname, '..', 'fixtures/training/fullDiskProcess.ts');
		// A mount namespace of its own: the disk is gone with the process.
		const args = [...own, process.execPath, '--import', 'tsx', script, join(folder, 'disk')];
		const { stdout } = await promisify(execFile)('unshare', args);
		const { message, files, before, result } = JSON.parse(stdout) as FullDiskReport;
		assert.match(
			message,
			/^Expected room for 0\.0 MB in the folder of checkpoint-(\d+)\.bin but received a full disk\. Free /,
		);
		const failed = Number(/checkpoint-(\d+)/.exec(message)?.[1]);
		assert.deepEqual(
			files,
			[failed - 10, failed - 5].map((step) => `checkpoint-${step}.bin`),
		);
		assert.equal(before, failed - 5);
		assert.deepEqual(result.history, whole.result.history);
		assert.deepEqual(
			result.weights,
			whole.run.classifier.model.getWeights().map((weight) => [...weight.dataSync()]),
		);
	});

	it('visits images once an epoch, draws others for the next, and changes each anew', async () => {
		const none = { rotationDegrees: 0, zoomFraction: 0, shiftFraction: 0, shear: 0, horizontalFlip: false };
		const plain = { ...none, contrastFraction: 0, brightnessFraction: 0, erasing: { probability: 0 } };
		const { dataset, split } = tinyRun(folder);
		const known = new Map(
			[...split.train].map((index) => [dataset.pixels.subarray(index * 256, (index + 1) * 256).toString(), index]),
		);
		/** The training images of two epochs of two steps, as the network gets them. */
		const visited = async (augmentation: Phase2Augmentation) => {
			const run = tinyRun(folder, { resume: 'never', config: { phase2: { imagesPerEpoch: 32, augmentation } } });
			const { model } = run.classifier;
			const apply = model.apply.bind(model);
			const images: string[] = [];
			model.apply = (inputs, options) => {
				const values = tf.tidy(() => (inputs as tf.Tensor).slice([0, 0, 0, 0], [-1, -1, -1, 1]).dataSync());
				const pixels = Uint8Array.from(values, (value) => Math.round((value + 1) * 128));
				for (let at = 0; options?.training && at < pixels.length; at += 256) {
					images.push(pixels.subarray(at, at + 256).toString());
				}
				return apply(inputs, options);
			};
			await fineTune(run);
			assert.equal(images.length, 64);
			return images;
		};
		const indices = (await visited(plain)).map((image) => known.get(image));
		assert.ok(
			indices.every((index) => index !== undefined),
			'only training images',
		);
		const [first, second] = [new Set(indices.slice(0, 32)), new Set(indices.slice(32))];
		assert.deepEqual([first.size, second.size], [32, 32]);
		assert.ok([...second].some((index) => !first.has(index)));
		assert.ok([...second].some((index) => first.has(index)));
		// Turned, an image differs from what it was in the other epoch, too.
		assert.equal(new Set(await visited({ ...plain, rotationDegrees: 20 })).size, 64);
		const turns = await visited({ ...plain, horizontalFlip: true });
		const mirrored = turns.filter((image) => !known.has(image)).length;
		// 32 expected; the standard deviation is 4.
		assert.ok(mirrored > 12 && mirrored < 52, `${mirrored} of 64`);
	});

	it('trains all layers, or those from a block on', async () => {
		const [before, after] = await oneStep({});
		// Moving statistics too: every one of the weights.
		assert.deepEqual(changed(before, after), Object.keys(before));
		const names = changed(...(await oneStep({ unfreezeFrom: 'block1_project' })));
		const kinds = ['gamma', 'beta', 'moving_mean', 'moving_variance'].map((kind) => `block1_bn2/${kind}`);
		assert.deepEqual(names.sort(), ['block1_project/kernel', ...kinds, 'logits/bias', 'logits/kernel'].sort());
	});

	it('leaves batch normalisation as it is where it is frozen', async () => {
		const [before, after] = await oneStep({ frozenBatchNormalization: true });
		assert.deepEqual(
			changed(before, after),
			Object.keys(before).filter((name) => !name.includes('_bn')),
		);
	});

	it('scales the learning rate of the backbone only', async () => {
		const [before, after] = await oneStep({ backboneLearningRateScale: 0, frozenBatchNormalization: true });
		assert.deepEqual(changed(before, after).sort(), ['logits/bias', 'logits/kernel']);
	});

	it('decays kernels, by the learning rate, and nothing else', async () => {
		const plain = await oneStep({ weightDecay: 0 });
		const decayed = await oneStep({ weightDecay: 0.5 });
		assert.deepEqual(plain[0], decayed[0]);
		const kernels = Object.keys(plain[0]).filter((name) => name.endsWith('kernel'));
		assert.deepEqual(changed(plain[1], decayed[1]).sort(), kernels.sort());
		for (const name of kernels) {
			plain[0][name].forEach((value, i) => {
				const lost = plain[1][name][i] - decayed[1][name][i];
				assert.ok(Math.abs(lost - 0.01 * 0.5 * value) < 1e-6, `${name}[${i}]: ${lost} of ${value}`);
			});
		}
	});

	it('takes image sizes by epoch, and validates at the size of the config', async () => {
		const run = tinyRun(folder, {
			config: {
				imageSize: 24,
				phase2: {
					epochs: 3,
					imagesPerEpoch: 32,
					imageSizes: [
						{ fromEpoch: 1, size: 12 },
						{ fromEpoch: 3, size: 20 },
					],
				},
			},
		});
		const { model } = run.classifier;
		const apply = model.apply.bind(model);
		const sizes: string[] = [];
		model.apply = (inputs, options) => {
			sizes.push(`${options?.training ? 'training' : 'validation'} ${(inputs as tf.Tensor).shape[1]}`);
			return apply(inputs, options);
		};
		// A replayed step does not call the model.
		const { history } = await withoutTapes(() => fineTune(run));
		assert.deepEqual(
			history.map(({ imageSize }) => imageSize),
			[12, 12, 20],
		);
		const [small, large, validation] = ['training 12', 'training 20', 'validation 24'];
		assert.deepEqual(sizes, [small, small, validation, small, small, validation, large, large, validation]);
	});

	it('ends with plain epochs: only mirrored, the epochs before as ever', async () => {
		const all = { augmentation: { mixupAlpha: 0.4 }, epochs: 3 };
		const none = { rotationDegrees: 0, zoomFraction: 0, shiftFraction: 0, shear: 0 };
		const dull = { contrastFraction: 0, brightnessFraction: 0, erasing: { probability: 0 }, mixupAlpha: 0 };
		const run = async (phase2: Phase2) => (await tune({ resume: 'never', config: { phase2 } })).result;
		const [ever, last, whole] = [
			await run(all),
			await run({ ...all, plainEpochs: 1 }),
			await run({ ...all, plainEpochs: 3 }),
		];
		assert.deepEqual(last.history.slice(0, 2), ever.history.slice(0, 2));
		assert.notDeepEqual(last.history[2], ever.history[2]);
		assert.deepEqual(whole, await run({ epochs: 3, augmentation: { ...none, ...dull } }));
	});

	it('ends early and says why', async () => {
		// A learning rate of next to 0 brings nothing better, but for the moving statistics, which are frozen.
		const config = { phase2: { epochs: 5, patience: 2, learningRate: 1e-30, frozenBatchNormalization: true } };
		const { result, notes } = await tune({ config });
		assert.equal(result.history.length, 3);
		assert.deepEqual(notes, ['Phase 2 ended early: no better validationAccuracy in 2 epochs.']);
	});

	it('writes event files for TensorBoard where it is told', async () => {
		const { run } = await tune({ config: { phase2: { tensorBoard: 'events' } } });
		for (const part of ['train', 'val']) {
			assert.equal(readdirSync(join(run.folder, 'events', part)).length, 1);
		}
	});

	it('learns votes with a second head, which changes the backbone and leaves nothing behind', async () => {
		const { labels } = tinyRun(folder).dataset;
		// Votes for the label's place counted from behind: nothing that the first head learns as it is.
		const ballots = Uint8Array.from({ length: labels.length * 6 }, (_, i) => {
			return i % 6 === 5 - labels[Math.floor(i / 6)] ? 10 : 0;
		});
		const votes = voteShares(ballots, 6);
		const config = { ferPlus: { lossWeight: 1 }, phase2: { epochs: 8, learningRate: 0.03 } };
		const alone = await tune({ resume: 'never', config: { ...config, ferPlus: { lossWeight: 0 } } });
		const before = tf.memory().numTensors;
		const both = await tune({ resume: 'never', config, votes });
		const run = tinyRun(folder, { resume: 'never', config, votes });
		const ownWeights = run.classifier.model.weights.length;
		assert.equal(tf.memory().numTensors, before + 2 * ownWeights);
		assert.deepEqual(Object.keys(both.result.weights), Object.keys(alone.result.weights));
		assert.notDeepEqual(both.result.weights, alone.result.weights);
		const [first, last] = [both.result.history[0], both.result.history.at(-1) ?? {}];
		// Two losses of ln 6 = 1.79 each at the start; the accuracy is the first head's.
		assert.ok((first.loss ?? 0) > 2.5 && (last.loss ?? 9) < (first.loss ?? 0) - 1, JSON.stringify(both.result.history));
		assert.ok((last.accuracy ?? 0) > 0.65, JSON.stringify(both.result.history));
		const other = await tune({ config, votes: { ...votes, fingerprint: 'other' } });
		assert.match(other.notes[0], /differs \(ferPlus\.votes was /);
	});

	it('keeps the number of tensors from step to step with every option on', async () => {
		const counts = new Set<number>();
		const phase2: Phase2 = {
			epochs: 10,
			stochasticDepthRate: 0.3,
			augmentation: { mixupAlpha: 0.4, erasing: { probability: 0.5 } },
			imageSizes: [
				{ fromEpoch: 1, size: 12 },
				{ fromEpoch: 2, size: 16 },
			],
			tensorBoard: 'events',
		};
		const count = ({ stage }: Progress) => void (stage.includes('epoch') && counts.add(tf.memory().numTensors));
		await fineTune(tinyRun(folder, { config: { phase2 } }), count);
		assert.equal(counts.size, 1);
	});

	it('disposes its tensors where a step fails', async () => {
		const run = tinyRun(folder);
		const before = tf.memory().numTensors;
		const fail = ({ stage }: Progress) => assert.ok(!stage.includes('epoch'), 'failed');
		await assert.rejects(fineTune(run, fail), /failed/);
		assert.equal(tf.memory().numTensors, before);
	});

	it('leaves no tensor behind', async () => {
		const run = tinyRun(folder);
		const before = tf.memory().numTensors;
		await fineTune(run);
		assert.equal(tf.memory().numTensors, before);
	});
});
