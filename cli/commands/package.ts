import { join } from 'node:path';
import type { Command } from 'commander';
import { formatMegabytes } from '../../lib/format';
import { examples } from '../examples';
import { Problem } from '../problem';
import { withTask } from '../progressLine';
import { RUNS, resolveUserPath, shownPath } from '../projectFolder';

export function registerPackage(program: Command): void {
	program
		.command('package')
		.summary('build the npm package with trained models')
		.description(
			'Build the npm package in package/ and pack it: with models/official-distilled, and models/official as its small ' +
				'network; or with one model of yours alone. The types, the README and the description then have the classes of ' +
				'that model and name the data that it was trained on.',
		)
		.option('--model <folder>', 'pack this model alone: models/NAME or runs/NAME/model')
		.option('--to <folder>', 'new folder, or one with an earlier package, for the packed file (default: runs/package)')
		.option(
			'--judge',
			'also evaluate the published models, in 16 and in 8 bits, on FER2013; writes docs/results/package.json and ' +
				'package/README.md. Weights that have not changed since are not evaluated again.',
		)
		.option('--json', 'print the name of the file and the sizes as JSON')
		.addHelpText('after', examples('package', 'package --model runs/full/model --to packed', 'package --judge'))
		.action(build);
}

async function build(options: { model?: string; to?: string; judge?: boolean; json?: boolean }): Promise<void> {
	if (options.judge && options.model) {
		const remedy = 'The accuracy of your own model is that of its training, which the README of its package states.';
		throw new Problem(`--judge evaluates the published models: leave out --model or --judge. ${remedy}`);
	}
	const { buildPackage, PUBLISHED } = await import('../package/build.js');
	const folder = options.to ? resolveUserPath(options.to) : join(RUNS, 'package');
	const models = options.model ? { default: resolveUserPath(options.model) } : PUBLISHED;
	const packed = await withTask('Package', (task) => buildPackage(models, folder, task.update));
	const { bytes, weightBytes } = packed;
	const file = shownPath(packed.file);
	const weights = Object.entries(weightBytes).flatMap(([network, sizes]) =>
		Object.entries(sizes).map(([bits, size]) => `  ${network}, weights in ${bits} bits: ${formatMegabytes(size)}`),
	);
	const text = [`${file}, ${formatMegabytes(bytes)}`, ...weights].join('\n');
	console.log(options.json ? JSON.stringify({ file, bytes, weightBytes }, null, '\t') : text);
	if (!options.judge) return;
	const { judgeWeights } = await import('../package/judge.js');
	await judgeWeights(join(folder, 'contents', 'dist', 'weights'));
}
