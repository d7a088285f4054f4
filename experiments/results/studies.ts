import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fillPage, pointsFrom, tableOf, writeJson } from '../../cli/markdown';
import { PROJECT_FOLDER } from '../../cli/projectFolder';
import type { Metrics } from '../../lib/evaluation/storedMetrics';
import { formatCount, formatPercent, formatRatio } from '../../lib/format';
import { BACKBONES } from '../../lib/model/backbones/registry';
import { STUDIES, type Variant } from '../study/plans';
import type { Speeds } from '../study/speed';

const STORED = join(PROJECT_FOLDER, 'docs', 'results', 'studies.json');

/** Makes the record of a trial: a variant of a study and its scores on PublicTest. */
export function trialOf(
	variant: Variant,
	{ seed, n, epochs, seconds, machine: { cpu, cores }, tta, ...plain }: Metrics,
) {
	const [short, shortTta] = [plain, tta].map(({ accuracy, macroF1, perClass }) => {
		return { accuracy, macroF1, disgustRecall: perClass.disgust.recall };
	});
	return { ...variant, seed, n, epochs, seconds: Math.round(seconds), cpu, cores, plain: short, tta: shortTta };
}

/** The contents of docs/results/studies.json; trials by the variant's name. */
type StoredStudies = Readonly<{ trials: Readonly<Record<string, ReturnType<typeof trialOf>>>; speed?: Speeds }>;

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
	const trials = trialsOf('ablation', stored);
	const [base] = trials;
	return tableOf(trials, 2, {
		trial: ({ what }) => what,
		setting: ({ set }) => set.map((each) => `\`${each}\``).join(' '),
		accuracy: ({ plain }) => formatPercent(plain.accuracy),
		'against the first': ({ plain }) => pointsFrom(base.plain.accuracy, plain.accuracy),
		'accuracy, TTA': ({ tta }) => formatPercent(tta.accuracy),
		'against the first, TTA': ({ tta }) => pointsFrom(base.tta.accuracy, tta.accuracy),
		'macro F1, TTA': ({ tta }) => formatRatio(tta.macroF1),
		'gain from TTA': ({ plain, tta }) => pointsFrom(plain.accuracy, tta.accuracy),
	});
}

/** Makes the table of the treatments for class imbalance. */
export function imbalanceTable(stored: StoredStudies): string {
	return tableOf(trialsOf('imbalance', stored), 1, {
		treatment: ({ what }) => what,
		accuracy: ({ plain }) => formatPercent(plain.accuracy),
		'macro F1': ({ plain }) => formatRatio(plain.macroF1),
		'recall of disgust': ({ plain }) => formatPercent(plain.disgustRecall),
		'accuracy, TTA': ({ tta }) => formatPercent(tta.accuracy),
		'macro F1, TTA': ({ tta }) => formatRatio(tta.macroF1),
		'recall of disgust, TTA': ({ tta }) => formatPercent(tta.disgustRecall),
	});
}

/** Makes the table of all backbones: size, speed and, where pretrained weights were available, accuracy. */
export function backboneTable(stored: StoredStudies): string {
	const trials = trialsOf('backbones', stored);
	const rows = Object.values(BACKBONES).map((backbone) => ({
		...backbone,
		speed: stored.speed?.speeds.find((speed) => speed.backbone === backbone.name),
		trial: trials.find(({ what }) => what === backbone.name),
	}));
	const rate = (value?: number) => (value === undefined ? '' : formatCount(Math.round(value)));
	return tableOf(rows, 1, {
		backbone: ({ name }) => `\`${name}\``,
		'ImageNet top-1': ({ imagenetTop1 }) => formatPercent(imagenetTop1),
		parameters: ({ parameters }) => `${(parameters / 1e6).toFixed(2)} M`,
		'multiply-adds': (row) => `${(row.multiplyAdds / 1e9).toFixed(2)} G at ${row.pretrainedSize} px`,
		'training, faces/s': ({ speed }) => rate(speed?.training),
		'an epoch, s': ({ speed }) => rate(speed && 28_709 / speed.training),
		'prediction, faces/s': ({ speed }) => rate(speed?.prediction),
		'one face, ms': ({ speed }) => speed?.latency.toFixed(1) ?? '',
		accuracy: ({ trial }) => (trial ? formatPercent(trial.plain.accuracy) : ''),
		'accuracy, TTA': ({ trial }) => (trial ? formatPercent(trial.tta.accuracy) : ''),
		'macro F1, TTA': ({ trial }) => (trial ? formatRatio(trial.tta.macroF1) : ''),
	});
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
