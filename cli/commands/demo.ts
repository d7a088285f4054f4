import { join } from 'node:path';
import type { Command } from 'commander';
import { examples } from '../examples';
import { Problem } from '../problem';
import { withTask } from '../progressLine';
import { modelFolder, PROJECT_FOLDER, RUNS, resolveUserPath, shownPath } from '../projectFolder';

/** The small network first, which the page starts with; then the most accurate one of the same protocol. */
const DEFAULT_MODELS = ['official', 'official-distilled'] as const;

export function registerDemo(program: Command): void {
	program
		.command('demo')
		.summary('serve or build the demo page')
		.description('Serve a page that classifies faces from the camera, photos, videos and drawings, inside the browser.')
		.option(
			'--model <folder...>',
			'models/NAME or runs/NAME/model; of several, the visitor chooses (default: models/official and ' +
				'models/official-distilled)',
		)
		.option('--port <number>', 'port of the local server', '5173')
		.option('--build', 'instead, write the page for publishing on any static file server with https')
		.option(
			'--to <folder>',
			'folder for --build; of its files only those of an earlier page are replaced (default: runs/demo)',
		)
		.addHelpText('after', examples('demo', 'demo --model runs/full/model --port 8080', 'demo --build --to site'))
		.action(demo);
}

async function demo(options: { model?: string[]; port: string; build?: boolean; to?: string }): Promise<void> {
	const port = Number(options.port);
	if (!Number.isInteger(port) || port < 0 || port > 65535) {
		throw new Problem(`Expected an integer between 0 and 65535 for --port but received ${options.port}.`);
	}
	const { buildPage, servePage } = await import('../demo/page.js');
	const models = options.model?.map(modelFolder) ?? DEFAULT_MODELS.map((name) => join(PROJECT_FOLDER, 'models', name));
	if (options.build) {
		const folder = options.to ? resolveUserPath(options.to) : join(RUNS, 'demo');
		await withTask('Page', () => buildPage(models, folder));
		console.log(shownPath(folder));
	} else {
		const { address } = await withTask('Page', () => servePage(models, port));
		console.log(`${address} (Ctrl-C stops it)`);
	}
}
