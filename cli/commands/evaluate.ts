import type { Command } from 'commander';
import type { EvaluateOptions } from '../evaluateModel';
import { examples } from '../examples';
import { resolveUserPath } from '../projectFolder';

/** Registers `fer evaluate`. */
export function registerEvaluate(program: Command): void {
	program
		.command('evaluate')
		.summary('evaluate a trained model on its test part')
		.description('Evaluate a trained model on the test part of the protocol that it was trained under.')
		.requiredOption('--model <folder>', 'models/NAME, or the folder of a finished run: runs/NAME/model')
		.option('--protocol <name>', 'must be the one that the model was trained under (the default)')
		.option('--tta', "also with test-time augmentation, as in the model's config")
		.option('--json', 'print the scores as JSON')
		.addHelpText(
			'after',
			`${examples(
				'evaluate --model models/official --tta',
				'evaluate --model runs/quick/model --json',
			)}\n\nEnvironment: FER2013_PATH, the path of FER2013.`,
		)
		.action(async ({ model, json, ...options }: EvaluateOptions & { model: string; json?: boolean }) => {
			const { evaluateModel } = await import('../evaluateModel.js');
			const { formatScores } = await import('../../lib/runs/reportText.js');
			const scores = await evaluateModel(resolveUserPath(model), options);
			console.log(json ? JSON.stringify(scores, null, '\t') : formatScores(scores));
		});
}
