import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fillPage, pointsFrom, table, withRange, writePage } from '../../cli/markdown';
import { Problem } from '../../cli/problem';
import { PROJECT_FOLDER } from '../../cli/projectFolder';
import type { Metrics } from '../../lib/evaluation/storedMetrics';
import { writePng } from '../../lib/figures/rendering/export';
import { formatCount, formatPercent, formatRatio } from '../../lib/format';
import { backbone as backboneOf } from '../../lib/model/backbones/registry';
import { publishRun, readResults } from '../../lib/runs/results';
import { drawRunFigures } from '../../lib/runs/runFigures';
import { runFolder } from '../../lib/training/runFolder';
import { takeCross, writeCrossPage } from './crossDataset';
import * as tables from './scoreTables';
import { writeStudyPage } from './studies';

const MODELS = join(PROJECT_FOLDER, 'models');

/** The options of `fer results`. */
export type ResultsOptions = Readonly<Partial<Record<'take' | 'as' | 'seed' | 'cross', string>>>;

/** Writes the tables, model cards and figures of the models `names`, in this order; the figures are those of the first. */
export async function writeAll(names: readonly string[], { take, as, seed, cross }: ResultsOptions): Promise<void> {
	// First, so that the name of a run that does not exist changes nothing.
	if (seed) await readResults(runFolder(PROJECT_FOLDER, seed, '--seed'));
	if (take) await checkTaken(runFolder(PROJECT_FOLDER, take, '--take'));
	if (take && as) await publishRun(runFolder(PROJECT_FOLDER, take, '--take'), join(MODELS, as));
	if (cross) await takeCross(cross);
	await writeCrossPage();
	if (cross) return;
	await writeStudyPage();
	const found = names.filter((name) => existsSync(join(MODELS, name, 'metrics.json')));
	if (found.length === 0) throw new Problem('There is no published model yet. Train one: npx fer train --help');
	const results = await Promise.all(found.map((name) => readResults(join(MODELS, name))));
	const published = found.map((name, i) => ({ name, metrics: results[i].metrics }));
	if (seed) await tables.takeSeed(seed, published);
	for (const model of published) await writeCard(model);
	await fillPage('docs/protocol.md', 'results', {
		scores: tables.scoreTable(published),
		seeds: tables.seedTable(published),
		significance: tables.significanceTable(Object.fromEntries(found.map((name, i) => [name, results[i]]))),
		models: published.map(modelSection).join('\n\n'),
		trials: trialTable(),
	});
	await fillPage('README.md', 'results', { summary: tables.summaryTable(published) });
	for await (const [name, figure] of drawRunFigures(results[0])) {
		await writePng(figure, join(PROJECT_FOLDER, 'images', `${name}.png`));
		console.log(`images/${name}.png`);
	}
}

/** Refuses a run on other data: the tables and model cards compare networks on FER2013. */
async function checkTaken(folder: string): Promise<void> {
	const { dataset } = (await readResults(folder)).metrics;
	if (dataset.drawn || dataset.name === 'FER2013') return;
	const remedy = 'Its figures and scores are in its own folder: npx fer figures, npx fer evaluate.';
	throw new Problem(`Expected a run on FER2013 for --take but received one on ${dataset.name}. ${remedy}`);
}

/** Makes the section of a model in docs/protocol.md. */
function modelSection({ name, metrics }: tables.Published): string {
	const { config, epochs, seconds, machine, gain, split, calibration, expectedCalibrationError, tta } = metrics;
	const { cpu, cores, node } = machine;
	const lines = [
		['training, validation, test faces', [split.train, split.validation, split.test].map(formatCount).join(', ')],
		['backbone, image size', `${config.backbone}, ${config.imageSize} px`],
		['epochs of phase 1, of phase 2', `${epochs.phase1}, ${epochs.phase2}`],
		['training and validation', `${(seconds / 60).toFixed(0)} minutes on ${cores} cores of ${cpu}, Node ${node}`],
		['gain from TTA, points', withRange(gain.accuracy, (value) => pointsFrom(0, value))],
	];
	if (calibration) {
		const { before, after } = calibration.expectedCalibrationError;
		lines.push(['temperature', calibration.temperature.toFixed(3)]);
		lines.push(['calibration error on validation, before and after', `${formatRatio(before)}, ${formatRatio(after)}`]);
	}
	const errors = [expectedCalibrationError, tta.expectedCalibrationError].map(formatRatio).join(', ');
	lines.push(['calibration error on test, without and with TTA', errors]);
	return `### models/${name}\n\n${table(['what', 'value'], lines, 2)}\n\n${emotionTable(metrics)}`;
}

/** Makes the table of precision, recall and F1 by emotion, without and with TTA. */
function emotionTable({ perClass, tta }: Metrics): string {
	const names = ['emotion', 'n', 'precision', 'recall', 'F1', 'precision, TTA', 'recall, TTA', 'F1, TTA'];
	const lines = Object.entries(perClass).map(([emotion, plain]) => {
		const figures = [plain, tta.perClass[emotion]].flatMap(({ precision, recall, f1 }) => [precision, recall, f1]);
		return [emotion, formatCount(plain.support), ...figures.map((value) => value.toFixed(3))];
	});
	return table(names, lines, 1);
}

/** Makes the table of trials from docs/results/trials.csv; those of `fer experiment study` have a page of their own. */
function trialTable(): string {
	const text = readFileSync(join(PROJECT_FOLDER, 'docs', 'results', 'trials.csv'), 'utf8');
	const [, ...all] = text.trim().split('\n');
	const cells = all.flatMap((line) => {
		// Only the settings are quoted, with quotes inside doubled.
		const [, before, changes, after] = /^(.*?),"(.*)",(.*)$/.exec(line) ?? [];
		const [date, run, protocol, seed] = before.split(',');
		if (run.startsWith('study-')) return [];
		const [epochs, images, seconds, accuracy, macroF1, views, ttaAccuracy, ttaMacroF1] = after.split(',');
		const settings = changes.replaceAll('""', '"').replaceAll('|', '\\|');
		const figures = [formatPercent(Number(accuracy)), macroF1, formatPercent(Number(ttaAccuracy)), ttaMacroF1];
		const work = [epochs, formatCount(Number(images)), (Number(seconds) / 60).toFixed(0)];
		return [[date, run, `${protocol}, ${seed}`, `\`${settings}\``, ...work, ...figures, views]];
	});
	const names = ['date', 'run', 'protocol, seed', 'settings', 'epochs', 'faces an epoch', 'minutes'];
	return table([...names, 'accuracy', 'macro F1', 'accuracy, TTA', 'macro F1, TTA', 'views'], cells, 4);
}

/** Writes a model's card from models/MODEL_CARD.template.md. */
async function writeCard({ name, metrics }: tables.Published): Promise<void> {
	const { config, backbone, calibration, expectedCalibrationError, tta } = metrics;
	const folder = join(MODELS, name);
	const teachers = config.distillation?.teachers.join(' and ');
	const values: Readonly<Record<string, string>> = {
		name,
		backbone,
		license: backboneOf(backbone).license,
		emotions: Object.keys(metrics.perClass).join(', '),
		megabytes: (statSync(join(folder, 'weights.bin')).size / 1e6).toFixed(1),
		scores: tables.modelTable({ name, metrics }),
		'emotions table': emotionTable(metrics),
		votes: config.ferPlus?.lossWeight
			? ', and the FER+ votes on the same faces (Barsoum et al. 2016, arXiv:1608.01041)'
			: '',
		teachers: teachers
			? ` It was also distilled from ${teachers} on its training faces (Hinton et al. 2015, arXiv:1503.02531).`
			: '',
		temperature: calibration?.temperature.toFixed(3) ?? '1, not fitted',
		calibration: `${formatRatio(expectedCalibrationError)}, with TTA ${formatRatio(tta.expectedCalibrationError)}`,
	};
	const template = readFileSync(join(MODELS, 'MODEL_CARD.template.md'), 'utf8');
	const card = template.replaceAll(/\{\{([^}]+)\}\}/g, (_, key: string) => {
		const value = values[key];
		if (value === undefined) throw new Problem(`MODEL_CARD.template.md contains {{${key}}}, which is not known.`);
		return value;
	});
	await writePage(join(folder, 'MODEL_CARD.md'), card);
}
