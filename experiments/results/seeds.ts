// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { count, percent, ratio, table, writeJson } from '../../cli/markdown.mjs';
import { ROOT } from '../../scripts/setup/paths.mjs';
import { Problem } from '../../scripts/setup/problem.mjs';

/** What other seeds gave with the settings of the published models. */
const STORED = path.join(ROOT, 'docs', 'results', 'seeds.json');

/**
 * @typedef {import('../../dist/lib/index.js').Metrics} Metrics
 * @typedef {{name: string, metrics: Metrics}} Published
 *
 * @typedef {object} SeedScores What a training of a published model's settings gave on the test faces.
 * @property {string} model Whose settings they are.
 * @property {number} seed
 * @property {number} n
 * @property {number} seconds
 * @property {Metrics['machine']} machine
 * @property {{accuracy: number, macroF1: number}} plain
 * @property {{accuracy: number, macroF1: number}} tta
 * @property {{n: number, accuracy: number}} withoutCopies With TTA.
 */

/** @returns {SeedScores[]} */
const readStored = () => (fs.existsSync(STORED) ? JSON.parse(fs.readFileSync(STORED, 'utf8')) : []);

/** @param {string} model @param {Metrics} metrics @returns {SeedScores} */
function scoresOf(model, { seed, n, seconds, machine, accuracy, macroF1, tta, withoutCopies }) {
	return {
		model,
		seed,
		n,
		seconds,
		machine,
		plain: { accuracy, macroF1 },
		tta: { accuracy: tta.accuracy, macroF1: tta.macroF1 },
		withoutCopies: { n: withoutCopies.n, accuracy: withoutCopies.tta.accuracy },
	};
}

/**
 * Whose settings and data a run shares, but for the seed.
 * @param {Metrics} metrics @param {readonly Published[]} published
 * @throws {Problem} If no published model has them, or one has the same seed too.
 */
export function sameButSeed({ profile, seed, config, dataset }, published) {
	const same = published.find(
		({ metrics }) =>
			metrics.dataset.fingerprint === dataset.fingerprint &&
			isDeepStrictEqual({ ...metrics.config, seed }, { ...config, seed }),
	);
	if (!same) {
		const names = published.map(({ name }) => `models/${name}`).join(', ');
		throw new Problem(
			`runs/${profile} differs by more than its seed from each of ${names}. Train with the settings of one (docs/protocol.md) and another --set seed.`,
		);
	}
	if (same.metrics.seed === seed) {
		throw new Problem(
			`runs/${profile} has the seed of models/${same.name}, ${seed}. Train with another: --set seed=1.`,
		);
	}
	return same.name;
}

/**
 * Adds the scores of a finished run, whose settings are a published model's with another seed, to docs/results.
 * @param {Pick<typeof import('../../dist/lib/index.js'), 'readResults'>} fer
 * @param {string} run The run's folder below runs/.
 * @param {readonly Published[]} published
 */
export async function takeSeed(fer, run, published) {
	const { metrics } = await fer.readResults(path.join(ROOT, 'runs', run));
	const scores = scoresOf(sameButSeed(metrics, published), metrics);
	const others = readStored().filter(({ model, seed }) => model !== scores.model || seed !== scores.seed);
	writeJson(STORED, [...others, scores]);
}

/**
 * The mean over the seeds of each recipe that was trained with several, and what each seed gave.
 * @param {readonly Published[]} published @param {readonly SeedScores[]} [stored]
 */
export function seedTable(published, stored = readStored()) {
	const lines = published.flatMap(({ name, metrics }) => {
		const all = [scoresOf(name, metrics), ...stored.filter(({ model }) => model === name)];
		if (all.length === 1) return [];
		/** @param {(scores: SeedScores) => number} figure @param {(value: number) => string} format */
		const mean = (figure, format) => {
			const values = all.map(figure);
			const average = values.reduce((sum, value) => sum + value, 0) / values.length;
			return `**${format(average)}** (${values.map(format).join(', ')})`;
		};
		return [
			[
				`\`models/${name}\``,
				`\`${metrics.protocol}\``,
				all.map(({ seed }) => seed).join(', '),
				count(metrics.n),
				mean(({ plain }) => plain.accuracy, percent),
				mean(({ tta }) => tta.accuracy, percent),
				mean(({ tta }) => tta.macroF1, ratio),
				mean(({ withoutCopies }) => withoutCopies.accuracy, percent),
			],
		];
	});
	if (lines.length === 0) return 'No recipe has been trained with a second seed yet.';
	const figures = ['accuracy', 'accuracy, TTA', 'macro F1, TTA', 'accuracy, TTA, without copies'];
	return table(['recipe of', 'protocol', 'seeds', 'n', ...figures], lines, 3);
}
