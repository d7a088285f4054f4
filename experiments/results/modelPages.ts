import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pointsFrom, ratio, table, withRange, writePage } from '../../cli/markdown';
import { Problem } from '../../cli/problem';
import { PROJECT_FOLDER } from '../../cli/projectFolder';
import type { Metrics } from '../../lib/evaluation/storedMetrics';
import { formatCount, formatPercent } from '../../lib/format';
import { backbone as backboneOf } from '../../lib/model/backbones/registry';
import { modelTable } from './scores';
import type { Published } from './seeds';

/** The published models. */
export const MODELS = join(PROJECT_FOLDER, 'models');

/** Makes the table of a model's training, gain from TTA and calibration. */
function runTable(metrics: Metrics): string {
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
		const { temperature, expectedCalibrationError: error } = calibration;
		lines.push(
			['temperature', temperature.toFixed(3)],
			['calibration error on validation, before and after', `${ratio(error.before)}, ${ratio(error.after)}`],
		);
	}
	const errors = [expectedCalibrationError, tta.expectedCalibrationError].map(ratio).join(', ');
	return table(['what', 'value'], [...lines, ['calibration error on test, without and with TTA', errors]], 2);
}

/** Makes the table of precision, recall and F1 by emotion, without and with TTA. */
function emotionTable({ perClass, tta }: Metrics): string {
	const names = ['emotion', 'n', 'precision', 'recall', 'F1', 'precision, TTA', 'recall, TTA', 'F1, TTA'];
	const lines = Object.entries(perClass).map(([emotion, plain]) => {
		const several = tta.perClass[emotion];
		const figures = [plain, several].flatMap(({ precision, recall, f1 }) => [precision, recall, f1]);
		return [emotion, formatCount(plain.support), ...figures.map((value) => value.toFixed(3))];
	});
	return table(names, lines, 1);
}

/** Makes the section of a model in docs/protocol.md. */
export function modelSection({ name, metrics }: Published): string {
	return `### models/${name}\n\n${runTable(metrics)}\n\n${emotionTable(metrics)}`;
}

/** Makes the table of trials from docs/results/trials.csv; those of `fer experiment study` have a page of their own. */
export function trialTable(): string {
	const text = readFileSync(join(PROJECT_FOLDER, 'docs', 'results', 'trials.csv'), 'utf8');
	const [, ...all] = text.trim().split('\n');
	const lines = all.filter((line) => !line.split(',')[1].startsWith('study-'));
	const cells = lines.map((line) => {
		// Only the settings are quoted, with quotes inside doubled.
		const [, before, changes, after] = /^(.*?),"(.*)",(.*)$/.exec(line) ?? [];
		const [date, run, protocol, seed] = before.split(',');
		const [epochs, images, seconds, accuracy, macroF1, views, ttaAccuracy, ttaMacroF1] = after.split(',');
		const settings = changes.replaceAll('""', '"').replaceAll('|', '\\|');
		const figures = [formatPercent(Number(accuracy)), macroF1, formatPercent(Number(ttaAccuracy)), ttaMacroF1];
		const work = [epochs, formatCount(Number(images)), (Number(seconds) / 60).toFixed(0)];
		return [date, run, `${protocol}, ${seed}`, `\`${settings}\``, ...work, ...figures, views];
	});
	const names = ['date', 'run', 'protocol, seed', 'settings', 'epochs', 'faces an epoch', 'minutes'];
	return table([...names, 'accuracy', 'macro F1', 'accuracy, TTA', 'macro F1, TTA', 'views'], cells, 4);
}

/** Writes a model's card from models/MODEL_CARD.template.md. */
export async function writeCard({ name, metrics }: Published): Promise<void> {
	const { config, backbone, calibration, expectedCalibrationError, tta } = metrics;
	const folder = join(MODELS, name);
	const { size } = statSync(join(folder, 'weights.bin'));
	const teachers = config.distillation?.teachers.join(' and ');
	const values: Readonly<Record<string, string>> = {
		name,
		backbone,
		license: backboneOf(backbone).license,
		emotions: Object.keys(metrics.perClass).join(', '),
		megabytes: (size / 1e6).toFixed(1),
		scores: modelTable({ name, metrics }),
		'emotions table': emotionTable(metrics),
		votes: config.ferPlus?.lossWeight
			? ', and the FER+ votes on the same faces (Barsoum et al. 2016, arXiv:1608.01041)'
			: '',
		teachers: teachers
			? ` It was also distilled from ${teachers} on its training faces (Hinton et al. 2015, arXiv:1503.02531).`
			: '',
		temperature: calibration?.temperature.toFixed(3) ?? '1, not fitted',
		calibration: `${ratio(expectedCalibrationError)}, with TTA ${ratio(tta.expectedCalibrationError)}`,
	};
	const template = readFileSync(join(MODELS, 'MODEL_CARD.template.md'), 'utf8');
	const card = template.replaceAll(/\{\{([^}]+)\}\}/g, (_, key: string) => {
		const value = values[key];
		if (value === undefined) throw new Problem(`MODEL_CARD.template.md contains {{${key}}}, which is not known.`);
		return value;
	});
	await writePage(join(folder, 'MODEL_CARD.md'), card);
}
