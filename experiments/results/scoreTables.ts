import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { table, withRange, writeJson } from '../../cli/markdown';
import { Problem } from '../../cli/problem';
import { PROJECT_FOLDER } from '../../cli/projectFolder';
import { argmaxRows } from '../../lib/evaluation/metrics';
import { type Interval, mcNemar, type ScoreIntervals } from '../../lib/evaluation/statistics';
import type { Metrics } from '../../lib/evaluation/storedMetrics';
import { formatCount, formatPercent, formatRatio } from '../../lib/format';
import { type Results, readResults } from '../../lib/runs/results';
import { fromBase64 } from '../../lib/runs/storedFaces';
import { runFolder } from '../../lib/training/runFolder';

/** A model of models/; `name` is its folder. */
export type Published = Readonly<{ name: string; metrics: Metrics }>;

/** The scores of the published models' settings with other seeds. */
const SEEDS = join(PROJECT_FOLDER, 'docs', 'results', 'seeds.json');
const COLUMNS = ['', 'protocol', 'n', 'accuracy', 'macro F1'];
const [ORIGINAL, ORIGINAL_TTA] = [
	['the original (Keras)', '`holdout`', '7,178', '69.7 %', '0.6769'],
	['the original with TTA', '`holdout`', '7,178', '70.37 %', '0.68'],
];
/** Models of one protocol: trained alone, and distilled. */
const PAIRS = ['holdout', 'official'].map((name) => [name, `${name}-distilled`]);

function scoreRow(what: string, { protocol, seed }: Metrics, { accuracy, macroF1 }: ScoreIntervals, n: number) {
	const bold = (interval: Interval, format: (value: number) => string) =>
		withRange(interval, format).replace(/^[^(]+(?= )/, '**$&**');
	return [
		what,
		`\`${protocol}\`, seed ${seed}`,
		formatCount(n),
		bold(accuracy, formatPercent),
		bold(macroF1, formatRatio),
	];
}

const ttaRow = (what: string, metrics: Metrics) => scoreRow(what, metrics, metrics.tta.intervals, metrics.n);

const rowWithoutCopies = (what: string, metrics: Metrics) =>
	scoreRow(what, metrics, metrics.withoutCopies.tta.intervals, metrics.withoutCopies.n);

const modelRows = ({ name, metrics }: Published) => [
	scoreRow(`\`models/${name}\``, metrics, metrics.intervals, metrics.n),
	ttaRow('the same with TTA', metrics),
	rowWithoutCopies('the same with TTA, without exact copies of training images', metrics),
];

/** Makes the table of one model: a single view, TTA, and TTA without copies of training images. */
export const modelTable = (model: Published): string => table(COLUMNS, modelRows(model), 2);

/** The rows of other packages' networks, as `fer experiment compare` measured them. */
function peerRows(): string[][] {
	const file = join(PROJECT_FOLDER, 'docs', 'results', 'peers.json');
	if (!existsSync(file)) return [];
	const { protocol, n, accuracies } = JSON.parse(readFileSync(file, 'utf8'));
	const all: { name: string; network?: string; accuracy: number; macroF1: number }[] = accuracies;
	// Ours are in rows of their own.
	const others = all.filter(({ network }) => network === undefined);
	return others.map(({ name, accuracy, macroF1 }) => [
		...[`\`${name}\`, measured here`, `\`${protocol}\``, formatCount(n)],
		...[formatPercent(accuracy), formatRatio(macroF1)],
	]);
}

/** Makes the full table of docs/protocol.md: the original, other packages and all published models. */
export function scoreTable(published: readonly Published[]): string {
	return table(COLUMNS, [ORIGINAL, ORIGINAL_TTA, ...peerRows(), ...published.flatMap(modelRows)], 2);
}

/** Makes the README's table: the original and the best model of each protocol, with TTA. */
export function summaryTable(published: readonly Published[]): string {
	const of = (name: string, row: typeof ttaRow, what: string) =>
		published.flatMap((model) => (model.name === name ? [row(`\`models/${name}\` ${what}`, model.metrics)] : []));
	const rows = [
		ORIGINAL_TTA,
		...of('holdout-distilled', ttaRow, 'with TTA'),
		...of('official-distilled', ttaRow, 'with TTA'),
		...of('official-distilled', rowWithoutCopies, 'with TTA, without exact copies of training images'),
	];
	return table(COLUMNS, rows, 2);
}

/** The test scores of one training with the settings of the published model `model`. */
type SeedScores = ReturnType<typeof scoresOf>;

const readSeeds = (): SeedScores[] => (existsSync(SEEDS) ? JSON.parse(readFileSync(SEEDS, 'utf8')) : []);

function scoresOf(model: string, { seed, n, seconds, machine, tta, withoutCopies, ...scores }: Metrics) {
	const short = ({ accuracy, macroF1 }: Pick<Metrics, 'accuracy' | 'macroF1'>) => ({ accuracy, macroF1 });
	const kept = { n: withoutCopies.n, accuracy: withoutCopies.tta.accuracy };
	return { model, seed, n, seconds, machine, plain: short(scores), tta: short(tta), withoutCopies: kept };
}

/** Returns the published model that a run repeats, with its settings and data, but with another seed. */
export function sameButSeed({ name, seed, config, dataset }: Metrics, published: readonly Published[]): string {
	const same = published.find(
		({ metrics }) =>
			metrics.dataset.fingerprint === dataset.fingerprint &&
			isDeepStrictEqual({ ...metrics.config, seed }, { ...config, seed }),
	);
	if (!same) {
		const names = published.map((model) => `models/${model.name}`).join(', ');
		throw new Problem(
			`runs/${name} differs by more than its seed from each of ${names}. Train with the settings of one (docs/protocol.md) and another --set seed.`,
		);
	}
	if (same.metrics.seed === seed) {
		throw new Problem(
			`runs/${name} has the seed of models/${same.name}, ${seed}. Train with another one: --set seed=1.`,
		);
	}
	return same.name;
}

/** Adds the scores of the finished run runs/RUN, which repeats a published model with another seed, to docs/results. */
export async function takeSeed(run: string, published: readonly Published[]): Promise<void> {
	const { metrics } = await readResults(runFolder(PROJECT_FOLDER, run, '--seed'));
	const scores = scoresOf(sameButSeed(metrics, published), metrics);
	const others = readSeeds().filter(({ model, seed }) => model !== scores.model || seed !== scores.seed);
	await writeJson(SEEDS, [...others, scores]);
}

/** Makes the table of means over seeds, a row for each recipe that was trained with several. */
export function seedTable(published: readonly Published[], stored = readSeeds()): string {
	const lines = published.flatMap(({ name, metrics }) => {
		const all = [scoresOf(name, metrics), ...stored.filter(({ model }) => model === name)];
		if (all.length === 1) return [];
		const mean = (figure: (scores: SeedScores) => number, format: (value: number) => string) => {
			const values = all.map(figure);
			const average = values.reduce((sum, value) => sum + value, 0) / values.length;
			return `**${format(average)}** (${values.map((value) => format(value)).join(', ')})`;
		};
		const about = [`\`models/${name}\``, `\`${metrics.protocol}\``, all.map(({ seed }) => seed).join(', ')];
		const figures = [
			mean(({ plain }) => plain.accuracy, formatPercent),
			mean(({ tta }) => tta.accuracy, formatPercent),
			mean(({ tta }) => tta.macroF1, formatRatio),
			mean(({ withoutCopies }) => withoutCopies.accuracy, formatPercent),
		];
		return [[...about, formatCount(metrics.n), ...figures]];
	});
	if (lines.length === 0) return 'No recipe has been trained with a second seed yet.';
	const figures = ['accuracy', 'accuracy, TTA', 'macro F1, TTA', 'accuracy, TTA, without copies'];
	return table(['recipe of', 'protocol', 'seeds', 'n', ...figures], lines, 3);
}

type Answers = Pick<Results, 'trueLabels' | 'probabilities'>;

/** Makes the table of McNemar's exact test between the models of each protocol, with TTA on the same test images. */
export function significanceTable(results: Readonly<Record<string, Answers>>): string {
	const lines = PAIRS.flatMap((names) => {
		const [first, second] = names.map((name) => results[name]);
		if (!first || !second) return [];
		const { trueLabels } = first;
		const models = names.map((name) => `models/${name}`);
		if (!isDeepStrictEqual(trueLabels, second.trueLabels)) {
			throw new Problem(`${models.join(' and ')} were tested on different images. Train one of them again.`);
		}
		const probabilities = [first, second].map((each) => fromBase64(each.probabilities));
		const classes = probabilities[0].length / trueLabels.length;
		const [before, after] = probabilities.map((rows) => argmaxRows(rows, classes));
		const { onlyBefore, onlyAfter, pValue } = mcNemar({ trueLabels, before, after, classes });
		const counts = [trueLabels.length, onlyBefore, onlyAfter].map(formatCount);
		return [[...models.map((name) => `\`${name}\``), ...counts, pValue.toFixed(4).replace('0.0000', '< 0.0001')]];
	});
	return table(['first', 'second', 'n', 'only the first correct', 'only the second correct', 'p'], lines, 2);
}
