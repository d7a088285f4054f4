import type { Scores, TestScores } from '../evaluation/evaluate';
import { describeMissing } from '../evaluation/formatReport';
import { sum } from '../evaluation/metrics';
import { formatCount, formatPercent, formatRange, formatRatio, formatSeconds, points } from '../format';
import { bestEpoch, type EpochRecord } from '../training/epochRecord';
import type { OtherScores } from './storedModel';

/**
 * Summarises a history in one line: epochs, time, speed, and the epoch whose weights were kept.
 * @example
 * ```ts
 * fer.summarizeHistory(results.phase2.history); // 1 epoch in 4 s, 90 images/s; best epoch 1: validation accuracy ...
 * ```
 */
export function summarizeHistory(history: readonly EpochRecord[]): string {
	const best = bestEpoch(history, 'validationAccuracy');
	if (!best) return 'No epoch was trained.';
	const seconds = sum(history.map((record) => record.seconds));
	const rate = sum(history.map((record) => record.imagesPerSecond)) / history.length;
	return (
		`${history.length} epoch${history.length === 1 ? '' : 's'} in ${formatSeconds(seconds)}, ${Math.round(rate)} images/s; best epoch ${best.epoch}: ` +
		`validation accuracy ${formatPercent(best.validationAccuracy)}, macro F1 ${formatRatio(best.validationMacroF1)}`
	);
}

/**
 * Returns a history as rows for `console.table`, one per epoch, with rounded values.
 * @example
 * ```ts
 * const rows = fer.historyTable(results.phase2.history);
 * rows[0].epoch; // 1; further columns: loss, accuracy, validation loss, learning rate, seconds ...
 * ```
 */
export function historyTable(history: readonly EpochRecord[]): Record<string, number>[] {
	const rounded = (value: number) => Number(value.toFixed(4));
	return history.map((record) => ({
		epoch: record.epoch,
		loss: rounded(record.loss),
		accuracy: rounded(record.accuracy),
		'validation loss': rounded(record.validationLoss),
		'validation accuracy': rounded(record.validationAccuracy),
		'validation macro F1': rounded(record.validationMacroF1),
		'learning rate': Number(record.learningRate.toPrecision(3)),
		'image size': record.imageSize,
		seconds: Number(record.seconds.toFixed(1)),
	}));
}

/**
 * Formats test scores: without and with test-time augmentation, the gain, each with its 95 % interval; and the same for
 * the images that have no exact copy in training.
 * @example
 * ```ts
 * fer.formatScores(results.metrics).split('\n')[0];
 * // SAMPLE FACES drawn by this project, not FER2013; protocol holdout, n = 28, seed 42
 * ```
 */
export function formatScores(scores: TestScores): string {
	const { dataset, protocol, n, seed, tta, gain, withoutCopies } = scores;
	const data = dataset.drawn ? 'SAMPLE FACES drawn by this project, not FER2013' : dataset.name;
	// With a single view there is nothing else to print.
	const several = <T>(...values: T[]) => (tta.views === 'single' ? [] : values);
	const both = (one: Scores, averaged: Scores) => [line('without TTA', one), ...several(line('with TTA', averaged))];
	const errors = [scores, ...several(tta)].map((each) => formatRatio(each.expectedCalibrationError));
	const difference = `${points(gain.accuracy.estimate)} points ${formatRange(gain.accuracy, points)}`;
	const missing = (one: Scores) => {
		const classes = Object.entries(one.perClass ?? {});
		const names = classes.flatMap(([name, { support }]) => (support === 0 ? name : []));
		return names.length === 0 ? [] : [describeMissing(names, classes.length)];
	};
	return [
		`${data}; protocol ${protocol}, n = ${formatCount(n)}, seed ${seed}`,
		...missing(scores),
		...both(scores, tta),
		...several(`${'gain'.padEnd(12)} accuracy ${difference}`),
		`without exact copies of training images, n = ${formatCount(withoutCopies.n)}`,
		...missing(withoutCopies),
		...both(withoutCopies, withoutCopies.tta),
		`calibration  expected error ${errors.join(', with TTA ')}`,
	].join('\n');
}

/** Accuracy and macro F1 with their intervals, after a name. */
function line(name: string, { accuracy, macroF1, intervals }: Scores): string {
	return (
		`${name.padEnd(12)} accuracy ${formatPercent(accuracy)} ${formatRange(intervals.accuracy, formatPercent)}, ` +
		`macro F1 ${formatRatio(macroF1)} ${formatRange(intervals.macroF1, formatRatio)}`
	);
}

/** Formats the scores of a model on data that it was not trained on: among all its classes, and among those present. */
export function formatOther(scores: OtherScores): string {
	const { dataset, name, n, present, emotions, views, dropped, allClasses, presentClasses } = scores;
	const missing = emotions.filter((_, label) => !present.includes(label));
	const left = Object.entries(dropped).map(([what, count]) => `${formatCount(count)} ${what}`);
	const data = dataset.drawn ? 'SAMPLE FACES drawn by this project' : dataset.name;
	return [
		`${data}, by a model trained as ${name}; n = ${formatCount(n)}, ${views === 'single' ? 'one view' : `views ${views}`}`,
		...(left.length > 0 ? [`left out     ${left.join(', ')}: the model does not have these classes`] : []),
		...(missing.length > 0 ? [describeMissing(missing, emotions.length)] : []),
		line(`${emotions.length}-way`, allClasses),
		...(presentClasses ? [line(`${present.length}-way`, presentClasses)] : []),
	].join('\n');
}
