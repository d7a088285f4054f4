import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { examples } from '../cli/examples';
import { Problem } from '../cli/problem';
import { PROJECT_FOLDER, resolveUserPath } from '../cli/projectFolder';
import type { ResultsOptions } from './results/writeResults';
import type { ScaleOptions } from './scale/measureScale';
import { STUDIES } from './study/plans';
import type { StudyOptions } from './study/runStudy';

/** The published models in the order of the tables; the README shows the figures of the first. */
const MODELS = ['holdout', 'official', 'holdout-distilled', 'official-distilled'];
const COMPARED = ['accuracy', 'latency'];
const FAULTS = ['kills', 'signals', 'disk', 'earlier', 'refusals', 'memory'];
const FUZZED = ['images', 'archives', 'csv', 'settings', 'kernels'];
const FER2013 = 'Environment: FER2013_PATH, the path of FER2013';

const integerFrom = (least: number) => (text: string) => {
	if (/^\d+$/.test(text) && Number(text) >= least) return Number(text);
	throw new InvalidArgumentError(`Expected an integer of at least ${least}.`);
};

const collect = (value: string, others: readonly string[] = []) => [...others, value];

/** Registers `fer results`. */
export function registerResults(program: Command): void {
	program
		.command('results')
		.summary('write the tables of results, model cards and figures')
		.description('Write the tables of README.md and docs/, the model cards and images/ from models/ and docs/results/.')
		.option('--take <run>', 'first copy the model of the finished run runs/RUN to models/NAME')
		.addOption(new Option('--as <name>', 'NAME: the protocol, plus -distilled for that profile').choices(MODELS))
		.option(
			'--seed <run>',
			'first add the scores of runs/RUN, a published recipe trained with another seed, to docs/results',
		)
		.option(
			'--cross <run>',
			'first copy the results of the cross-dataset run runs/RUN; then write only what depends on them',
		)
		.addHelpText('after', examples('results', 'results --take full --as holdout', 'results --cross cross-quick'))
		.action(async (options: ResultsOptions) => {
			if (Boolean(options.take) !== Boolean(options.as)) throw new Problem('--take and --as must be used together.');
			const { writeAll } = await import('./results/writeResults.js');
			await writeAll(MODELS, options);
		});
}

/** Registers `fer experiment` and its commands. */
export function registerExperiments(program: Command): void {
	const experiment = program
		.command('experiment')
		.summary('repeat an experiment of docs/')
		.description('Repeat an experiment reported in docs/.');
	for (const register of [
		registerStudy,
		registerCompare,
		registerDetectors,
		registerExports,
		registerFaults,
		registerFuzz,
		registerScale,
	])
		register(experiment);
	experiment.addHelpText('after', examples('experiment study --help', 'experiment compare --help'));
}

function registerStudy(experiment: Command): void {
	const names = Object.keys(STUDIES);
	experiment
		.command('study')
		.summary('run short trials that differ in one setting')
		.description('Run short trials that differ in one setting (experiments/study/plans.ts), evaluated on PublicTest.')
		.addArgument(new Argument('[names...]', 'studies to run').choices(names).default(names, 'all'))
		.option('--weights <name=path>', 'weights of a backbone that cannot be downloaded; can be repeated', collect)
		.option('--speed', 'instead, measure how fast each backbone trains and predicts; leave the machine otherwise idle')
		.addHelpText(
			'after',
			`
Writes docs/results/studies.json and docs/recipes.md; each trial also becomes a row of
docs/results/trials.csv. Finished trials in runs/ are not trained again; interrupted ones are resumed.
${examples('experiment study', 'experiment study backbones --weights mobilenet-v2=weights.h5')}

${FER2013}.`,
		)
		.action(async (chosen: string[], options: StudyOptions) =>
			(await import('./study/runStudy.js')).runStudy(chosen, options),
		);
}

function registerCompare(experiment: Command): void {
	experiment
		.command('compare')
		.summary("compare the package's networks with those of face-api and human")
		.description("Compare the npm package's networks with the expression networks of face-api and human.")
		.addOption(new Option('--only <parts...>', 'measure only this, and keep the other figures').choices(COMPARED))
		.addHelpText(
			'after',
			`
Measures accuracy on the test faces of the models' protocol, and the time for one face in headless Chromium, for
which the machine should be otherwise idle. Writes docs/results/peers.json, docs/peers.md and the times in
package/README.md. @vladmandic/human (43 MB) is installed into runs/peers.
${examples('experiment compare', 'experiment compare --only latency')}

${FER2013}; CKPLUS_PATH, the path of CK+, to measure accuracy on it too;
CHROMIUM_PATH, if Chromium is not in a usual place.`,
		)
		.action(async ({ only }: { only?: ('accuracy' | 'latency')[] }) =>
			(await import('./compare/comparePeers.js')).comparePeers(only),
		);
}

function registerDetectors(experiment: Command): void {
	experiment
		.command('detectors')
		.summary('compare face detectors on FER2013 faces in larger scenes')
		.description('Compare face detectors on faces of FER2013 that are pasted into larger scenes.')
		.option('--model <folder>', 'models/NAME or runs/NAME/model (default: models/official)')
		.option('--faces <n>', 'number of validation faces', integerFrom(1), 1000)
		.option(
			'--only <words...>',
			'measure only detectors with one of these words in their names, and keep the other rows',
		)
		.addHelpText(
			'after',
			`
Fits the position of FER2013's square relative to each detector's box on training faces, then counts how many
validation faces are found and how many of these the model classifies correctly, compared with FER2013's own crops.
Writes docs/results/detectors.json and docs/photos.md. @vladmandic/human (43 MB) and @mediapipe/face_detection (21 MB)
are installed into runs/peers; the latter runs in headless Chromium.
${examples('experiment detectors', 'experiment detectors --model runs/full/model --faces 500')}

${FER2013};
CHROMIUM_PATH, if Chromium is not in a usual place.`,
		)
		.action(async ({ model, faces, only }: { model?: string; faces: number; only?: string[] }) => {
			const { compareDetectors } = await import('./detectors/compareDetectors.js');
			const folder = model ? resolveUserPath(model) : join(PROJECT_FOLDER, 'models', 'official');
			await compareDetectors(folder, faces, only);
		});
}

function registerExports(experiment: Command): void {
	experiment
		.command('exports')
		.summary('measure exported models in ONNX Runtime')
		.description('Measure models exported to ONNX in 32, 16 and 8 bits on the test faces, in ONNX Runtime.')
		.option('--model <folder>', 'models/NAME or runs/NAME/model (default: models/official)')
		.addHelpText(
			'after',
			`
Compares their accuracy and probabilities with those of the model itself. Writes docs/results/exports.json and
docs/export.md; those of another model than models/official are only printed. ONNX Runtime for Python (180 MB with
pip and NumPy) is installed into runs/peers/onnxruntime.
${examples('experiment exports', 'experiment exports --model runs/full/model')}

${FER2013}.`,
		)
		.action(async ({ model }: { model?: string }) =>
			(await import('./exports/measureExports.js')).measureExports(model),
		);
}

function registerFaults(experiment: Command): void {
	experiment
		.command('faults')
		.summary('test that a training survives kills, signals and a full disk')
		.description('Test `fer train` itself: a training must survive faults.')
		.option('--seed <n>', 'seed of the random moments (default: a new one each time, which is printed)', integerFrom(0))
		.addOption(new Option('--only <parts...>', 'run only some of the parts; writes nothing to docs/').choices(FAULTS))
		.addHelpText(
			'after',
			`
The training is killed at random moments and restarted, interrupted, run out of disk space, trained in turn with another
one of the same name, and made to diverge. It must
end with the same history, weights and metrics as an uninterrupted one. 1,000 steps with every option on must leave the
number of tensors and the memory unchanged. Takes about a quarter of an hour and writes docs/results/faults.json.
${examples('experiment faults', 'experiment faults --only kills signals --seed 7')}`,
		)
		.action(async ({ seed = randomInt(2 ** 31), only }: { seed?: number; only?: string[] }) => {
			const { runFaults } = await import('./faults/runFaults.js');
			await runFaults(only ?? FAULTS, seed, !only);
		});
}

function registerFuzz(experiment: Command): void {
	experiment
		.command('fuzz')
		.summary('test that no input ends in a crash, a hang or an unexplained error')
		.description('Try random images, archives, CSV files, settings and inputs of the native kernels.')
		.option('--seconds <n>', 'time for all parts together', integerFrom(1), 3600)
		.option('--seed <n>', 'seed of the inputs (default: a new one each time, which is printed)', integerFrom(0))
		.addOption(new Option('--only <parts...>', 'try only some of the parts; writes nothing to docs/').choices(FUZZED))
		.addHelpText(
			'after',
			`
Each input must end in a result or in an error that says what to do. The first that does not is reduced and printed.
Writes docs/results/fuzz.json if all parts had half an hour together.
${examples('experiment fuzz', 'experiment fuzz --only images kernels --seconds 60 --seed 7')}`,
		)
		.action(async (options: { seconds: number; seed?: number; only?: string[] }) => {
			const { runFuzz } = await import('./fuzz/runFuzz.js');
			await runFuzz(options.only ?? FUZZED, options.seed ?? randomInt(2 ** 31), options.seconds);
		});
}

function registerScale(experiment: Command): void {
	experiment
		.command('scale')
		.summary('measure many photos read by many processes')
		.description('Measure `fer predict --on local` on drawn photos: one process beside one worker for each core.')
		.option('--photos <n>', 'number of drawn photos; every hundredth cannot be read', integerFrom(2), 1000)
		.option('--repetitions <n>', 'runs of each side, in turns', integerFrom(1), 3)
		.option('--workers-only', 'only the workers, once, and how fast rows are written if nothing is read')
		.addHelpText(
			'after',
			`
Leave the machine otherwise idle. Writes docs/results/scale.json and docs/scale.md if there are at least 1,000 photos
(with --workers-only 20,000); smaller runs are printed. The photos stay in runs/scale. Ray (0.6 GB) is installed into
.venv-ray when first needed.
${examples('experiment scale', 'experiment scale --photos 20000 --workers-only')}`,
		)
		.action(async (options: ScaleOptions) => (await import('./scale/measureScale.js')).measureScale(options));
}
