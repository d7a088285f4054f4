// @ts-check
import path from 'node:path';
import { personFolder } from '../scripts/setup/environment.mjs';
import { ROOT } from '../scripts/setup/paths.mjs';
import { parseOptions, runCommandLine } from '../scripts/setup/problem.mjs';
import { setUp } from '../scripts/setup.mjs';
import { withProblems } from './library.mjs';

const HELP = `npm run figures -- [--run NAME] [--to FOLDER]: draws every figure of a finished run again, without training.
  --run NAME   the run's folder below runs/; default: full
  --to FOLDER  where the PNG files go; default: the run's own images folder
  --help       this text`;

const OPTIONS = /** @type {const} */ ({
	run: { type: 'string', default: 'full' },
	to: { type: 'string' },
	help: { type: 'boolean' },
});

await runCommandLine(async () => {
	const { values } = parseOptions({ options: OPTIONS });
	if (values.help) return console.log(HELP);
	await setUp();
	const fer = await import('../dist/lib/index.js');
	const folder = path.join(ROOT, 'runs', values.run);
	const results = await withProblems(fer, () => fer.readResults(folder));
	const target = values.to ? path.resolve(personFolder(), values.to) : path.join(folder, 'images');
	for await (const [name, figure] of fer.drawRunFigures(results)) {
		const file = path.join(target, `${name}.png`);
		await fer.writePng(figure, file);
		console.log(path.relative(process.cwd(), file));
	}
});
