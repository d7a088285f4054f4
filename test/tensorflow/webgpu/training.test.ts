// Networks on a graphics card take Keras's steps (the fixtures of test/model/backbones). A training's losses are those of TensorFlow's kernels, its memory stays, and a lost card costs no more
// than the steps since the last checkpoint.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Backend } from '../../../lib/config';
import type { OnProgress } from '../../../lib/progress';
import { useBackend } from '../../../lib/tensorflow/backend';
import { tf } from '../../../lib/tensorflow/tf';
import { latestHeader, type TrainingHeader } from '../../../lib/training/checkpoint';
import { fineTune } from '../../../lib/training/fineTune';
import { trainHead } from '../../../lib/training/trainHead';
import { tinyRun } from '../../fixtures/training/tinyRun';
import { checkSteps } from '../../model/backbones/networkSteps';
import { hasCardAndTime } from './graphicsCard';

const folder = mkdtempSync(join(tmpdir(), 'fer-webgpu-'));
after(async () => {
	await useBackend('tensorflow');
	rmSync(folder, { recursive: true });
});

/** Trains both phases of the tiny run; returns its epochs. */
async function train(backend: Backend, onProgress?: OnProgress) {
	await useBackend(backend);
	const phase2 = { epochs: 4, augmentation: { mixupAlpha: 0.4 }, clipNorm: 1 };
	const run = tinyRun(join(folder, backend), { config: { phase2 } });
	const phases = [await trainHead(run), await fineTune(run, onProgress)];
	return phases.flatMap(({ history }) => history);
}

test("has the losses of TensorFlow's kernels to 1e-3, epoch by epoch, and keeps its memory", async (t) => {
	if (!(await hasCardAndTime(t))) return;
	const counts = new Set<number>();
	const bytes: number[] = [];
	const measure: OnProgress = ({ stage, done }) => {
		if (!stage.includes('epoch')) return;
		counts.add(tf.memory().numTensors);
		// After the first step of an epoch: what the validation of the one before has kept is free again.
		if (done === 16) bytes.push((tf.memory() as unknown as { numBytesAllocatedInGPU: number }).numBytesAllocatedInGPU);
	};
	const received = await train('webgpu', measure);
	const expected = await train('tensorflow');
	assert.equal(received.length, 6);
	for (const [i, epoch] of received.entries()) {
		for (const name of ['loss', 'validationLoss'] as const) {
			const difference = Math.abs(epoch[name] - expected[i][name]);
			assert.ok(difference <= 1e-3, `${name} of epoch ${i + 1}: ${epoch[name]} instead of ${expected[i][name]}`);
		}
	}
	assert.equal(counts.size, 1, `${[...counts]} tensors`);
	// From the second epoch on, all that was allocated serves again.
	assert.equal(new Set(bytes.slice(1)).size, 1, `${bytes} bytes`);
});

test('a lost card ends a training in a sentence, and it goes on from its checkpoint on the processor', async (t) => {
	if (!(await hasCardAndTime(t))) return;
	await useBackend('webgpu');
	const place = join(folder, 'lost');
	const phase2 = { epochs: 3 };
	const lose: OnProgress = ({ stage, done }) => {
		if (!stage.includes('epoch 2 of 3') || done < 32) return;
		(tf.backend() as unknown as { device: { destroy(): void } }).device.destroy();
	};
	const lost = fineTune(tinyRun(place, { config: { phase2 } }), lose);
	await assert.rejects(lost, { name: 'GraphicsError', message: /^The graphics card stopped working \(.*checkpoint/ });
	const header = await latestHeader<TrainingHeader<unknown>>(join(place, 'runs', 'tiny', 'phase2'));
	assert.deepEqual([header?.progress.epoch, header?.progress.step], [1, 0]);
	await useBackend('tensorflow');
	const { history, notes } = await fineTune(tinyRun(place, { config: { phase2 } }));
	assert.deepEqual(notes, ['Resumes the stored training of phase2, stopped in epoch 2.']);
	assert.equal(history.length, 3);
	// Another device takes the place of the one that is lost.
	await useBackend('webgpu');
	assert.deepEqual(await tf.mul(tf.tensor1d([1, 2]), 2).data(), Float32Array.of(2, 4));
});

for (const name of ['mobilenet-v2', 'efficientnet-lite0', 'efficientnet-b0', 'vgg16-block3']) {
	for (const mode of ['training', 'frozen'] as const) {
		if (mode === 'frozen' && name.startsWith('vgg16')) continue;
		test(`two steps of ${name} are those of Keras, batch normalisation ${mode}: to 1e-3`, async (t) => {
			if (!(await hasCardAndTime(t))) return;
			await useBackend('webgpu');
			await checkSteps(name, mode, 1e-3);
		});
	}
}
