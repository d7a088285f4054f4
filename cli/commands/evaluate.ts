import type { Command } from 'commander';
import type { Backend, Config } from '../../lib/config';
import type { Trained } from '../../lib/evaluation/predict';
import type { StoredModel } from '../../lib/runs/storedModel';
import { backendOption } from '../backendOption';
import { examples } from '../examples';
import { Problem } from '../problem';
import { note, withProgress } from '../progressLine';
import { checkUserPath, resolveUserPath } from '../projectFolder';

export function registerEvaluate(program: Command): void {
	program
		.command('evaluate')
		.summary('evaluate a trained model on its test part, or on any other data')
		.description(
			'Evaluate a trained model on the test part of the protocol that it was trained with, or on other data: on its test ' +
				'part if it has one, and on the classes that both have.',
		)
		.requiredOption('--model <folder>', 'models/NAME, or the model of a finished run: runs/NAME/model')
		.option(
			'--protocol <name>',
			'holdout or official; must be the one that the model was trained with (default: that one)',
		)
		.option('--data <path>', 'another data set (folder, archive or table), or where the training data is now')
		.option('--tta', "also evaluate with test-time augmentation, as in the model's config")
		.addOption(backendOption())
		.option('--json', 'print the scores as JSON')
		.addHelpText(
			'after',
			examples(
				'evaluate --model models/official --tta',
				'evaluate --model runs/quick/model --json',
				'evaluate --model models/official --data ~/rafdb.zip',
			),
		)
		.addHelpText('after', '\nEnvironment: FER2013_PATH, the path of FER2013.')
		.action(evaluateModel);
}

interface Options {
	readonly model: string;
	readonly protocol?: string;
	readonly data?: string;
	readonly tta?: boolean;
	readonly backend?: Backend;
	readonly json?: boolean;
}

async function evaluateModel(options: Options): Promise<void> {
	const { readStoredModel } = await import('../../lib/runs/storedModel.js');
	const { openTrained } = await import('../openData.js');
	const { useBackend } = await import('../../lib/tensorflow/backend.js');
	if (options.data !== undefined) checkUserPath(options.data, '--data');
	if (options.backend) await useBackend(options.backend);
	const stored = await readStoredModel(resolveUserPath(options.model));
	if (options.data !== undefined) return evaluateOther(stored, options, resolveUserPath(options.data));
	return evaluateTrained(await openTrained(stored, options.protocol), options);
}

async function evaluateTrained(trained: Trained, options: Options): Promise<void> {
	const { evaluate } = await import('../../lib/evaluation/evaluate.js');
	const { formatScores } = await import('../../lib/runs/reportText.js');
	const views = options.tta ? undefined : 'single';
	const { scores } = await withProgress('Test', (onProgress) => evaluate(trained, { views, onProgress }));
	// Text output says so itself.
	if (options.json && scores.ways !== undefined && scores.ways < Object.keys(scores.perClass).length) {
		note(`The test images have ${scores.ways} classes only; macro F1 is the mean over these.`);
	}
	console.log(options.json ? JSON.stringify(scores, null, '\t') : formatScores(scores));
}

/** Evaluates on the test part of the training data if that is what `data` is, else on the data set there. */
async function evaluateOther(stored: StoredModel, options: Options, data: string): Promise<void> {
	const { asTrained, evaluateStored } = await import('../../lib/runs/storedModel.js');
	const { openOther } = await import('../openData.js');
	const dataset = await openOther(stored, data);
	const { fingerprint, name } = stored.metrics.dataset;
	// Another copy of the training data has training images in every part: `asTrained` refuses it.
	if (dataset.fingerprint === fingerprint || dataset.name === name) {
		const protocol = (options.protocol ?? stored.metrics.config.protocol) as Config['protocol'];
		return evaluateTrained(asTrained(stored, dataset, protocol), options);
	}
	if (options.protocol) throw new Problem('--protocol is for the data that the model was trained on.');
	const { formatOther } = await import('../../lib/runs/reportText.js');
	const views = options.tta ? undefined : 'single';
	const scores = await withProgress('Test', (onProgress) => evaluateStored(stored, dataset, { views, onProgress }));
	console.log(options.json ? JSON.stringify(scores, null, '\t') : formatOther(scores));
}
