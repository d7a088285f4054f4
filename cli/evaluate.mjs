// @ts-check
import path from 'node:path';
import { personFolder } from '../scripts/setup/environment.mjs';
import { Problem, parseOptions, runCommandLine } from '../scripts/setup/problem.mjs';
import { setUp } from '../scripts/setup.mjs';
import { openData, withProblems, withProgress } from './library.mjs';

const HELP = `npm run evaluate -- --model FOLDER [options]: what a trained model gives on the test faces of its protocol.
  --model FOLDER     models/NAME, or the folder model of a finished run: runs/NAME/model
  --protocol NAME    seed or official; must be the one that the model was trained under, which is the default
  --tta              with test-time augmentation too, as the model's config says
  --json             prints JSON and nothing else (call it as npm run --silent evaluate -- ...)
  --help             this text
Environment: FER2013_PATH where FER2013 lies.`;

const OPTIONS = /** @type {const} */ ({
	model: { type: 'string' },
	protocol: { type: 'string' },
	tta: { type: 'boolean' },
	json: { type: 'boolean' },
	help: { type: 'boolean' },
});

await runCommandLine(async () => {
	const { values } = parseOptions({ options: OPTIONS });
	if (values.help) return console.log(HELP);
	if (!values.model) throw new Problem('Say which model: npm run evaluate -- --model models/NAME');
	const folder = path.resolve(personFolder(), values.model);
	const print = process.stdout.write.bind(process.stdout);
	// Whoever reads the JSON wants no progress in it.
	if (values.json) process.stdout.write = process.stderr.write.bind(process.stderr);
	await setUp();
	const fer = await import('../dist/lib/index.js');
	const scores = await withProblems(fer, async () => {
		const stored = await fer.readStoredModel(folder);
		const { config } = stored.metrics;
		const dataset = await openData(fer, config);
		const protocol = /** @type {typeof config.protocol} */ (values.protocol ?? config.protocol);
		const trained = fer.asTrained(stored, dataset, protocol);
		const views = values.tta ? config.tta.views : 'single';
		const test = await withProgress(fer, 'Test', (onProgress) => fer.evaluate(trained, { views, onProgress }));
		return test.scores;
	});
	print(`${values.json ? JSON.stringify(scores, null, '\t') : fer.formatScores(scores)}\n`);
});
