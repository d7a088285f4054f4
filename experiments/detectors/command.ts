import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { examples } from '../../cli/examples';
import { PROJECT_FOLDER, resolveUserPath } from '../../cli/projectFolder';

const DETAILS = `
Fits the position of FER2013's square relative to each detector's box on training faces, then counts how many
validation faces are found and how many of these the model reads correctly, beside the same faces as they are.
Writes docs/results/detectors.json and docs/photos.md. @vladmandic/human (43 MB) is installed into runs/peers.
${examples('experiment detectors', 'experiment detectors --model runs/full/model --faces 500')}

Environment: FER2013_PATH, the path of FER2013.`;

/** Registers `fer experiment detectors`. */
export function registerDetectors(experiment: Command): void {
	experiment
		.command('detectors')
		.summary('face detectors on FER2013 faces in larger scenes')
		.description('Compare face detectors on faces of FER2013 that are pasted into larger scenes.')
		.option('--model <folder>', 'a trained model (default: models/official)')
		.option('--faces <n>', 'validation faces', parseCount, 1000)
		.addHelpText('after', DETAILS)
		.action(async ({ model, faces }: { model?: string; faces: number }) => {
			const { compareDetectors } = await import('./compareDetectors.js');
			await compareDetectors(model ? resolveUserPath(model) : join(PROJECT_FOLDER, 'models', 'official'), faces);
		});
}

function parseCount(text: string): number {
	if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Expected an integer above 0.');
	return Number(text);
}
