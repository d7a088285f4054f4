// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { withProblems } from '../../cli/library.mjs';
import { count, fillPage, percent, points, ratio, table, withRange } from '../../cli/markdown.mjs';
import { ROOT } from '../../scripts/setup/paths.mjs';
import { Problem, parseOptions, runCommandLine } from '../../scripts/setup/problem.mjs';
import { setUp } from '../../scripts/setup.mjs';
import { takeCross, writeCrossPage } from './crossDataset.mjs';
import { seedTable, takeSeed } from './seeds.mjs';
import { writeStudyPage } from './studies.mjs';

const HELP = `npm run results -- [--take RUN --as NAME | --seed RUN | --cross RUN]: rebuilds the README's table of scores, docs/protocol.md, docs/recipes.md and
docs/cross-dataset.md, the model cards and the figures in images/, from models/ and docs/results/.
  --take RUN  first copies the model of the finished run runs/RUN to models/NAME
  --as NAME   the protocol, seed or official; of the distilled profile seed-distilled or official-distilled
  --seed RUN  first copies the scores of the finished run runs/RUN, which has a published model's settings and another
              seed, to docs/results
  --cross RUN first copies the results of runs/RUN, a finished run of the cross-dataset notebook on real data such as
              cross-quick, to docs/results; then rebuilds what is written from them alone
  --help      this text`;

const OPTIONS = /** @type {const} */ ({
	take: { type: 'string' },
	as: { type: 'string' },
	seed: { type: 'string' },
	cross: { type: 'string' },
	help: { type: 'boolean' },
});
const MODELS = path.join(ROOT, 'models');
/** The published models, as far as they are there; the README shows the first one's figures. */
const SHOWN = ['seed', 'official', 'seed-distilled', 'official-distilled'];

/** @typedef {import('../../dist/lib/index.js').Metrics} Metrics */
/** @typedef {import('../../dist/lib/index.js').Scores} Scores */

/** @param {Parameters<typeof withRange>} of */
const boldly = (...of) => withRange(...of).replace(/^[^(]+(?= )/, '**$&**');

/** The README's rows of one model. @param {string} name @param {Metrics} metrics */
function scoreRows(name, { protocol, n, seed, intervals, tta, withoutCopies }) {
	/** @param {string} what @param {Scores} scores @param {number} images */
	const row = (what, scores, images) => [
		what,
		`\`${protocol}\`, seed ${seed}`,
		count(images),
		boldly(scores.intervals.accuracy, percent),
		boldly(scores.intervals.macroF1, ratio),
	];
	return [
		row(`\`models/${name}\``, /** @type {Scores} */ ({ intervals }), n),
		row('the same with TTA', tta, n),
		row('the same with TTA, without exact copies of training images', withoutCopies.tta, withoutCopies.n),
	];
}

/** What npm run compare has measured of others, where it has run. */
function peerRows() {
	const file = path.join(ROOT, 'docs', 'results', 'peers.json');
	if (!fs.existsSync(file)) return [];
	const { protocol, n, accuracies } = JSON.parse(fs.readFileSync(file, 'utf8'));
	/** @type {{name: string, accuracy: number, macroF1: number}[]} */
	const others = accuracies.slice(1);
	return others.map(({ name, accuracy, macroF1 }) => [
		`\`${name}\`, measured here`,
		`\`${protocol}\``,
		count(n),
		percent(accuracy),
		ratio(macroF1),
	]);
}

/** @param {readonly string[]} names @param {readonly Metrics[]} all */
function scoreTable(names, all) {
	const original = [
		['the original (Keras)', '`seed`', '7,178', '69.7 %', '0.6769'],
		['the original with TTA', '`seed`', '7,178', '70.37 %', '0.68'],
	];
	const ours = all.flatMap((metrics, i) => scoreRows(names[i], metrics));
	return table(['', 'protocol', 'n', 'accuracy', 'macro F1'], [...original, ...peerRows(), ...ours], 2);
}

/** What else is worth knowing of each model: training, gain from TTA, calibration. @param {Metrics} metrics */
function runTable({ config, epochs, seconds, machine, gain, split, calibration, expectedCalibrationError, tta }) {
	const { cpu, cores, node } = machine;
	const { estimate, low, high } = gain.accuracy;
	return table(
		['what', 'value'],
		[
			['training, validation, test faces', [split.train, split.validation, split.test].map(count).join(', ')],
			['backbone, side of its images', `${config.backbone}, ${config.imageSize} px`],
			['epochs of phase 1, of phase 2', `${epochs.phase1}, ${epochs.phase2}`],
			['training and validation', `${(seconds / 60).toFixed(0)} minutes on ${cores} cores of ${cpu}, Node ${node}`],
			['gain from TTA, points', `${points(estimate)} (${points(low)} to ${points(high)})`],
			...(calibration
				? [
						['temperature', calibration.temperature.toFixed(3)],
						[
							'calibration error on validation, before and after',
							`${ratio(calibration.expectedCalibrationError.before)}, ${ratio(calibration.expectedCalibrationError.after)}`,
						],
					]
				: []),
			[
				'calibration error on test, without and with TTA',
				`${ratio(expectedCalibrationError)}, ${ratio(tta.expectedCalibrationError)}`,
			],
		],
		2,
	);
}

/** Precision, recall and F1 of each emotion, without and with TTA. @param {Metrics} metrics */
function emotionTable({ perClass, tta }) {
	const names = ['emotion', 'n', 'precision', 'recall', 'F1', 'precision, TTA', 'recall, TTA', 'F1, TTA'];
	const lines = Object.entries(perClass).map(([emotion, plain]) => {
		const several = tta.perClass[emotion];
		const figures = [plain, several].flatMap(({ precision, recall, f1 }) => [precision, recall, f1]);
		return [emotion, count(plain.support), ...figures.map((value) => value.toFixed(3))];
	});
	return table(names, lines, 1);
}

/** The trials, each a line of docs/results/trials.csv. */
function trialTable() {
	const text = fs.readFileSync(path.join(ROOT, 'docs', 'results', 'trials.csv'), 'utf8');
	const [, ...lines] = text.trim().split('\n');
	// Those of npm run study have a page of their own.
	const own = lines.filter((line) => !line.split(',')[1].startsWith('study-'));
	const cells = own.map((line) => {
		// Only the settings stand in quotes, with each quote within them twice.
		const [, before, changes, after] = /^(.*?),"(.*)",(.*)$/.exec(line) ?? [];
		const [date, run, protocol, seed] = before.split(',');
		const [epochs, images, seconds, accuracy, macroF1, views, ttaAccuracy, ttaMacroF1] = after.split(',');
		const settings = changes.replaceAll('""', '"').replaceAll('|', '\\|');
		const figures = [percent(Number(accuracy)), macroF1, percent(Number(ttaAccuracy)), ttaMacroF1];
		const work = [epochs, count(Number(images)), (Number(seconds) / 60).toFixed(0)];
		return [date, run, `${protocol}, ${seed}`, `\`${settings}\``, ...work, ...figures, views];
	});
	const names = ['date', 'run', 'protocol, seed', 'settings', 'epochs', 'faces an epoch', 'minutes'];
	return table([...names, 'accuracy', 'macro F1', 'accuracy, TTA', 'macro F1, TTA', 'views'], cells, 4);
}

/** Writes a model's card from the template. @param {Pick<typeof import('../../dist/lib/index.js'), 'BACKBONES'>} fer @param {string} name @param {Metrics} metrics */
function writeCard({ BACKBONES }, name, metrics) {
	const { config, backbone, calibration, expectedCalibrationError, tta } = metrics;
	const folder = path.join(MODELS, name);
	const { size } = fs.statSync(path.join(folder, 'weights.bin'));
	const values = {
		name,
		backbone,
		license: BACKBONES[backbone].license,
		emotions: Object.keys(metrics.perClass).join(', '),
		megabytes: (size / 1e6).toFixed(1),
		scores: table(['', 'protocol', 'n', 'accuracy', 'macro F1'], scoreRows(name, metrics), 2),
		'emotions table': emotionTable(metrics),
		votes: config.ferPlus?.lossWeight
			? ', and the votes of FER+ on the same faces (Barsoum et al. 2016, arXiv:1608.01041)'
			: '',
		teachers: config.distillation?.teachers.length
			? ` It also learnt what ${config.distillation.teachers.join(' and ')} answers on its training faces (Hinton et al. 2015, arXiv:1503.02531).`
			: '',
		temperature: calibration?.temperature.toFixed(3) ?? '1, not fitted',
		calibration: `${ratio(expectedCalibrationError)}, with TTA ${ratio(tta.expectedCalibrationError)}`,
	};
	const template = fs.readFileSync(path.join(MODELS, 'MODEL_CARD.template.md'), 'utf8');
	const card = template.replaceAll(/\{\{([^}]+)\}\}/g, (_, key) => {
		const value = /** @type {Record<string, string>} */ (values)[key];
		if (value === undefined) throw new Problem(`MODEL_CARD.template.md asks for ${key}, which is not known.`);
		return value;
	});
	fs.writeFileSync(path.join(folder, 'MODEL_CARD.md'), card);
	console.log(`models/${name}/MODEL_CARD.md`);
}

await runCommandLine(async () => {
	const { values } = parseOptions({ options: OPTIONS });
	if (values.help) return console.log(HELP);
	if (Boolean(values.take) !== Boolean(values.as)) throw new Problem('--take and --as belong together.');
	if (values.as && !SHOWN.includes(values.as)) throw new Problem(`Expected ${SHOWN.join(', ')} for --as.`);
	await setUp();
	const fer = await import('../../dist/lib/index.js');
	await withProblems(fer, async () => {
		if (values.cross) await takeCross(fer, values.cross);
		await writeCrossPage(fer);
		if (values.cross) return;
		writeStudyPage(fer);
		if (values.take && values.as) {
			await fer.publishRun(path.join(ROOT, 'runs', values.take), path.join(MODELS, values.as));
		}
		const names = SHOWN.filter((name) => fs.existsSync(path.join(MODELS, name, 'metrics.json')));
		if (names.length === 0) throw new Problem('There is no model yet. Train one: npm run train -- --help');
		const results = await Promise.all(names.map((name) => fer.readResults(path.join(MODELS, name))));
		const all = results.map(({ metrics }) => metrics);
		const published = names.map((name, i) => ({ name, metrics: all[i] }));
		if (values.seed) await takeSeed(fer, values.seed, published);
		all.forEach((metrics, i) => {
			writeCard(fer, names[i], metrics);
		});
		const scores = { scores: scoreTable(names, all), seeds: seedTable(published) };
		fillPage('README.md', 'results', scores);
		const sections = all.map(
			(metrics, i) => `### models/${names[i]}\n\n${runTable(metrics)}\n\n${emotionTable(metrics)}`,
		);
		fillPage('docs/protocol.md', 'results', {
			...scores,
			models: sections.join('\n\n'),
			trials: trialTable(),
		});
		for await (const [name, figure] of fer.drawRunFigures(results[0])) {
			await fer.writePng(figure, path.join(ROOT, 'images', `${name}.png`));
			console.log(`images/${name}.png`);
		}
	});
});
