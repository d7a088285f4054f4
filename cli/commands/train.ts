import type { Command } from 'commander';
import { backendOption } from '../backendOption';
import { examples } from '../examples';
import { Problem } from '../problem';
import { profileOption } from '../profileOption';
import { note } from '../progressLine';
import { stopOnSignal } from '../signals';
import type { TrainMessage, TrainOptions } from '../trainRun';

export function registerTrain(program: Command): void {
	program
		.command('train')
		.summary('train a network and evaluate it')
		.description(
			'Train both phases, evaluate on the test part, and write metrics, figures and the model to runs/NAME. A stored run ' +
				'with the same settings and data is resumed; one with others is kept as runs/NAME.old-1, .old-2 and so on, and moved ' +
				'back when they are used again. Ctrl-C stops after the current step and saves a checkpoint.',
		)
		.addOption(profileOption('full'))
		.option('--name <name>', 'name of the run, a folder in runs/ (default: the profile)')
		.option(
			'--data <path>',
			'train on this folder, archive or table instead of FER2013 (`fer data --describe` shows it)',
		)
		.option(
			'--classes <names>',
			'classes of the data in the order of their labels, separated by commas; others are left out (default: all)',
		)
		.addOption(backendOption())
		.option(
			'--set <field=value>',
			'change a setting of the profile; can be repeated (`fer settings` lists the settings)',
			(value: string, all: string[] = []) => [...all, value],
		)
		.option('--resume', 'resume the stored run; fail if there is none or its settings or data differ')
		.option('--fresh', 'start over; a stored run is kept as runs/NAME.old-1, .old-2 and so on')
		.option('--trial', 'evaluate on the validation part only, and add a row to docs/results/trials.csv')
		.option('--study <name>', 'keep the run in runs/STUDY/NAME, with others')
		.option('--json', 'print the scores as JSON')
		.option('--json-lines', 'print progress, each epoch and the scores as a line of JSON each, as they come')
		.addHelpText(
			'after',
			examples(
				'train --profile smoke',
				'train --data ~/photos/gestures --name gestures',
				'train --backend webgpu',
				'train --name wider --set backbone=resnet50 --set phase2.epochs=30',
				`train --set 'distillation.teachers=["models/official"]'`,
			),
		)
		.addHelpText('after', '\nEnvironment: FER2013_PATH, the path of FER2013.')
		.action(train);
}

async function train(options: TrainOptions & { json?: boolean; jsonLines?: boolean }): Promise<void> {
	if (options.resume && options.fresh) throw new Problem('--resume and --fresh exclude each other.');
	if (options.json && options.jsonLines) throw new Problem('--json and --json-lines exclude each other.');
	const { trainRun } = await import('../trainRun.js');
	const signal = stopOnSignal(() => note('\nStopping after the current step. Press Ctrl-C again to stop at once.'));
	const print = (message: TrainMessage) => console.log(JSON.stringify(message));
	const scores = await trainRun(options, signal, options.jsonLines ? print : undefined);
	// Also where the results were already being written: a caller that stopped the program must not read success.
	if (signal.aborted) process.exitCode = signal.reason;
	if (scores && options.jsonLines) return;
	if (scores) {
		const { formatScores } = await import('../../lib/runs/reportText.js');
		console.log(options.json ? JSON.stringify(scores, null, '\t') : formatScores(scores));
		return;
	}
	const how = options.fresh ? 'Run the same command with --resume instead of --fresh' : 'Run the same command';
	console.error(`Stopped, with a checkpoint. ${how} to resume.`);
}
