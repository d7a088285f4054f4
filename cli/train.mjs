// @ts-check
import path from 'node:path';
import { ROOT } from '../scripts/setup/paths.mjs';
import { Problem, parseOptions, runCommandLine } from '../scripts/setup/problem.mjs';
import { setUp } from '../scripts/setup.mjs';
import { parseAssignments } from './assignments.mjs';
import { provideVotes } from './data/votes.mjs';
import { provideWeights } from './data/weights.mjs';
import { openData, withProblems, withProgress } from './library.mjs';

const HELP = `npm run train -- [options]: trains both phases, tests, and writes metrics, figures and the network.
The notebook then takes up the finished run of the same profile and settings in minutes.
  --profile NAME     smoke, quick, full (the default) or distilled
  --name NAME        the run's folder below runs/; default: the profile
  --set FIELD=VALUE  changes a setting of lib/config.ts, as often as needed: --set phase2.epochs=30 --set seed=1;
                     --set 'distillation.teachers=["NAME"]' learns from a finished run or trial, or models/NAME
  --resume           goes on with the stored run; refuses if there is none or its settings or data differ
  --fresh            begins anew; a stored run is set aside. Without either: goes on if settings and data are the same
  --trial            for choosing settings: leaves the test faces alone, judges on the validation part, and adds a
                     line to docs/results/trials.csv
  --help             this text
Environment: FER2013_PATH where FER2013 lies. Ctrl-C ends after the current step, with a checkpoint.`;

const OPTIONS = /** @type {const} */ ({
	profile: { type: 'string', default: 'full' },
	name: { type: 'string' },
	set: { type: 'string', multiple: true },
	resume: { type: 'boolean' },
	fresh: { type: 'boolean' },
	trial: { type: 'boolean' },
	help: { type: 'boolean' },
});

const TRIALS = path.join(ROOT, 'docs', 'results', 'trials.csv');

/** Exit codes that shells give for signals. */
const SIGNALS = /** @type {const} */ ({ SIGINT: 130, SIGTERM: 143 });

/**
 * @param {typeof import('../dist/lib/index.js')} fer
 * @param {import('../dist/lib/index.js').Run} run
 * @param {boolean} isTrial
 * @returns {Promise<boolean>} Whether it came to its end.
 */
async function trainAndTest(fer, run, isTrial) {
	const interrupted = () => Boolean(run.signal?.aborted);
	const phase1 = await withProgress(fer, 'Phase 1', (onProgress) => fer.trainHead(run, onProgress));
	console.log([...phase1.notes, fer.summarizeHistory(phase1.history)].join('\n'));
	if (interrupted()) return false;
	const phase2 = await withProgress(fer, 'Phase 2', (onProgress) => fer.fineTune(run, onProgress));
	console.log([...phase2.notes, fer.summarizeHistory(phase2.history)].join('\n'));
	if (interrupted()) return false;
	const calibration = await withProgress(fer, 'Calibration', (onProgress) => fer.calibrate(run, onProgress));
	const phases = { phase1, phase2, calibration };
	if (isTrial) {
		const indices = run.split.validation;
		const { scores } = await withProgress(fer, 'Validation', (onProgress) =>
			fer.evaluate(run, { indices, onProgress }),
		);
		const metrics = fer.collectMetrics(run, phases, scores, 'validation');
		await fer.writeModel(run, { ...phases, metrics });
		await fer.appendTrial(TRIALS, metrics);
		console.log(`VALIDATION part: ${fer.formatScores(metrics)}`);
		return true;
	}
	const results = await withProgress(fer, 'Test', (onProgress) => fer.testRun(run, phases, onProgress));
	console.log(`\n${fer.formatScores(results.metrics)}\n`);
	const images = path.join(run.folder, 'images');
	for await (const [name, figure] of fer.drawRunFigures(results)) {
		await fer.writePng(figure, path.join(images, `${name}.png`));
	}
	console.log(`Metrics, figures and network: ${path.relative(process.cwd(), run.folder)}`);
	return true;
}

await runCommandLine(async () => {
	const { values } = parseOptions({ options: OPTIONS });
	if (values.help) return console.log(HELP);
	if (values.resume && values.fresh) throw new Problem('--resume and --fresh exclude each other.');
	await setUp();
	const fer = await import('../dist/lib/index.js');
	const stop = new AbortController();
	/** @type {keyof typeof SIGNALS | undefined} */
	let received;
	for (const signal of /** @type {(keyof typeof SIGNALS)[]} */ (Object.keys(SIGNALS))) {
		process.once(signal, () => {
			received = signal;
			stop.abort();
			console.log('\nInterrupted: ends after the training step, or the features or test, in hand.');
		});
	}
	const finished = await withProblems(fer, async () => {
		const config = fer.createConfig(values.profile, parseAssignments(values.set ?? []));
		if (config.weights === 'imagenet') await provideWeights(config.backbone);
		const dataset = await openData(fer, config);
		console.log(`${dataset.name}: ${dataset.labels.length.toLocaleString('en')} faces`);
		if (config.ferPlus.lossWeight > 0 && !dataset.drawn) await provideVotes();
		const resume = values.fresh ? 'never' : values.resume ? 'required' : 'if-same';
		const name = values.name ?? values.profile;
		const run = await fer.openRun({ name, config, dataset, projectFolder: ROOT, resume, signal: stop.signal });
		return trainAndTest(fer, run, Boolean(values.trial));
	});
	if (finished) return 0;
	const how = values.fresh ? 'The same command with --resume instead of --fresh' : 'The same command';
	console.log(`Interrupted: a checkpoint is written. ${how} goes on from there.`);
	return received ? SIGNALS[received] : 1;
});
