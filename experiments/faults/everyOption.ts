// Fine-tunes for 1,000 steps with every option on, and prints a line of JSON every 20: step, number of tensors and memory
// of the process. Started by memory.ts with --expose-gc.
import { PROJECT_FOLDER } from '../../cli/projectFolder';
import { sampleFaces } from '../../lib/data/sampleFaces/sampleFaces';
import { createConfig } from '../../lib/profiles';
import { tf } from '../../lib/tensorflow/tf';
import { fineTune } from '../../lib/training/fineTune';
import { openRun } from '../../lib/training/run';
import { trainHead } from '../../lib/training/trainHead';
import type { Sample } from './memory';

const EVERY = 20;
const FACES = 700;

const CONFIG = createConfig('smoke', {
	keepCopiesTogether: true,
	phase1: { epochs: 2, images: 64 },
	phase2: {
		epochs: 20,
		patience: 20,
		imagesPerEpoch: 400,
		batchSize: 8,
		backboneLearningRateScale: 0.5,
		averageDecay: 0.99,
		stochasticDepthRate: 0.2,
		// The larger size from step 101 on.
		imageSizes: [
			{ fromEpoch: 1, size: 32 },
			{ fromEpoch: 3, size: 48 },
		],
		augmentation: { erasing: { probability: 0.5 }, mixupAlpha: 0.4 },
		tensorBoard: 'events',
	},
});

function print(step: number): void {
	globalThis.gc?.();
	const megabytes = Math.round(process.memoryUsage.rss() / 1e5) / 10;
	const sample: Sample = { step, tensors: tf.memory().numTensors, megabytes };
	console.log(JSON.stringify(sample));
}

async function trainEveryOption(name: string): Promise<void> {
	const dataset = await sampleFaces({ size: FACES, seed: 1 });
	const run = await openRun({ name, config: CONFIG, dataset, projectFolder: PROJECT_FOLDER, resume: 'never' });
	await trainHead(run);
	let step = 0;
	print(step);
	await fineTune(run, ({ stage }) => {
		if (!/^Phase 2, epoch/.test(stage)) return;
		step++;
		if (step % EVERY === 0 || step === 1) print(step);
	});
	print(step);
}

trainEveryOption(process.argv[2]);
