import type { Command } from 'commander';
import { examples } from '../examples';
import { note, withProgress } from '../progressLine';
import { resolveUserPath } from '../projectFolder';

export function registerEvaluate(program: Command): void {
	program
		.command('evaluate')
		.summary('evaluate a trained model on its test part')
		.description('Evaluate a trained model on the test part of the protocol that it was trained with.')
		.requiredOption('--model <folder>', 'models/NAME, or the model of a finished run: runs/NAME/model')
		.option(
			'--protocol <name>',
			'holdout or official; must be the one that the model was trained with (default: that one)',
		)
		.option('--tta', "also evaluate with test-time augmentation, as in the model's config")
		.option('--json', 'print the scores as JSON')
		.addHelpText(
			'after',
			examples('evaluate --model models/official --tta', 'evaluate --model runs/quick/model --json'),
		)
		.addHelpText('after', '\nEnvironment: FER2013_PATH, the path of FER2013.')
		.action(evaluateModel);
}

async function evaluateModel(options: { model: string; protocol?: string; tta?: boolean; json?: boolean }) {
	const { evaluate } = await import('../../lib/evaluation/evaluate.js');
	const { formatScores } = await import('../../lib/runs/reportText.js');
	const { readStoredModel } = await import('../../lib/runs/storedModel.js');
	const { openTrained } = await import('../openData.js');
	const trained = await openTrained(await readStoredModel(resolveUserPath(options.model)), options.protocol);
	const views = options.tta ? undefined : 'single';
	const { scores } = await withProgress('Test', (onProgress) => evaluate(trained, { views, onProgress }));
	// Text output says so itself.
	if (options.json && scores.ways !== undefined && scores.ways < Object.keys(scores.perClass).length) {
		note(`The test images have ${scores.ways} classes only; macro F1 is the mean over these.`);
	}
	console.log(options.json ? JSON.stringify(scores, null, '\t') : formatScores(scores));
}
