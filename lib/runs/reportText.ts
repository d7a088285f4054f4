import { bestEpoch } from '../training/monitor';
import type { EpochRecord } from '../training/epochRecord';
import { formatPercent, formatRange, formatSeconds, points } from '../format';
import type { Scores, TestScores } from '../evaluation/scores';

/** Says in one line how a training went: epochs, time, rate, and the epoch whose weights were kept. */
export function summarizeHistory(history: readonly EpochRecord[]): string {
	const best = bestEpoch(history, 'validationAccuracy');
	if (!best) return 'No epoch was trained.';
	const seconds = history.reduce((sum, record) => sum + record.seconds, 0);
	const rate = history.reduce((sum, record) => sum + record.imagesPerSecond, 0) / history.length;
	return (
		`${history.length} epoch${history.length === 1 ? '' : 's'} in ${formatSeconds(seconds)}, ${Math.round(rate)} images/s; best epoch ${best.epoch}: ` +
		`validation accuracy ${formatPercent(best.validationAccuracy)}, macro F1 ${best.validationMacroF1.toFixed(4)}`
	);
}

/**
 * Formats what a network gave on its test part: without TTA, with TTA, and the gain, each with its 95 % interval; and the
 * same on the images that have no exact copy in training.
 */
export function formatScores({ dataset, protocol, n, seed, tta, gain, withoutCopies, ...plain }: TestScores): string {
	const data = dataset.drawn ? 'SAMPLE FACES drawn by this project, not FER2013' : dataset.name;
	const line = (name: string, { accuracy, macroF1, intervals }: Scores) =>
		`${name.padEnd(12)} accuracy ${formatPercent(accuracy)} ${formatRange(intervals.accuracy, formatPercent)}, ` +
		`macro F1 ${macroF1.toFixed(4)} ${formatRange(intervals.macroF1, (value) => value.toFixed(4))}`;
	const both = (single: Scores, several: Scores) => [
		line('without TTA', single),
		...(tta.views === 'single' ? [] : [line('with TTA', several)]),
	];
	const judged = tta.views === 'single' ? [plain] : [plain, tta];
	const errors = judged.map(({ expectedCalibrationError }) => expectedCalibrationError.toFixed(4));
	const difference = `${points(gain.accuracy.estimate)} points ${formatRange(gain.accuracy, points)}`;
	return [
		`${data}; protocol ${protocol}, n = ${n.toLocaleString('en')}, seed ${seed}`,
		...both(plain, tta),
		...(tta.views === 'single' ? [] : [`${'gain'.padEnd(12)} accuracy ${difference}`]),
		`without exact copies of training images, n = ${withoutCopies.n.toLocaleString('en')}`,
		...both(withoutCopies, withoutCopies.tta),
		`calibration  expected error ${errors.join(', with TTA ')}`,
	].join('\n');
}

