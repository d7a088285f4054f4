// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { provideVotes } from './data/votes.mjs';
import { fetchFer2013, locateData } from './data.mjs';
import { executeNotebook } from './executeNotebook.mjs';
import { ROOT } from './setup/paths.mjs';
import { Problem, parseOptions, runCommandLine } from './setup/problem.mjs';
import { formatSeconds } from './setup/terminal.mjs';
import { setUp } from './setup.mjs';

const HELP = `npm start: sets up all that is needed inside this folder, and executes the notebook.
  --gpu   TensorFlow's CUDA wheel (see npm run setup -- --help)
  --help  this text
Environment: FER_PROFILE smoke, quick (the default) or full; FER2013_PATH where FER2013 lies.`;

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

await runCommandLine(async () => {
	const options = /** @type {const} */ ({ gpu: { type: 'boolean' }, help: { type: 'boolean' } });
	const { values } = parseOptions({ options });
	if (values.help) return console.log(HELP);
	const profile = process.env.FER_PROFILE || 'quick';
	await setUp({ gpu: values.gpu });
	if (profile !== 'smoke') await provideData();
	// What the full profile learns beside the labels; drawn faces have none.
	if (profile === 'full' && (await locateData())) await provideVotes();
	const { executed, html, seconds } = await executeNotebook({ profile });
	const folder = path.dirname(executed);
	const { formatScores, readMetrics } = await import('../dist/reportText.js');
	const metrics = await readMetrics(folder);
	console.log(`\n${formatScores(metrics)}\n`);
	console.log(`Executed in ${formatSeconds(seconds)}:`);
	tellPlace('notebook', executed);
	tellPlace('HTML', html);
	// As lib/notebook.ts decides it.
	const isFull = profile === 'full' && !metrics.dataset.drawn;
	tellPlace('figures', path.join(isFull ? ROOT : folder, 'images'));
	tellPlace('results', path.join(folder, 'metrics.json'));
});
