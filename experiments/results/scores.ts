import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ratio, table, withRange } from '../../cli/markdown';
import { PROJECT_FOLDER } from '../../cli/projectFolder';
import type { Interval, ScoreIntervals } from '../../lib/evaluation/statistics';
import type { Metrics } from '../../lib/evaluation/storedMetrics';
import { formatCount, formatPercent } from '../../lib/format';
import type { Published } from './seeds';

const COLUMNS = ['', 'protocol', 'n', 'accuracy', 'macro F1'];
const [ORIGINAL, ORIGINAL_TTA] = [
	['the original (Keras)', '`holdout`', '7,178', '69.7 %', '0.6769'],
	['the original with TTA', '`holdout`', '7,178', '70.37 %', '0.68'],
];

type Row = readonly string[];

const bold = (interval: Interval, format: (value: number) => string) =>
	withRange(interval, format).replace(/^[^(]+(?= )/, '**$&**');

function scoreRow(what: string, { protocol, seed }: Metrics, intervals: ScoreIntervals, n: number): Row {
	const { accuracy, macroF1 } = intervals;
	return [what, `\`${protocol}\`, seed ${seed}`, formatCount(n), bold(accuracy, formatPercent), bold(macroF1, ratio)];
}

const ttaRow = (what: string, metrics: Metrics) => scoreRow(what, metrics, metrics.tta.intervals, metrics.n);

const rowWithoutCopies = (what: string, metrics: Metrics) =>
	scoreRow(what, metrics, metrics.withoutCopies.tta.intervals, metrics.withoutCopies.n);

/** Makes the table of one model: a single view, TTA, and TTA without copies of training images. */
export function modelTable({ name, metrics }: Published): string {
	return table(COLUMNS, modelRows({ name, metrics }), 2);
}

function modelRows({ name, metrics }: Published): Row[] {
	return [
		scoreRow(`\`models/${name}\``, metrics, metrics.intervals, metrics.n),
		ttaRow('the same with TTA', metrics),
		rowWithoutCopies('the same with TTA, without exact copies of training images', metrics),
	];
}

/** The rows of other packages' networks, as `fer experiment compare` measured them. */
function peerRows(): Row[] {
	const file = join(PROJECT_FOLDER, 'docs', 'results', 'peers.json');
	if (!existsSync(file)) return [];
	const { protocol, n, accuracies } = JSON.parse(readFileSync(file, 'utf8'));
	const others: { name: string; accuracy: number; macroF1: number }[] = accuracies.slice(1);
	return others.map(({ name, accuracy, macroF1 }) => [
		`\`${name}\`, measured here`,
		`\`${protocol}\``,
		formatCount(n),
		formatPercent(accuracy),
		ratio(macroF1),
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
