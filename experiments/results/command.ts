import { type Command, Option } from 'commander';
import { examples } from '../../cli/examples';
import { Problem } from '../../cli/problem';
import type { ResultsOptions } from './writeResults';

/** The published models in the order of the tables; the README shows the figures of the first. */
const NAMES = ['holdout', 'official', 'holdout-distilled', 'official-distilled'];

const EXAMPLES = ['results', 'results --take full --as holdout', 'results --seed official-distilled-1'];

/** Registers `fer results`. */
export function registerResults(program: Command): void {
	program
		.command('results')
		.summary('write the tables of results, model cards and figures')
		.description(
			'Write the tables of README.md, docs/protocol.md, docs/recipes.md and docs/cross-dataset.md, the model cards and the figures in images/ from models/ and docs/results/.',
		)
		.option('--take <run>', 'first copy the model of the finished run runs/RUN to models/NAME')
		.addOption(
			new Option('--as <name>', 'NAME: the protocol, with -distilled for the distilled profile').choices(NAMES),
		)
		.option(
			'--seed <run>',
			'first copy the scores of the finished run runs/RUN, which has the settings of a published model and another seed, to docs/results',
		)
		.option(
			'--cross <run>',
			'first copy the results of runs/RUN, a finished run of the cross-dataset notebook on real data, to docs/results; then write only what depends on them',
		)
		.addHelpText('after', examples(...EXAMPLES, 'results --cross cross-quick'))
		.action(async (options: ResultsOptions) => {
			if (Boolean(options.take) !== Boolean(options.as)) throw new Problem('--take and --as must be used together.');
			const { writeAll } = await import('./writeResults.js');
			await writeAll(NAMES, options);
		});
}
