import { join } from 'node:path';
import type { Command } from 'commander';
import { examples } from '../examples';
import { Problem } from '../problem';
import { withTask } from '../progressLine';
import { modelFolder, RUNS, resolveUserPath, shownPath } from '../projectFolder';

export function registerDemo(program: Command): void {
	program
		.command('demo')
		.summary('serve or build the demo page')
		.description('Serve a page that classifies faces from the camera, photos and drawings, inside the browser.')
		.option('--model <folder>', 'models/NAME or runs/NAME/model (default: models/official)')
		.option('--port <number>', 'port of the local server', '5173')
		.option('--build', 'instead, write the page for publishing on any static file server with https')
		.option(
			'--to <folder>',
			'folder for --build; of its files only those of an earlier page are replaced (default: runs/demo)',
		)
		.addHelpText('after', examples('demo', 'demo --model runs/full/model --port 8080', 'demo --build --to site'))
		.action(demo);
}

async function demo(options: { model?: string; port: string; build?: boolean; to?: string }): Promise<void> {
	const port = Number(options.port);
	if (!Number.isInteger(port) || port < 0 || port > 65535) {
		throw new Problem(`Expected an integer between 0 and 65535 for --port but received ${options.port}.`);
	}
	const { buildPage, servePage } = await import('../demo/page.js');
	const model = modelFolder(options.model);
	if (options.build) {
		const folder = options.to ? resolveUserPath(options.to) : join(RUNS, 'demo');
		await withTask('Page', () => buildPage(model, folder));
		console.log(shownPath(folder));
	} else {
		const { address } = await withTask('Page', () => servePage(model, port));
		console.log(`${address} (Ctrl-C stops it)`);
	}
}
