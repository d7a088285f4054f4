import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Command } from 'commander';
import { createConfig } from '../../lib/profiles';
import { runFolder } from '../../lib/training/runFolder';
import { examples } from '../examples';
import { executeNotebook, NOTEBOOKS, type NotebookName } from '../executeNotebook';
import { describeError, isExpected, Problem } from '../problem';
import { PROFILE_NAMES } from '../profileOption';
import { note } from '../progressLine';
import { PROJECT_FOLDER, shownPath } from '../projectFolder';
import { PYTHON, pythonEnvironment } from '../python';
import { runInTerminal } from '../runProgram';

const NAMES = Object.keys(NOTEBOOKS) as NotebookName[];

const DETAILS = `${examples('notebook --no-browser --port 8890', 'notebook --execute', 'notebook --execute cross-dataset')}

Environment of --execute:
  FER_PROFILE    ${PROFILE_NAMES} (default: quick)
  FER_PUBLISHED  published results to show instead of training: models/holdout with FER_PROFILE=full, or
                 docs/results/crossDataset.json for cross-dataset
  FER2013_PATH   the path of FER2013 (default: data/, else it is downloaded from Kaggle)
  RAFDB_PATH, CKPLUS_PATH  for cross-dataset, the paths of RAF-DB and CK+`;

export function registerNotebook(program: Command): void {
	program
		.command('notebook')
		.summary('open JupyterLab, or execute a notebook')
		.description('Open JupyterLab with the TypeScript kernel. Other options are passed on to JupyterLab.')
		.argument('[options...]', 'options of JupyterLab')
		.option('--execute [name]', `execute a notebook instead: ${NAMES.join(' or ')} (default: ${NAMES[0]})`)
		.option('--notebook <name>', 'the notebook to execute, for npm start: npm start -- --notebook cross-dataset')
		.allowUnknownOption()
		.addHelpText('after', DETAILS)
		.action(async (jupyterOptions: string[], { execute, notebook }: { execute?: string | true; notebook?: string }) => {
			if (!execute && !notebook) process.exitCode = await openJupyter(jupyterOptions);
			else if (jupyterOptions.length === 0) await executeAndReport(notebook ?? (execute === true ? NAMES[0] : execute));
			else throw new Problem(`Expected no other options with --execute but received ${jupyterOptions.join(' ')}.`);
		});
}

function openJupyter(options: readonly string[]): Promise<number> {
	const notebook = encodeURI(relative(PROJECT_FOLDER, NOTEBOOKS['transfer-learning'].file));
	const start = [`--ServerApp.root_dir=${PROJECT_FOLDER}`, `--LabApp.default_url=/lab/tree/${notebook}`];
	const places = { cwd: PROJECT_FOLDER, env: pythonEnvironment() };
	return runInTerminal(PYTHON, ['-m', 'jupyterlab', ...start, ...options], places);
}

/** Executes a notebook with its data and weights, and prints its results. */
async function executeAndReport(chosen: string | undefined): Promise<void> {
	const name = NAMES.find((known) => known === chosen);
	if (!name) throw new Problem(`Expected ${NAMES.join(' or ')} for --execute but received ${chosen}.`);
	const profile = process.env.FER_PROFILE || 'quick';
	await provideInputs(name, profile);
	const folder = runFolder(PROJECT_FOLDER, `${NOTEBOOKS[name].runPrefix}${profile}`, 'FER_PROFILE');
	const { executed, html } = await executeNotebook(NOTEBOOKS[name].file, profile, folder);
	const read = name === 'cross-dataset' ? crossResults : runResults;
	const { text, ...results } = await read(folder, profile);
	const places = Object.entries({ notebook: executed, HTML: html, ...results });
	const lines = places.filter(([, place]) => existsSync(place));
	console.log([text, '', ...lines.map(([title, place]) => `${title.padEnd(10)}${shownPath(place)}`)].join('\n'));
}

/** Downloads what a notebook needs and does not have. */
async function provideInputs(name: NotebookName, profile: string): Promise<void> {
	const { backbone, ferPlus } = createConfig(profile);
	const hasData = profile !== 'smoke' && (await provideData());
	const { provideWeights } = await import('../data/weights.js');
	await provideWeights(backbone);
	// There are no votes on drawn faces and on RAF-DB, and a published training needs none.
	if (process.env.FER_PUBLISHED || !hasData || ferPlus.lossWeight === 0 || name !== 'transfer-learning') return;
	const { provideVotes } = await import('../data/votes.js');
	await provideVotes();
}

/** Finds FER2013 or downloads it; without it the notebook draws its own faces. */
async function provideData(): Promise<boolean> {
	const { fetchFer2013, locateData } = await import('../data/fer2013.js');
	const found = await locateData();
	if (!found) note('There is no FER2013 in data/, and FER2013_PATH is not set: downloading it.');
	try {
		note(`Data: ${shownPath(found ?? (await fetchFer2013()).path)}`);
		return true;
	} catch (error) {
		if (!isExpected(error)) throw error;
		note(describeError(error));
		note('Using SAMPLE FACES drawn by this project. Results on them do not apply to real faces.');
		return false;
	}
}

async function runResults(folder: string, profile: string) {
	const { formatScores } = await import('../../lib/runs/reportText.js');
	const { readMetrics } = await import('../../lib/evaluation/storedMetrics.js');
	const metrics = await readMetrics(folder);
	// As in lib/notebook.ts.
	const isFull = profile === 'full' && !metrics.dataset.drawn;
	const figures = join(isFull ? PROJECT_FOLDER : folder, 'images');
	return { text: formatScores(metrics), figures, results: join(folder, 'metrics.json') };
}

async function crossResults(folder: string) {
	const { formatCross, readCross } = await import('../../lib/runs/crossDataset/crossResults.js');
	const results = join(folder, 'results.json');
	return { text: formatCross(await readCross(results)), figures: join(folder, 'images'), results };
}
