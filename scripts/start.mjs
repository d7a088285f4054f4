// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { asProblem } from '../cli/data/place.mjs';
import { provideVotes } from '../cli/data/votes.mjs';
import { provideWeights } from '../cli/data/weights.mjs';
import { fetchFer2013, locateData } from '../cli/data.mjs';
import { executeNotebook, NOTEBOOKS } from './executeNotebook.mjs';
import { ROOT } from './setup/paths.mjs';
import { Problem, parseOptions, runCommandLine } from './setup/problem.mjs';
import { formatSeconds } from './setup/terminal.mjs';
import { setUp } from './setup.mjs';

const HELP = `npm start: sets up all that is needed inside this folder, and executes the notebook.
  --notebook NAME  transfer-learning (the default) or cross-dataset, which npm run cross-dataset executes too
  --gpu            TensorFlow's CUDA wheel (see npm run setup -- --help)
  --help           this text
Environment: FER_PROFILE smoke, quick (the default), full or distilled; FER2013_PATH where FER2013 lies; for cross-dataset also
RAFDB_PATH and CKPLUS_PATH.`;

const OPTIONS = /** @type {const} */ ({
	notebook: { type: 'string', default: 'transfer-learning' },
	gpu: { type: 'boolean' },
	help: { type: 'boolean' },
});

/** Finds FER2013 or fetches it; where that fails, the notebook draws its own faces. */
async function provideData() {
	const found = await locateData();
	if (found) return console.log(`Data: ${found}`);
	console.log('Data: no FER2013 in data/ and none named by FER2013_PATH; fetching it.');
	try {
		console.log(`Data: ${await fetchFer2013()}`);
	} catch (error) {
		if (!(error instanceof Problem)) throw error;
		console.log(error.message);
		console.log(
			'Data: going on with SAMPLE FACES that this project draws itself. Results on them say nothing of real faces.',
		);
	}
}

/**
 * Tells where a run's files lie.
 * @param {string} title
 * @param {string} place
 */
function tellPlace(title, place) {
	if (fs.existsSync(place)) console.log(`  ${title.padEnd(18)}${path.relative(process.cwd(), place) || '.'}`);
}

/**
 * Tells what a run of the first notebook gave.
 * @param {string} folder
 * @param {string} profile
 */
async function tellScores(folder, profile) {
	const { formatScores } = await import('../dist/lib/runs/reportText.js');
	const { readMetrics } = await import('../dist/lib/evaluation/storedMetrics.js');
	const metrics = await readMetrics(folder);
	console.log(`\n${formatScores(metrics)}\n`);
	// As lib/notebook.ts decides it.
	const isFull = profile === 'full' && !metrics.dataset.drawn;
	return { figures: path.join(isFull ? ROOT : folder, 'images'), results: path.join(folder, 'metrics.json') };
}

/** Tells what a run of the cross-dataset notebook gave. @param {string} folder */
async function tellMatrix(folder) {
	// TensorFlow's C++ part writes its start-up notes to the terminal otherwise.
	process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
	const { formatCross, readCross } = await import('../dist/lib/runs/crossDataset/crossResults.js');
	const results = path.join(folder, 'results.json');
	console.log(`\n${formatCross(await readCross(results))}\n`);
	return { figures: path.join(folder, 'images'), results };
}

await runCommandLine(async () => {
	const { values } = parseOptions({ options: OPTIONS });
	if (values.help) return console.log(HELP);
	const names = Object.keys(NOTEBOOKS);
	if (!names.includes(values.notebook)) throw new Problem(`Expected ${names.join(' or ')} for --notebook.`);
	const name = /** @type {import('./executeNotebook.mjs').NotebookName} */ (values.notebook);
	const profile = process.env.FER_PROFILE || 'quick';
	await setUp({ gpu: values.gpu });
	const { createConfig } = await import('../dist/lib/profiles.js');
	const { backbone, ferPlus } = await asProblem(() => createConfig(profile));
	if (profile !== 'smoke') await provideData();
	await provideWeights(backbone);
	// Drawn faces and RAF-DB have no votes.
	const learnsVotes = ferPlus.lossWeight > 0 && name === 'transfer-learning';
	if (learnsVotes && (await locateData())) await provideVotes();
	const { executed, html, seconds } = await executeNotebook({ profile, name });
	const folder = path.dirname(executed);
	const { figures, results } = await (name === 'cross-dataset' ? tellMatrix(folder) : tellScores(folder, profile));
	console.log(`Executed in ${formatSeconds(seconds)}:`);
	tellPlace('notebook', executed);
	tellPlace('HTML', html);
	tellPlace('figures', figures);
	tellPlace('results', results);
});
