import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bestEpoch } from './callbacks/earlyStopping';
import type { EpochRecord } from './callbacks/history';
import { DataError } from './errors';
import { formatSeconds } from './progress';
import type { Metrics, Scores } from './results';
import type { Interval } from './statistics';

const percent = (fraction: number) => `${(100 * fraction).toFixed(2)} %`;
/** Percentage points with their sign; what rounds to zero has none that says anything. */
const points = (difference: number) => {
	const text = (100 * difference).toFixed(2);
	return text === '-0.00' ? '0.00' : `${difference > 0 ? '+' : ''}${text}`;
};

/** Says in one line how a training went: epochs, time, rate, and the epoch whose weights were kept. */
export function summarizeHistory(history: readonly EpochRecord[]): string {
	const best = bestEpoch(history, 'validationAccuracy');
	if (!best) return 'No epoch was trained.';
	const seconds = history.reduce((sum, record) => sum + record.seconds, 0);
	const rate = history.reduce((sum, record) => sum + record.imagesPerSecond, 0) / history.length;
	return (
		`${history.length} epoch${history.length === 1 ? '' : 's'} in ${formatSeconds(seconds)}, ${Math.round(rate)} images/s; best epoch ${best.epoch}: ` +
		`validation accuracy ${percent(best.validationAccuracy)}, macro F1 ${best.validationMacroF1.toFixed(4)}`
	);
}

/** Formats the results of a run as three lines: without TTA, with TTA, and the gain, each with its 95 % interval. */
export function formatScores(metrics: Metrics): string {
	const { dataset, protocol, n, seed, tta, gain } = metrics;
	const data = dataset.drawn ? 'SAMPLE FACES drawn by this project, not FER2013' : dataset.name;
	const range = ({ low, high }: Interval, format: (value: number) => string) => `(${format(low)} to ${format(high)})`;
	const line = (name: string, { accuracy, macroF1, intervals }: Scores) =>
		`${name.padEnd(12)} accuracy ${percent(accuracy)} ${range(intervals.accuracy, percent)}, ` +
		`macro F1 ${macroF1.toFixed(4)} ${range(intervals.macroF1, (value) => value.toFixed(4))}`;
	return [
		`${data}; protocol ${protocol}, n = ${n.toLocaleString('en')}, seed ${seed}`,
		line('without TTA', metrics),
		line('with TTA', tta),
		`${'gain'.padEnd(12)} accuracy ${points(gain.accuracy.estimate)} points ${range(gain.accuracy, points)}`,
	].join('\n');
}

/**
 * Reads `metrics.json` of a run's folder.
 * @throws {DataError} If the run has not finished.
 */
export async function readMetrics(folder: string): Promise<Metrics> {
	try {
		return JSON.parse(await readFile(join(folder, 'metrics.json'), 'utf8'));
	} catch (error) {
		const remedy = 'Run the notebook or npm run train to its end first.';
		throw new DataError('metrics.json', 'the folder of the run', (error as Error).message, remedy);
	}
}
