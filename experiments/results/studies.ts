// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { count, fillPage, percent, points, ratio, table } from '../../cli/markdown.mjs';
import { ROOT } from '../../scripts/setup/paths.mjs';
import { STUDIES } from '../study/plans.mjs';

/** What the page is written from. */
export const STORED = path.join(ROOT, 'docs', 'results', 'studies.json');
const NOT_RUN = 'Not run yet.';

/**
 * @typedef {{accuracy: number, macroF1: number, disgustRecall: number}} ShortScores
 *
 * @typedef {object} Trial What a variant of a study gave on PublicTest.
 * @property {string} name
 * @property {string} what
 * @property {string[]} set
 * @property {number} seed
 * @property {number} n
 * @property {{phase1: number, phase2: number}} epochs
 * @property {number} seconds
 * @property {string} cpu
 * @property {number} cores
 * @property {ShortScores} plain
 * @property {ShortScores} tta
 *
 * @typedef {Awaited<ReturnType<typeof import('../study/speed.mjs').measureSpeeds>>} Speeds
 * @typedef {{trials: Record<string, Trial>, speed?: Speeds}} Stored
 */

/** The trials of a study that have run, in the plan's order. @param {string} study @param {Stored} stored */
const trialsOf = (study, { trials }) =>
	STUDIES[study].flatMap(({ name, what }) => (trials[name] ? [{ ...trials[name], what }] : []));

/** Accuracy and macro F1, and how far each lies from the base. @param {Stored} stored */
export function ablationTable(stored) {
	const all = trialsOf('ablation', stored);
	if (all.length === 0) return NOT_RUN;
	const [base] = all;
	const lines = all.map(({ what, set, plain, tta }) => [
		what,
		set.map((each) => `\`${each}\``).join(' '),
		percent(plain.accuracy),
		points(plain.accuracy, base.plain.accuracy),
		percent(tta.accuracy),
		points(tta.accuracy, base.tta.accuracy),
		ratio(tta.macroF1),
		points(tta.accuracy, plain.accuracy),
	]);
	const names = ['trial', 'setting', 'accuracy', 'against the first', 'accuracy, TTA', 'against the first, TTA'];
	return table([...names, 'macro F1, TTA', 'gain from TTA'], lines, 2);
}

/** What each way to treat rare classes costs and gives. @param {Stored} stored */
export function imbalanceTable(stored) {
	const all = trialsOf('imbalance', stored);
	if (all.length === 0) return NOT_RUN;
	const lines = all.map(({ what, plain, tta }) => [
		what,
		...[plain, tta].flatMap(({ accuracy, macroF1, disgustRecall }) => [
			percent(accuracy),
			ratio(macroF1),
			percent(disgustRecall),
		]),
	]);
	const figures = ['accuracy', 'macro F1', 'recall of disgust'];
	return table(['treatment', ...figures, ...figures.map((name) => `${name}, TTA`)], lines, 1);
}

/**
 * Size, speed and, where the pretrained weights were at hand, accuracy of every backbone.
 * @param {Pick<typeof import('../../dist/lib/index.js'), 'BACKBONES'>} fer
 * @param {Stored} stored
 */
export function backboneTable({ BACKBONES }, stored) {
	const trials = new Map(trialsOf('backbones', stored).map((trial) => [trial.what, trial]));
	if (trials.size === 0) return NOT_RUN;
	const speeds = new Map(stored.speed?.speeds.map((speed) => [speed.backbone, speed]));
	const lines = Object.values(BACKBONES).map(({ name, imagenetTop1, parameters, multiplyAdds, pretrainedSize }) => {
		const [trial, speed] = [trials.get(name), speeds.get(name)];
		return [
			`\`${name}\``,
			percent(imagenetTop1),
			`${(parameters / 1e6).toFixed(2)} M`,
			`${(multiplyAdds / 1e9).toFixed(2)} G at ${pretrainedSize} px`,
			...(speed
				? [
						count(Math.round(speed.training)),
						count(Math.round(28_709 / speed.training)),
						count(Math.round(speed.prediction)),
						speed.latency.toFixed(1),
					]
				: ['', '', '', '']),
			...(trial
				? [percent(trial.plain.accuracy), percent(trial.tta.accuracy), ratio(trial.tta.macroF1)]
				: ['', '', '']),
		];
	});
	const names = ['backbone', 'ImageNet top-1', 'parameters', 'multiply-adds'];
	const speed = ['learns, faces/s', 'an epoch, s', 'predicts, faces/s', 'one face, ms'];
	return table([...names, ...speed, 'accuracy', 'accuracy, TTA', 'macro F1, TTA'], lines, 1);
}

/** What a reader must know of the trials. @param {Stored} stored */
export function conditions({ trials }) {
	const [first] = Object.values(trials);
	if (!first) return NOT_RUN;
	const minutes = Object.values(trials).reduce((sum, { seconds }) => sum + seconds, 0) / 60;
	return `${count(first.n)} faces of PublicTest; ${Object.keys(trials).length} trials, ${minutes.toFixed(0)} minutes of training and validation on ${first.cores} cores of ${first.cpu}.`;
}

/** @param {Stored} stored */
function speedConditions({ speed }) {
	if (!speed) return 'Speed: not measured yet.';
	return `Speed at ${speed.imageSize} px, training with a batch of ${speed.batchSize} and all layers, prediction with the mirrored view; medians of three rounds on ${speed.cores} cores of ${speed.cpu}.`;
}

/**
 * Writes the tables of docs/recipes.md, if there are results.
 * @param {Pick<typeof import('../../dist/lib/index.js'), 'BACKBONES'>} fer
 */
export function writeStudyPage(fer) {
	if (!fs.existsSync(STORED)) return;
	const stored = /** @type {Stored} */ (JSON.parse(fs.readFileSync(STORED, 'utf8')));
	const parts = {
		conditions: conditions(stored),
		ablation: ablationTable(stored),
		imbalance: imbalanceTable(stored),
		backbones: `${backboneTable(fer, stored)}\n\n${speedConditions(stored)}`,
	};
	fillPage('docs/recipes.md', 'results', parts);
}
