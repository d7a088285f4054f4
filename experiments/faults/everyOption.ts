// @ts-check
// Fine-tunes for 1,000 steps with every option on, and prints a line of JSON each 20: the step, how many tensors there
// are, and how much memory the process has. Started by memory.mjs with --expose-gc.
import { ROOT } from '../../scripts/setup/paths.mjs';

const EVERY = 20;
const FACES = 700;

const { createConfig, fineTune, openRun, sampleFaces, tf, trainHead } = await import('../../dist/lib/index.js');

const config = createConfig('smoke', {
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
const dataset = await sampleFaces({ size: FACES, seed: 1 });
const [name] = process.argv.slice(2);
const run = await openRun({ name, config, dataset, projectFolder: ROOT, resume: 'never' });
await trainHead(run);

/** @param {number} step */
function tell(step) {
	globalThis.gc?.();
	const rss = process.memoryUsage.rss();
	console.log(JSON.stringify({ step, tensors: tf.memory().numTensors, megabytes: Math.round(rss / 1e5) / 10 }));
}

let step = 0;
tell(step);
await fineTune(run, ({ stage }) => {
	if (!/^Phase 2, epoch/.test(stage)) return;
	step++;
	if (step % EVERY === 0 || step === 1) tell(step);
});
tell(step);
