import type { Command } from 'commander';
import { examples } from '../examples';
import type { PredictOptions, PredictSummary } from '../predictPhotos';
import { Problem } from '../problem';
import { note } from '../progressLine';
import { stopOnSignal } from '../signals';

export function registerPredict(program: Command): void {
	program
		.command('predict')
		.summary('find and classify faces in photos')
		.description(
			'Find the faces in photos and predict their emotions. Each result is printed as soon as its photo is read. Files ' +
				'that cannot be read are reported, and the exit code is then 2; all other files are processed. Ctrl-C stops after ' +
				'the photo that is being read.',
		)
		.argument('<photos...>', 'files, folders, or patterns in quotes')
		.option('--json', 'print JSON')
		.option('--csv', 'print CSV, one line per face, and one for a file without')
		.option('--to <file>', 'append the results to a new file instead: .csv, or .jsonl with one JSON object per line')
		.option('--resume', 'go on with the file of --to: skip the photos that are in it')
		.option(
			'--annotate <folder>',
			'write copies of the photos with boxes, probabilities, and where the network looked; never replaces other files',
		)
		.option('--tta', 'average several views of each face: slightly more accurate, six times slower')
		.option('--no-detect', 'do not look for faces: the files are cropped faces')
		.option('--model <folder>', 'models/NAME or runs/NAME/model (default: models/official)')
		.addHelpText(
			'after',
			examples(
				'predict photo.jpg',
				'predict "photos/**/*.jpg" --csv',
				'predict photos --to faces.csv --resume',
				'predict photos --annotate annotated --tta',
			),
		)
		.action(predict);
}

type Options = PredictOptions & { json?: boolean; csv?: boolean };

async function predict(given: string[], { json, csv, ...options }: Options, command: Command): Promise<void> {
	if (json && csv) throw new Problem('--json and --csv exclude each other.');
	if (options.to !== undefined && (json || csv)) {
		throw new Problem('--to excludes --json and --csv: the ending of its file chooses the format.');
	}
	const format = json ? 'json' : csv ? 'csv' : 'text';
	const signal = stopOnSignal(() => note('Stopping after this photo. Ctrl-C again stops at once.'));
	const { predictPhotos } = await import('../predictPhotos.js');
	const { openPrinter } = await import('../photos/printing.js');
	const { debug } = command.optsWithGlobals();
	const summary = await predictPhotos(
		given,
		{ ...options, debug },
		(emotions) => openPrinter(format, emotions),
		signal,
	);
	tell(summary, options.to);
	if (summary.wasStopped) process.exitCode = signal.reason;
	else if (summary.failed > 0) process.exitCode = 2;
}

/** Tells what was left out, and how to go on after an interruption. */
function tell({ done, leftOut, wasStopped }: PredictSummary, to?: string): void {
	const parts = Object.entries(leftOut).map(([name, count]) => `${count} ${name}${count === 1 ? '' : 's'}`);
	if (parts.length > 0) note(`Left out in folders: ${parts.join(', ')}.`);
	if (!wasStopped) return;
	const goOn = to === undefined ? 'With --to FILE, --resume goes on after an interruption.' : 'Add --resume to go on.';
	note(`Stopped after ${done} ${done === 1 ? 'file' : 'files'}. ${goOn}`);
}
