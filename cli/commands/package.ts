import { join } from 'node:path';
import type { Command } from 'commander';
import { formatMegabytes } from '../../lib/format';
import { examples } from '../examples';
import { withTask } from '../progressLine';
import { modelFolder, RUNS, resolveUserPath, shownPath } from '../projectFolder';

export function registerPackage(program: Command): void {
	program
		.command('package')
		.summary('build the npm package with a trained model')
		.description(
			'Build the npm package in package/ with a trained model inside, and pack it. The types, the README and the ' +
				'description have the classes of the model and name the data that it was trained on.',
		)
		.option('--model <folder>', 'models/NAME or runs/NAME/model (default: models/official)')
		.option('--to <folder>', 'new folder, or one with an earlier package, for the packed file (default: runs/package)')
		.option(
			'--judge',
			'also evaluate its 16-bit and 8-bit weights on FER2013; writes docs/results/package.json and package/README.md',
		)
		.option('--json', 'print the name of the file and the sizes as JSON')
		.addHelpText('after', examples('package', 'package --model runs/full/model --to packed', 'package --judge'))
		.action(build);
}

async function build(options: { model?: string; to?: string; judge?: boolean; json?: boolean }): Promise<void> {
	const { buildPackage } = await import('../package/build.js');
	const folder = options.to ? resolveUserPath(options.to) : join(RUNS, 'package');
	const model = modelFolder(options.model);
	const judge = options.judge ? await import('../package/judge.js') : undefined;
	await judge?.checkJudged(model);
	const packed = await withTask('Package', (task) => buildPackage(model, folder, task.update));
	const { bytes, weightBytes } = packed;
	const file = shownPath(packed.file);
	const weights = Object.entries(weightBytes).map(
		([bits, size]) => `  weights in ${bits} bits: ${formatMegabytes(size)}`,
	);
	const text = [`${file}, ${formatMegabytes(bytes)}`, ...weights].join('\n');
	console.log(options.json ? JSON.stringify({ file, bytes, weightBytes }, null, '\t') : text);
	await judge?.judgeWeights(join(folder, 'contents', 'dist', 'weights'));
}
