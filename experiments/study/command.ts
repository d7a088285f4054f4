import { Argument, type Command } from 'commander';
import { examples } from '../../cli/examples';
import { STUDIES } from './plans';
import type { StudyOptions } from './runStudy';

const NAMES = Object.keys(STUDIES);

const DETAILS = `
Writes docs/results/studies.json and docs/recipes.md; each trial is also a line of docs/results/trials.csv.
Finished trials in runs/ are not trained again, and interrupted ones resume.
${examples('experiment study', 'experiment study backbones --weights mobilenet-v2=weights.h5')}

Environment: FER2013_PATH, the path of FER2013.`;

/** Registers `fer experiment study`. */
export function registerStudy(experiment: Command): void {
	experiment
		.command('study')
		.summary('short trials that differ in one setting')
		.description('Run short trials that differ in one setting (experiments/study/plans.ts), judged on PublicTest.')
		.addArgument(new Argument('[names...]', 'studies to run').choices(NAMES).default(NAMES, 'all'))
		.option(
			'--weights <name=path>',
			'pretrained weights of a backbone that cannot be downloaded; can be repeated',
			(pair: string, others: string[] = []) => [...others, pair],
		)
		.option('--speed', 'measure instead how fast each backbone trains and predicts; leave the machine idle meanwhile')
		.addHelpText('after', DETAILS)
		.action(async (names: string[], options: StudyOptions) => {
			const { runStudy } = await import('./runStudy.js');
			await runStudy(names, options);
		});
}
