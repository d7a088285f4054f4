import type { Command } from 'commander';
import { examples } from '../cli/examples';
import type { BenchOptions } from './runBench';

const HELP = `${examples('bench', 'bench --rows list', 'bench --rows ^train --repetitions 3')}

A full run takes about 25 minutes on two cores; leave the machine otherwise idle. The first run installs the other
libraries into .venv-bench (about 2.5 GB). A full run of at least 5 repetitions writes docs/results/bench.json
and the tables of docs/benchmarks.md; all other runs write to runs/bench/.

Environment: FER2013_PATH, the path of FER2013. Without it, the benchmarks read random pixels in the same format.`;

/** Registers `fer bench`. */
export function registerBench(program: Command): void {
	program
		.command('bench')
		.summary('compare speed and memory with Keras, tfjs-node, PyTorch and pandas')
		.description('Compare the speed and memory of this project with Keras, stock tfjs-node, PyTorch and pandas.')
		.option(
			'--rows <pattern>',
			'measure only the groups whose name matches a regular expression; `list` prints the names',
		)
		.option('--repetitions <n>', 'measurements of each library, in turns', '5')
		.option('--quick', 'check in a few minutes that everything runs; the figures are meaningless')
		.addHelpText('after', HELP)
		.action(async (options: BenchOptions) => {
			const { runBench } = await import('./runBench.js');
			process.exitCode = (await runBench(options)) ? 0 : 1;
		});
}
