// @ts-check
import path from 'node:path';
import { NOTEBOOK } from './executeNotebook.mjs';
import { pythonEnvironment } from './setup/environment.mjs';
import { ROOT, VENV_PYTHON } from './setup/paths.mjs';
import { runCommandLine } from './setup/problem.mjs';
import { runToEnd } from './setup/processes.mjs';
import { setUp } from './setup.mjs';

const HELP = `npm run notebook [-- options]: sets up what is missing and opens JupyterLab, with the TypeScript kernel ready.
  Options go to JupyterLab, for example: npm run notebook -- --no-browser --port 8890`;

await runCommandLine(async () => {
	const options = process.argv.slice(2);
	if (options.includes('--help')) return console.log(HELP);
	await setUp();
	const start = [
		`--ServerApp.root_dir=${ROOT}`,
		`--LabApp.default_url=/lab/tree/${encodeURI(path.relative(ROOT, NOTEBOOK))}`,
	];
	// JupyterLab asks at Ctrl-C whether to stop, so the signal is left to it.
	return runToEnd(VENV_PYTHON, ['-m', 'jupyterlab', ...start, ...options], { cwd: ROOT, env: pythonEnvironment() });
});
