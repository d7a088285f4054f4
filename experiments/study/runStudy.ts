import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { provideVotes } from '../../cli/data/votes';
import { provideWeights } from '../../cli/data/weights';
import { Problem } from '../../cli/problem';
import { withTask } from '../../cli/progressLine';
import { PROJECT_FOLDER, RUNS, resolveUserPath } from '../../cli/projectFolder';
import { readMetrics } from '../../lib/evaluation/storedMetrics';
import { BACKBONES } from '../../lib/model/backbones/registry';
import { createConfig } from '../../lib/profiles';
import { parseAssignments } from '../../lib/settings';
import { storeStudies, trialOf, writeStudyPage } from '../results/studies';
import { PROFILE, settingsOf, type Variant, variantsOf } from './plans';
import { measureSpeeds } from './speed';

/** The options of `fer experiment study`. */
export type StudyOptions = Readonly<{ weights?: readonly string[]; speed?: boolean }>;

/** Runs the trials of some studies, or measures the speed of all backbones, and writes docs/recipes.md. */
export async function runStudy(studies: readonly string[], { weights = [], speed }: StudyOptions): Promise<void> {
	const given = givenWeights(weights);
	if (speed) {
		const speeds = await withTask('Speed', (task) => measureSpeeds(Object.keys(BACKBONES), task.update));
		await storeStudies((stored) => ({ ...stored, speed: speeds }));
	} else {
		const variants = variantsOf(studies);
		await provide(variants, given);
		await trainVariants(variants, given);
	}
	await writeStudyPage();
}

/** Reads `NAME=PATH` pairs; the paths become relative to the clone. */
function givenWeights(pairs: readonly string[]): Map<string, string> {
	const weights = pairs.map((pair): [string, string] => {
		const [name, file] = pair.split('=');
		if (file && existsSync(resolveUserPath(file))) return [name, relative(PROJECT_FOLDER, resolveUserPath(file))];
		throw new Problem(`Expected NAME=PATH of a file for --weights but received ${pair}.`);
	});
	return new Map(weights);
}

/** Fetches everything that the trials need, so that none of them fails overnight because a file is missing. */
async function provide(variants: readonly Variant[], given: ReadonlyMap<string, string>): Promise<void> {
	for (const { set } of variants) {
		const name = set.find((each) => each.startsWith('backbone='))?.slice('backbone='.length);
		if (name && !given.has(name)) await provideWeights(name);
	}
	if (variants.some(({ set }) => set.some((each) => each.startsWith('ferPlus.')))) await provideVotes();
}

/** Trains the variants that are not finished, each in a process of its own. */
async function trainVariants(variants: readonly Variant[], given: ReadonlyMap<string, string>): Promise<void> {
	const failed: string[] = [];
	for (const [index, variant] of variants.entries()) {
		console.log(`\n${index + 1} of ${variants.length}: ${variant.name}, ${variant.what}`);
		if (!(await finishedTrial(variant))) {
			const weights = given.get(variant.name);
			const settings = [...settingsOf(variant), ...(weights ? [`weights=${weights}`] : [])];
			const args = ['--trial', '--profile', PROFILE, '--name', `study-${variant.name}`];
			if (!(await train([...args, ...settings.flatMap((each) => ['--set', each])]))) failed.push(variant.name);
		}
		const trial = await finishedTrial(variant);
		if (trial) await storeStudies((stored) => ({ ...stored, trials: { ...stored.trials, [trial.name]: trial } }));
	}
	if (failed.length > 0) throw new Problem(`Not finished: ${failed.join(', ')}. The same command resumes them.`);
}

/** Runs `fer train`; returns whether it succeeded. */
async function train(args: readonly string[]): Promise<boolean> {
	const { execa } = await import('execa');
	const command = [join(PROJECT_FOLDER, 'scripts', 'fer.mjs'), 'train', ...args];
	const { exitCode } = await execa(process.execPath, command, { cwd: PROJECT_FOLDER, stdio: 'inherit', reject: false });
	return exitCode === 0;
}

/** Returns the scores of a variant if its run has finished with today's settings. */
async function finishedTrial(variant: Variant) {
	const folder = join(RUNS, `study-${variant.name}`, 'model');
	if (!existsSync(join(folder, 'metrics.json'))) return undefined;
	const metrics = await readMetrics(folder);
	const config = createConfig(PROFILE, parseAssignments(settingsOf(variant)));
	// The place of the weights changes nothing.
	const isCurrent = isDeepStrictEqual({ ...metrics.config, weights: 'imagenet' }, structuredClone(config));
	if (!isCurrent || metrics.part !== 'validation' || metrics.dataset.drawn) return undefined;
	return trialOf(variant, metrics);
}
