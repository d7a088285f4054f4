// @ts-check
import path from 'node:path';
import { personFolder } from '../scripts/setup/environment.mjs';
import { ROOT } from '../scripts/setup/paths.mjs';
import { parseOptions, runCommandLine } from '../scripts/setup/problem.mjs';
import { formatMegabytes, startTask } from '../scripts/setup/terminal.mjs';
import { setUp } from '../scripts/setup.mjs';
import { withProblems } from './library.mjs';

const HELP = `npm run package -- [options]: builds the npm package of package/ with a trained model inside, and packs it into runs/package.
  --model FOLDER  models/NAME, or the folder model of a finished run: runs/NAME/model; default models/official
  --to FOLDER     where the packed file goes; default runs/package
  --judge         says what its weights in 16 and 8 bits give on FER2013, in docs/results/package.json and package/README.md
  --help          this text
Environment: FER2013_PATH where FER2013 lies, for --judge.`;

const OPTIONS = /** @type {const} */ ({
	model: { type: 'string', default: path.join(ROOT, 'models', 'official') },
	to: { type: 'string', default: path.join(ROOT, 'runs', 'package') },
	judge: { type: 'boolean', default: false },
	help: { type: 'boolean' },
});

await runCommandLine(async () => {
	const { values } = parseOptions({ options: OPTIONS });
	if (values.help) return console.log(HELP);
	await setUp();
	const fer = await import('../dist/lib/index.js');
	// Only now: on a fresh clone the set-up has to bring the bundler first.
	const { buildPackage } = await import('./package/build.mjs');
	const places = {
		modelFolder: path.resolve(personFolder(), values.model),
		folder: path.resolve(personFolder(), values.to),
	};
	const task = startTask('Package');
	try {
		const { file, bytes, weightBytes } = await withProblems(fer, () =>
			buildPackage(fer, { ...places, onStatus: task.update }),
		);
		task.done(`${path.relative(process.cwd(), file)}, ${formatMegabytes(bytes)}`);
		for (const [bits, size] of Object.entries(weightBytes))
			console.log(`  weights in ${bits} bits: ${formatMegabytes(size)}`);
	} catch (error) {
		task.failed();
		throw error;
	}
	if (!values.judge) return;
	const { judgeWeights } = await import('./package/judge.mjs');
	await withProblems(fer, () => judgeWeights(fer, path.join(places.folder, 'contents', 'dist', 'weights')));
});
