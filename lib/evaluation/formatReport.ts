import { invalidArgument } from '../errors';
import type { Scores } from './evaluate';
import { type ClassificationReport, type ClassMetrics, ratio, sum } from './metrics';

/**
 * Averages the metrics of the classes that have images: `macro` without weights, `weighted` by support; support is summed.
 */
export function averageMetrics(perClass: readonly ClassMetrics[], average: 'macro' | 'weighted'): ClassMetrics {
	const supports = perClass.map((row) => row.support);
	const weights = average === 'macro' ? supports.map((support) => (support > 0 ? 1 : 0)) : supports;
	const mean = (key: keyof ClassMetrics) => ratio(sum(perClass.map((row, i) => row[key] * weights[i])), sum(weights));
	return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1'), support: sum(supports) };
}

/** Formats with ties to the even digit, as Python does; `toFixed` rounds them up: 0.125 is 0.12 here and 0.13 there. */
function fixed(value: number, digits: number): string {
	// A tie is exact in binary only as an odd multiple of 2 ** -(digits + 1), and scaling by a power of 2 is exact.
	const tied = Math.abs((value * 2 ** (digits + 1)) % 2) === 1;
	const below = Math.floor(value * 10 ** digits);
	return (tied && below % 2 === 0 ? below / 10 ** digits : value).toFixed(digits);
}

/**
 * Formats a report exactly as scikit-learn's `classification_report` does, with two exceptions: classes without images are
 * left out of the averages, which a last line then says; and supports are printed as 3 even if no prediction at all is
 * correct, where scikit-learn prints 3.0.
 * @param report A `ClassificationReport`, or stored `Scores` such as a run's `metrics` or `metrics.tta`.
 * @param emotions Names of the classes, by label. Default: the names in the scores, else the labels.
 * @param options.digits Decimals of precision, recall and F1. Default 2.
 * @throws {RangeError} If the number of names differs from that of the classes, or `digits` is not an integer in 0 to 15.
 * @example
 * ```ts
 * const text = fer.formatReport(results.metrics.tta);
 * text.split('\n')[2]; // precision, recall, F1 and support of angry
 * ```
 */
export function formatReport(
	report: Pick<ClassificationReport | Scores, 'accuracy' | 'perClass'>,
	emotions: readonly string[] = Object.keys(report.perClass),
	{ digits = 2 }: { readonly digits?: number } = {},
): string {
	const perClass: readonly ClassMetrics[] = Object.values(report.perClass);
	if (emotions.length !== perClass.length) {
		throw invalidArgument('emotions', `${perClass.length} names`, emotions.length);
	}
	if (!Number.isInteger(digits) || digits < 0 || digits > 15) {
		throw invalidArgument('digits', 'integer between 0 and 15', digits);
	}
	const width = Math.max(...emotions.map((emotion) => [...emotion].length), 'weighted avg'.length, digits);
	const line = (heading: string, cells: readonly (string | number)[]) =>
		`${' '.repeat(width - [...heading].length)}${heading} ${cells.map((cell) => ` ${String(cell).padStart(9)}`).join('')}\n`;
	const row = (heading: string, { precision, recall, f1, support }: ClassMetrics) =>
		line(heading, [fixed(precision, digits), fixed(recall, digits), fixed(f1, digits), support]);
	const macro = averageMetrics(perClass, 'macro');
	const missing = emotions.filter((_, label) => perClass[label].support === 0);
	return [
		`${line('', ['precision', 'recall', 'f1-score', 'support'])}\n`,
		...perClass.map((metrics, label) => row(emotions[label], metrics)),
		'\n',
		line('accuracy', ['', '', fixed(report.accuracy, digits), macro.support]),
		row('macro avg', macro),
		row('weighted avg', averageMetrics(perClass, 'weighted')),
		...(missing.length > 0 ? [`\n${describeMissing(missing, emotions.length)}\n`] : []),
	].join('');
}

/** Says that classes have no images, and which: `6-way: no image of neutral, which macro F1 leaves out`. */
export function describeMissing(missing: readonly string[], classes: number): string {
	return `${classes - missing.length}-way: no image of ${missing.join(', ')}, which macro F1 leaves out`;
}
