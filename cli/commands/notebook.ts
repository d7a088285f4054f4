import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Command } from 'commander';
import { createConfig } from '../../lib/profiles';
import { examples } from '../examples';
import { NOTEBOOKS, type NotebookName } from '../executeNotebook';
import { describeError, isExpected, Problem } from '../problem';
import { note } from '../progressLine';
import { PROJECT_FOLDER, PYTHON, shownPath } from '../projectFolder';
import { pythonEnvironment } from '../pythonEnvironment';
import { runInTerminal } from '../runProgram';

/** Registers `fer notebook`. */
export function registerNotebook(program: Command): void {
	const names = Object.keys(NOTEBOOKS);
	program
		.command('notebook')
		.summary('open JupyterLab, or execute a notebook')
		.description('Open JupyterLab with the TypeScript kernel. Other options are passed on to JupyterLab.')
		.argument('[options...]', 'options of JupyterLab')
		.option('--execute [name]', `execute a notebook instead: ${names.join(' or ')} (default: ${names[0]})`)
		.allowUnknownOption()
		.addHelpText(
			'after',
			`${examples(
				'notebook --no-browser --port 8890',
				'notebook --execute',
				'notebook --execute cross-dataset',
			)}\n\nEnvironment of --execute: FER_PROFILE smoke, quick (the default), full or distilled; FER2013_PATH, the path of ` +
				'FER2013; for\ncross-dataset also RAFDB_PATH and CKPLUS_PATH.',
		)
		.action(async (jupyterOptions: string[], { execute }: { execute?: string | true }) => {
			if (execute && jupyterOptions.length > 0) {
				throw new Problem(`Expected no other options with --execute but received ${jupyterOptions.join(' ')}.`);
			}
			if (execute) return executeAndReport(execute === true ? names[0] : execute);
			process.exitCode = await openJupyter(jupyterOptions);
		});
}

function openJupyter(options: readonly string[]): Promise<number> {
	const notebook = encodeURI(relative(PROJECT_FOLDER, NOTEBOOKS['transfer-learning'].file));
	const start = [`--ServerApp.root_dir=${PROJECT_FOLDER}`, `--LabApp.default_url=/lab/tree/${notebook}`];
	const places = { cwd: PROJECT_FOLDER, env: pythonEnvironment() };
	return runInTerminal(PYTHON, ['-m', 'jupyterlab', ...start, ...options], places);
}

/** Executes a notebook with its data and weights, and prints its results. */
async function executeAndReport(chosen: string): Promise<void> {
	if (!Object.hasOwn(NOTEBOOKS, chosen)) {
		throw new Problem(`Expected ${Object.keys(NOTEBOOKS).join(' or ')} for --execute but received ${chosen}.`);
	}
	const name = chosen as NotebookName;
	const profile = process.env.FER_PROFILE || 'quick';
	await provideInputs(name, profile);
	const { executeNotebook } = await import('../executeNotebook.js');
	const { executed, html } = await executeNotebook({ profile, name });
	const folder = dirname(executed);
	const isCross = name === 'cross-dataset';
	const { text, images } = isCross ? await crossResults(folder) : await runResults(folder, profile);
	const results = join(folder, isCross ? 'results.json' : 'metrics.json');
	const places = Object.entries({ notebook: executed, HTML: html, figures: images, results });
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
	const found = locateData();
	if (!found) note('There is no FER2013 in data/, and FER2013_PATH is not set: downloading it.');
	try {
		note(`Data: ${shownPath(found ?? (await fetchFer2013()).path)}`);
		return true;
	} catch (error) {
		if (!isExpected(error)) throw error;
		note(
			`${describeError(error)}\nUsing SAMPLE FACES drawn by this project. Results on them do not apply to real faces.`,
		);
		return false;
	}
}

async function runResults(folder: string, profile: string) {
	const { formatScores } = await import('../../lib/runs/reportText.js');
	const { readMetrics } = await import('../../lib/evaluation/storedMetrics.js');
	const metrics = await readMetrics(folder);
	// As in lib/notebook.ts.
	const isFull = profile === 'full' && !metrics.dataset.drawn;
	return { text: formatScores(metrics), images: join(isFull ? PROJECT_FOLDER : folder, 'images') };
}

async function crossResults(folder: string) {
	const { formatCross, readCross } = await import('../../lib/runs/crossDataset/crossResults.js');
	return { text: formatCross(await readCross(join(folder, 'results.json'))), images: join(folder, 'images') };
}
