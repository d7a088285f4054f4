// @ts-check
import path from 'node:path';
import { personFolder } from '../scripts/setup/environment.mjs';
import { ROOT } from '../scripts/setup/paths.mjs';
import { Problem, parseOptions, runCommandLine } from '../scripts/setup/problem.mjs';
import { startTask } from '../scripts/setup/terminal.mjs';
import { setUp } from '../scripts/setup.mjs';
import { withProblems } from './library.mjs';

const HELP = `npm run demo -- [options]: serves a page that reads emotions from the camera, photos and drawn faces, in the browser.
  --model FOLDER  models/NAME, or the folder model of a finished run: runs/NAME/model; default models/official
  --port NUMBER   default 5173
  --build         writes the page to publish instead: any server of files will do, at an address with https://
  --to FOLDER     where --build writes; an earlier page there is replaced; default runs/demo
  --help          this text`;

const OPTIONS = /** @type {const} */ ({
	model: { type: 'string', default: path.join(ROOT, 'models', 'official') },
	port: { type: 'string', default: '5173' },
	build: { type: 'boolean', default: false },
	to: { type: 'string', default: path.join(ROOT, 'runs', 'demo') },
	help: { type: 'boolean' },
});

await runCommandLine(async () => {
	const { values } = parseOptions({ options: OPTIONS });
	if (values.help) return console.log(HELP);
	const port = Number(values.port);
	if (!Number.isInteger(port) || port < 0 || port > 65535) {
		throw new Problem(`Expected a number from 0 to 65535 for --port but received ${values.port}.`);
	}
	await setUp();
	const fer = await import('../dist/lib/index.js');
	// Only now: on a fresh clone the set-up has to bring the bundler first.
	const { buildPage, servePage } = await import('./demo/page.mjs');
	const modelFolder = path.resolve(personFolder(), values.model);
	const task = startTask('Page');
	try {
		if (values.build) {
			const folder = path.resolve(personFolder(), values.to);
			await withProblems(fer, () => buildPage(fer, { modelFolder, folder }));
			return task.done(path.relative(process.cwd(), folder));
		}
		const server = await withProblems(fer, () => servePage(fer, { modelFolder, port }));
		// Without this the exit has no time to tidy up.
		for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(0));
		task.done(`${server.resolvedUrls?.local[0]} (Ctrl-C ends it)`);
	} catch (error) {
		task.failed();
		throw error;
	}
});
