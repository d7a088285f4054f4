import type { Command } from 'commander';
import { examples } from '../examples';
import { profileOption } from '../profileOption';
import { note } from '../progressLine';
import { shownPath } from '../projectFolder';
import { stopOnSignal } from '../signals';
import type { TuneOptions } from '../tune/plan';

export function registerTune(program: Command): void {
	program
		.command('tune')
		.summary('search for better settings with Ray Tune')
		.description(
			'Train many trials with settings of a space, and compare them by validation accuracy: Optuna proposes settings, ' +
				'and ASHA stops weak trials early. SPACE.json names settings with a list of values or a range: ' +
				'{ "phase2.learningRate": { "min": 1e-4, "max": 1e-2, "log": true }, "phase2.batchSize": [32, 64] }. ' +
				'Results go to runs/tune-NAME. The first sweep installs Ray into .venv-ray (0.7 GB).',
		)
		.argument('<space>', 'JSON file with the settings to vary')
		.option('--trials <number>', 'number of trials', '20')
		.addOption(profileOption('quick'))
		.option('--name <name>', "name of the sweep, a folder runs/tune-NAME (default: the space's file name)")
		.option('--data <path>', 'train on this folder, archive or table instead of FER2013')
		.option('--classes <names>', 'classes of the data, separated by commas (default: all)')
		.option(
			'--set <field=value>',
			'change a setting of all trials; can be repeated',
			(value: string, all: string[] = []) => [...all, value],
		)
		.option('--on <address>', 'a Ray cluster, ray://HOST:PORT or HOST:PORT, or `local` for this machine', 'local')
		.option('--cores <number>', 'cores of each trial', '1')
		.option('--gpus <number>', 'graphics cards of each trial', '0')
		.option('--resume', 'go on with the sweep in runs/tune-NAME')
		.option('--json', 'print the trials as JSON')
		.addHelpText(
			'after',
			examples('tune space.json --trials 30', 'tune space.json --resume', 'tune space.json --on ray://head:10001'),
		)
		.action(tune);
}

async function tune(space: string, options: TuneOptions & { json?: boolean }): Promise<void> {
	const { runTune } = await import('../tune/runTune.js');
	const { formatReport, reportSweep, writeReport } = await import('../tune/report.js');
	const signal = stopOnSignal(() => note('\nStopping. Press Ctrl-C again to stop at once.'));
	const state = await runTune(space, options, signal);
	const report = reportSweep(state);
	if (state.trials.length > 0) {
		const files = await writeReport(state, report);
		note(`Table and figures: ${files.map(shownPath).join(', ')}`);
	}
	console.log(options.json ? JSON.stringify(report, null, '\t') : formatReport(report));
	if (!signal.aborted) return;
	process.exitCode = signal.reason;
	console.error('Stopped. Run the same command with --resume to go on.');
}
