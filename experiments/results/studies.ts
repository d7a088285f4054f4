import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fillPage, pointsFrom, ratio, table, writeJson } from '../../cli/markdown';
import { PROJECT_FOLDER } from '../../cli/projectFolder';
import type { Metrics } from '../../lib/evaluation/storedMetrics';
import { formatCount, formatPercent } from '../../lib/format';
import { BACKBONES } from '../../lib/model/backbones/registry';
import { STUDIES, type Variant } from '../study/plans';
import type { Speeds } from '../study/speed';

/** The stored results, from which docs/recipes.md is made. */
const STORED = join(PROJECT_FOLDER, 'docs', 'results', 'studies.json');

/** A variant of a study and its scores on PublicTest. */
export interface Trial extends Variant, Pick<Metrics, 'seed' | 'n' | 'epochs' | 'seconds'> {
	readonly cpu: string;
	readonly cores: number;
	readonly plain: ShortScores;
	readonly tta: ShortScores;
}

type ShortScores = Readonly<Record<'accuracy' | 'macroF1' | 'disgustRecall', number>>;

/** The contents of docs/results/studies.json. */
export interface StoredStudies {
	/** By the variant's name. */
	readonly trials: Readonly<Record<string, Trial>>;
	readonly speed?: Speeds;
}

const readStored = (): StoredStudies =>
	existsSync(STORED) ? JSON.parse(readFileSync(STORED, 'utf8')) : { trials: {} };

/** Changes docs/results/studies.json. */
export function storeStudies(change: (stored: StoredStudies) => StoredStudies): Promise<void> {
	return writeJson(STORED, change(readStored()));
}

/** The trials of a study that have run, in the plan's order. */
const trialsOf = (study: string, { trials }: StoredStudies) =>
	STUDIES[study].flatMap(({ name, what }) => (trials[name] ? [{ ...trials[name], what }] : []));

/** Makes the table of the ablation: accuracy and macro F1, and the differences from the base. */
export function ablationTable(stored: StoredStudies): string {
	const all = trialsOf('ablation', stored);
	const [base] = all;
	const lines = all.map(({ what, set, plain, tta }) => [
		what,
		set.map((each) => `\`${each}\``).join(' '),
		formatPercent(plain.accuracy),
		pointsFrom(base.plain.accuracy, plain.accuracy),
		formatPercent(tta.accuracy),
		pointsFrom(base.tta.accuracy, tta.accuracy),
		ratio(tta.macroF1),
		pointsFrom(plain.accuracy, tta.accuracy),
	]);
	const names = ['trial', 'setting', 'accuracy', 'against the first', 'accuracy, TTA', 'against the first, TTA'];
	return table([...names, 'macro F1, TTA', 'gain from TTA'], lines, 2);
}

/** Makes the table of the treatments for class imbalance. */
export function imbalanceTable(stored: StoredStudies): string {
	const lines = trialsOf('imbalance', stored).map(({ what, plain, tta }) => [
		what,
		...[plain, tta].flatMap(({ accuracy, macroF1, disgustRecall }) => [
			formatPercent(accuracy),
			ratio(macroF1),
			formatPercent(disgustRecall),
		]),
	]);
	const figures = ['accuracy', 'macro F1', 'recall of disgust'];
	return table(['treatment', ...figures, ...figures.map((name) => `${name}, TTA`)], lines, 1);
}

/** Makes the table of all backbones: size, speed and, where pretrained weights were available, accuracy. */
export function backboneTable(stored: StoredStudies): string {
	const trials = new Map(trialsOf('backbones', stored).map((trial) => [trial.what, trial]));
	const speeds = new Map(stored.speed?.speeds.map((speed) => [speed.backbone, speed]));
	const lines = Object.values(BACKBONES).map(({ name, imagenetTop1, parameters, multiplyAdds, pretrainedSize }) => {
		const [trial, speed] = [trials.get(name), speeds.get(name)];
		const rates = speed && [speed.training, 28_709 / speed.training, speed.prediction];
		return [
			`\`${name}\``,
			formatPercent(imagenetTop1),
			`${(parameters / 1e6).toFixed(2)} M`,
			`${(multiplyAdds / 1e9).toFixed(2)} G at ${pretrainedSize} px`,
			...(rates?.map((rate) => formatCount(Math.round(rate))) ?? ['', '', '']),
			speed?.latency.toFixed(1) ?? '',
			...(trial
				? [formatPercent(trial.plain.accuracy), formatPercent(trial.tta.accuracy), ratio(trial.tta.macroF1)]
				: ['', '', '']),
		];
	});
	const names = ['backbone', 'ImageNet top-1', 'parameters', 'multiply-adds'];
	const speed = ['training, faces/s', 'an epoch, s', 'prediction, faces/s', 'one face, ms'];
	return table([...names, ...speed, 'accuracy', 'accuracy, TTA', 'macro F1, TTA'], lines, 1);
}

/** Describes the conditions of the trials. */
export function conditions({ trials }: StoredStudies): string {
	const [first] = Object.values(trials);
	if (!first) return 'Not run yet.';
	const minutes = Object.values(trials).reduce((sum, { seconds }) => sum + seconds, 0) / 60;
	return `${formatCount(first.n)} faces of PublicTest; ${Object.keys(trials).length} trials, ${minutes.toFixed(0)} minutes of training and validation on ${first.cores} cores of ${first.cpu}.`;
}

function speedConditions({ speed }: StoredStudies): string {
	if (!speed) return 'Speed: not measured yet.';
	return `Speed at ${speed.imageSize} px: training of all layers with a batch of ${speed.batchSize}, prediction with the mirrored view; medians of three rounds on ${speed.cores} cores of ${speed.cpu}.`;
}

/** Writes the tables of docs/recipes.md, if there are results. */
export async function writeStudyPage(): Promise<void> {
	if (!existsSync(STORED)) return;
	const stored = readStored();
	await fillPage('docs/recipes.md', 'results', {
		conditions: conditions(stored),
		ablation: ablationTable(stored),
		imbalance: imbalanceTable(stored),
		backbones: `${backboneTable(stored)}\n\n${speedConditions(stored)}`,
	});
}
