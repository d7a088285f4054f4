import { join } from 'node:path';
import { LOGS, PROJECT_FOLDER } from '../../cli/projectFolder';
import { runLogged } from '../../cli/runProgram';
import { sampleFaces } from '../../lib/data/sampleFaces/sampleFaces';
import { createConfig } from '../../lib/profiles';
import { tf } from '../../lib/tensorflow/tf';
import { fineTune } from '../../lib/training/fineTune';
import { openRun } from '../../lib/training/run';
import { trainHead } from '../../lib/training/trainHead';

/** Steps between which memory must not grow by more than `LIMIT`. */
const [FROM, TO] = [200, 1000];
const LIMIT = 0.02;
/** Steps between two samples. */
const EVERY = 20;

/** 1,000 steps with every option on. */
const CHANGES = {
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
};

/** Makes glibc return freed blocks at once: what it keeps varies by 5 % from step to step. Large pages keep that cheap. */
const GIVE_BACK = {
	MALLOC_MMAP_THRESHOLD_: '131072',
	MALLOC_TRIM_THRESHOLD_: '131072',
	GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1',
};

type Sample = Readonly<Record<'step' | 'tensors' | 'megabytes', number>>;

/** Trains 1,000 steps with every option on, in a process of its own; fails if the number of tensors or memory grows. */
export async function trainWithEveryOption(name: string, onStatus: (status: string) => void) {
	const samples: Sample[] = [];
	const { code, output } = await runLogged(process.execPath, ['--expose-gc', __filename, name], {
		cwd: PROJECT_FOLDER,
		logFile: join(LOGS, 'faults-memory.log'),
		env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2', ...GIVE_BACK },
		onLine: (line) => {
			if (!line.startsWith('{')) return;
			const sample: Sample = JSON.parse(line);
			samples.push(sample);
			onStatus(`step ${sample.step}, ${sample.megabytes} MB`);
		},
	});
	if (code !== 0) throw new Error(`It failed with exit code ${code}:\n${output}`);
	const during = samples.slice(1, -1);
	const counts = [...new Set(during.map(({ tensors }) => tensors))];
	const between = during.filter(({ step }) => step >= FROM);
	const [from, to] = [between[0], between[between.length - 1]];
	if (from?.step !== FROM || to?.step !== TO) throw new Error(`It took ${to?.step} steps instead of ${TO}.`);
	if (counts.length > 1) throw new Error(`The number of tensors changed: ${counts.join(', ')}`);
	const growth = to.megabytes / from.megabytes - 1;
	const most = Math.max(...between.map(({ megabytes }) => megabytes));
	const megabytes = { from: from.megabytes, to: to.megabytes, most };
	if (growth > LIMIT) throw new Error(`Memory grew by ${(100 * growth).toFixed(1)} %: ${JSON.stringify(megabytes)}`);
	const tensors = { before: samples[0].tensors, during: counts[0], after: samples[samples.length - 1].tensors };
	return { steps: to.step, tensors, megabytes, growth };
}

/** Does the training, and prints a sample before it, after every 20 steps, and after it. */
async function trainInside(name: string): Promise<void> {
	let step = 0;
	const print = () => {
		globalThis.gc?.();
		const megabytes = Math.round(process.memoryUsage.rss() / 1e5) / 10;
		console.log(JSON.stringify({ step, tensors: tf.memory().numTensors, megabytes }));
	};
	const dataset = await sampleFaces({ size: 700, seed: 1 });
	const config = createConfig('smoke', CHANGES);
	const run = await openRun({ name, config, dataset, projectFolder: PROJECT_FOLDER, resume: 'never' });
	await trainHead(run);
	print();
	await fineTune(run, ({ stage }) => {
		if (!/^Phase 2, epoch/.test(stage)) return;
		step++;
		if (step % EVERY === 0 || step === 1) print();
	});
	print();
}

if (require.main === module) trainInside(process.argv[2]);
