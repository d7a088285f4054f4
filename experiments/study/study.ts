// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseAssignments } from '../../cli/assignments.mjs';
import { provideVotes } from '../../cli/data/votes.mjs';
import { provideWeights } from '../../cli/data/weights.mjs';
import { withProblems } from '../../cli/library.mjs';
import { writeJson } from '../../cli/markdown.mjs';
import { personFolder } from '../../scripts/setup/environment.mjs';
import { ROOT } from '../../scripts/setup/paths.mjs';
import { Problem, parseOptions, runCommandLine } from '../../scripts/setup/problem.mjs';
import { exitCodeOf, startProcess } from '../../scripts/setup/processes.mjs';
import { startTask } from '../../scripts/setup/terminal.mjs';
import { setUp } from '../../scripts/setup.mjs';
import { STORED, writeStudyPage } from '../results/studies.mjs';
import { PROFILE, runNameOf, STUDIES, settingsOf, variantsOf } from './plans.mjs';
import { measureSpeeds } from './speed.mjs';

const HELP = `npm run study -- [NAMES] [options]: short trials that differ in one setting (scripts/study/plans.mjs), judged on
PublicTest. Writes docs/results/studies.json and docs/recipes.md; each trial also is a line of docs/results/trials.csv.
What is finished in runs/ is not trained again, and what was interrupted goes on.
  NAMES              ${Object.keys(STUDIES).join(', ')}; default: all
  --weights NAME=PATH  the pretrained weights of a backbone, where they are neither at hand nor can be fetched
  --speed            measures instead how fast each backbone learns and predicts: leave the machine alone meanwhile
  --help             this text
Environment: FER2013_PATH where FER2013 lies.`;

const OPTIONS = /** @type {const} */ ({
	weights: { type: 'string', multiple: true },
	speed: { type: 'boolean' },
	help: { type: 'boolean' },
});

/** @typedef {import('./plans.mjs').Variant} Variant */
/** @typedef {import('../../dist/lib/index.js').Metrics} Metrics */
/** @typedef {import('../results/studies.mjs').Trial} Trial */

/** Trains in a process of its own. @param {readonly string[]} args @returns Its exit code. */
function train(args) {
	const command = [path.join(ROOT, 'cli', 'train.mjs'), ...args];
	return exitCodeOf(startProcess(process.execPath, command, { cwd: ROOT, stdio: 'inherit' }));
}

/**
 * Fetches what the trials will need, so that none of them fails in the night for want of a file.
 * @param {readonly Variant[]} variants
 * @param {ReadonlyMap<string, string>} given Paths of weights, by backbone.
 */
async function provide(variants, given) {
	for (const { set } of variants) {
		const name = set.find((each) => each.startsWith('backbone='))?.slice('backbone='.length);
		if (name && !given.has(name)) await provideWeights(name);
	}
	if (variants.some(({ set }) => set.some((each) => each.startsWith('ferPlus.')))) await provideVotes();
}

/**
 * What a variant gave, if its run has finished with the settings of today.
 * @param {typeof import('../../dist/lib/index.js')} fer
 * @param {Variant} variant
 * @returns {Trial | undefined}
 */
function finishedTrial(fer, variant) {
	const folder = path.join(ROOT, 'runs', runNameOf(variant), 'model');
	if (!fs.existsSync(path.join(folder, 'metrics.json'))) return undefined;
	/** @param {string} name */
	const read = (name) => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'));
	const metrics = /** @type {Metrics} */ (read('metrics.json'));
	const config = fer.createConfig(PROFILE, parseAssignments(settingsOf(variant)));
	// Where the weights lie changes nothing.
	if (
		!isDeepStrictEqual({ ...metrics.config, weights: 'imagenet' }, structuredClone(config)) ||
		metrics.part !== 'validation' ||
		metrics.dataset.drawn
	)
		return undefined;
	/** @param {Pick<Metrics, 'accuracy' | 'macroF1' | 'perClass'>} scores */
	const short = ({ accuracy, macroF1, perClass }) => ({ accuracy, macroF1, disgustRecall: perClass.disgust.recall });
	return {
		...variant,
		set: [...variant.set],
		seed: metrics.seed,
		n: metrics.confusionMatrix.flat().reduce((sum, count) => sum + count, 0),
		epochs: metrics.epochs,
		seconds: Math.round(metrics.seconds),
		cpu: metrics.machine.cpu,
		cores: metrics.machine.cores,
		plain: short(metrics),
		tta: short(metrics.tta),
	};
}

/**
 * Trains what has not been trained.
 * @param {typeof import('../../dist/lib/index.js')} fer
 * @param {readonly Variant[]} variants
 * @param {ReadonlyMap<string, string>} given
 */
async function trainVariants(fer, variants, given) {
	/** @type {string[]} */
	const failed = [];
	for (const [index, variant] of variants.entries()) {
		console.log(`\n${index + 1} of ${variants.length}: ${variant.name}, ${variant.what}`);
		if (!finishedTrial(fer, variant)) {
			const weights = given.get(variant.name);
			const settings = [...settingsOf(variant), ...(weights ? [`weights=${weights}`] : [])];
			const args = ['--trial', '--profile', PROFILE, '--name', runNameOf(variant)];
			const code = await train([...args, ...settings.flatMap((each) => ['--set', each])]);
			if (code !== 0) failed.push(variant.name);
		}
		const trial = finishedTrial(fer, variant);
		if (trial) store(({ trials, ...others }) => ({ ...others, trials: { ...trials, [variant.name]: trial } }));
	}
	if (failed.length > 0) throw new Problem(`Not finished: ${failed.join(', ')}. The same command takes them up.`);
}

/** Changes what docs/results/studies.json holds. @param {(stored: import('../results/studies.mjs').Stored) => object} change */
function store(change) {
	const stored = fs.existsSync(STORED) ? JSON.parse(fs.readFileSync(STORED, 'utf8')) : { trials: {} };
	writeJson(STORED, change(stored));
}

/** @param {readonly string[]} pairs `NAME=PATH` each. */
function givenWeights(pairs) {
	return new Map(
		pairs.map((pair) => {
			const [name, file] = pair.split('=');
			if (!file || !fs.existsSync(path.resolve(personFolder(), file)))
				throw new Problem(`Expected NAME=PATH of a file for --weights but received ${pair}.`);
			return [name, path.relative(ROOT, path.resolve(personFolder(), file))];
		}),
	);
}

await runCommandLine(async () => {
	const { values, positionals } = parseOptions({ options: OPTIONS, allowPositionals: true });
	if (values.help) return console.log(HELP);
	const unknown = positionals.find((name) => !Object.hasOwn(STUDIES, name));
	if (unknown) throw new Problem(`Expected ${Object.keys(STUDIES).join(', ')} but received ${unknown}.`);
	const given = givenWeights(values.weights ?? []);
	await setUp();
	const fer = await import('../../dist/lib/index.js');
	await withProblems(fer, async () => {
		if (values.speed) {
			const task = startTask('Speed');
			const speed = await measureSpeeds(Object.keys(fer.BACKBONES), task.update);
			task.done();
			store((stored) => ({ ...stored, speed }));
		} else {
			const variants = variantsOf(positionals.length > 0 ? positionals : Object.keys(STUDIES));
			await provide(variants, given);
			await trainVariants(fer, variants, given);
		}
		writeStudyPage(fer);
	});
});
