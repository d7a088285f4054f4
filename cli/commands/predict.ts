import type { Command } from 'commander';
import { examples } from '../examples';
import type { PredictOptions } from '../predictPhotos';
import { Problem } from '../problem';
import { note } from '../progressLine';

export function registerPredict(program: Command): void {
	program
		.command('predict')
		.summary('find and classify faces in photos')
		.description(
			'Find the faces in photos and predict their emotions. Files that cannot be read are reported, and the exit ' +
				'code is then 2; all other files are processed.',
		)
		.argument('<photos...>', 'files, folders, or patterns in quotes')
		.option('--json', 'print JSON')
		.option('--csv', 'print CSV, one line per face')
		.option('--annotate <folder>', 'write copies of the photos with boxes, probabilities, and where the network looked')
		.option('--tta', 'average several views of each face: slightly more accurate, six times slower')
		.option('--no-detect', 'do not look for faces: the files are cropped faces')
		.option('--model <folder>', 'models/NAME or runs/NAME/model (default: models/official)')
		.addHelpText(
			'after',
			examples('predict photo.jpg', 'predict "photos/**/*.jpg" --csv', 'predict photos --annotate annotated --tta'),
		)
		.action(predict);
}

type Options = PredictOptions & { json?: boolean; csv?: boolean };

async function predict(given: string[], { json, csv, ...options }: Options): Promise<void> {
	if (json && csv) throw new Problem('--json and --csv exclude each other.');
	const { predictPhotos, formatCsv, formatText, toJson } = await import('../predictPhotos.js');
	const { emotions, photos } = await predictPhotos(given, options);
	if (json) console.log(JSON.stringify(toJson(photos, emotions), null, '\t'));
	else if (csv) console.log(formatCsv(photos, emotions));
	else console.log(photos.map((photo) => formatText(photo, emotions)).join('\n'));
	const failed = photos.filter(({ error }) => error !== undefined);
	if (failed.length === 0) return;
	if (json || csv) note(failed.map((photo) => formatText(photo, emotions)).join('\n'));
	process.exitCode = 2;
}
