import { join } from 'node:path';
import type { Command } from 'commander';
import type { Figure } from '../../lib/figures/figure';
import { examples } from '../examples';
import { checkOutputPng } from '../ownOutput';
import { makeFolder, PROJECT_FOLDER, resolveUserPath, shownPath } from '../projectFolder';

export function registerFigures(program: Command): void {
	program
		.command('figures')
		.summary('redraw the figures of a finished run')
		.description('Redraw every figure of a finished run, without training.')
		.option('--run <name>', 'name of the run, a folder in runs/', 'full')
		.option('--to <folder>', "folder for the PNG files (default: the run's images folder)")
		.option('--json', 'print the names of the files as JSON')
		.addHelpText('after', examples('figures', 'figures --run quick --to figures'))
		.action(drawFigures);
}

async function drawFigures({ run, to, json }: { run: string; to?: string; json?: boolean }): Promise<void> {
	const { readResults } = await import('../../lib/runs/results.js');
	const { drawRunFigures } = await import('../../lib/runs/runFigures.js');
	const { writePng } = await import('../../lib/figures/rendering/export.js');
	const { runFolder } = await import('../../lib/training/runFolder.js');
	const folder = runFolder(PROJECT_FOLDER, run, '--run');
	const target = to ? resolveUserPath(to) : join(folder, 'images');
	const files: string[] = [];
	const results = await readResults(folder);
	makeFolder(target);
	// All names are checked before any file is written.
	const figures: [string, Figure][] = [];
	for await (const [name, figure] of drawRunFigures(results)) figures.push([join(target, `${name}.png`), figure]);
	for (const [file] of to ? figures : []) await checkOutputPng(file, '--to');
	for (const [file, figure] of figures) {
		await writePng(figure, file);
		files.push(shownPath(file));
		if (!json) console.log(shownPath(file));
	}
	if (json) console.log(JSON.stringify(files, null, '\t'));
}
