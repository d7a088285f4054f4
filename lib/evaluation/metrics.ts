import { invalidArgument } from '../errors';

/** One class's row of a report. */
export interface ClassMetrics {
	readonly precision: number;
	readonly recall: number;
	readonly f1: number;
	/** Number of images whose true label is this class. */
	readonly support: number;
}

/** What classification reports hold: all from plain arrays of labels. */
export interface ClassificationReport {
	readonly n: number;
	/** Fraction of images whose predicted label is the true one. */
	readonly accuracy: number;
	/** Mean of the classes' F1, each class weighing the same; of some classes only where `macroLabels` says so. */
	readonly macroF1: number;
	/** By label. */
	readonly perClass: readonly ClassMetrics[];
	/** `[trueLabel][predictedLabel]` counts. */
	readonly confusionMatrix: readonly (readonly number[])[];
}

/** The true and the predicted label of the same images, by image. */
export interface LabelPairs {
	/** Each an integer from 0 to `classes - 1`. */
	readonly trueLabels: ArrayLike<number>;
	/** Each an integer from 0 to `classes - 1`; as many as `trueLabels`. */
	readonly predictedLabels: ArrayLike<number>;
	/** Number of classes, at least 2. */
	readonly classes: number;
	/** The labels whose F1 are averaged to macro F1, as scikit-learn's `labels`. Default all. */
	readonly macroLabels?: readonly number[];
}

/** Options of `formatReport`. */
export interface FormatOptions {
	/** Decimals of precision, recall and F1. Default 2. */
	readonly digits?: number;
}

/**
 * Checks an array of labels before it is counted.
 * @param name The argument's name, for the message.
 * @param count How many labels there must be; at least one where it is left out.
 * @throws {RangeError} If the array is empty or of another length, or a label is not an integer in 0 to `classes - 1`.
 */
export function checkLabels(name: string, labels: ArrayLike<number>, classes: number, count = labels.length): void {
	checkClasses(classes);
	if (labels.length === 0) throw invalidArgument(name, 'at least one label', 'none');
	if (labels.length !== count) throw invalidArgument(name, `${count} labels`, labels.length);
	for (let index = 0; index < labels.length; index++) {
		const label = labels[index];
		if (Number.isInteger(label) && label >= 0 && label < classes) continue;
		throw invalidArgument(`${name}[${index}]`, `integer between 0 and ${classes - 1}`, label);
	}
}

/** Throws unless `classes` is a number of classes whose labels fit in a byte. */
export function checkClasses(classes: number): void {
	if (Number.isInteger(classes) && classes >= 2 && classes <= 256) return;
	throw invalidArgument('classes', 'integer between 2 and 256', classes);
}

/**
 * Counts how often each true class was predicted as each class.
 * @returns `[classes][classes]`, the row by true label, the column by predicted label.
 * @throws {RangeError} If lengths differ or a label is out of range.
 */
export function confusionMatrix({ trueLabels, predictedLabels, classes }: LabelPairs): number[][] {
	checkLabels('trueLabels', trueLabels, classes);
	checkLabels('predictedLabels', predictedLabels, classes, trueLabels.length);
	const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
	for (let index = 0; index < trueLabels.length; index++) counts[trueLabels[index]][predictedLabels[index]]++;
	return counts;
}

/** A ratio of counts; 0 where nothing was counted, as scikit-learn's default `zero_division` has it. */
function ratio(part: number, whole: number): number {
	return whole === 0 ? 0 : part / whole;
}

function sum(values: readonly number[]): number {
	return values.reduce((total, value) => total + value, 0);
}

/** Precision, recall and F1 of each class from a confusion matrix `[trueLabel][predictedLabel]`. */
export function classMetrics(matrix: readonly (readonly number[])[]): ClassMetrics[] {
	return matrix.map((row, label) => {
		const hits = row[label];
		const support = sum(row);
		const predicted = sum(matrix.map((other) => other[label]));
		return {
			precision: ratio(hits, predicted),
			recall: ratio(hits, support),
			f1: ratio(2 * hits, support + predicted),
			support,
		};
	});
}

/**
 * The mean F1 of some classes, with the value of scikit-learn's `f1_score(..., labels=labels, average='macro')`: what was
 * predicted as another class still counts as a mistake.
 * @param labels Default all.
 * @throws {RangeError} If there is no label, or one has no class.
 */
export function macroF1(perClass: readonly ClassMetrics[], labels: readonly number[] = [...perClass.keys()]): number {
	checkLabels('macroLabels', labels, perClass.length);
	return sum(labels.map((label) => perClass[label].f1)) / labels.length;
}

/**
 * Accuracy, macro F1, and each class's precision, recall, F1 and support, with the values of scikit-learn's
 * `classification_report(..., labels=range(classes))`: a ratio with nothing below the line is 0.
 * @throws {RangeError} If there are no labels, lengths differ or a label is out of range.
 */
export function classificationReport(pairs: LabelPairs): ClassificationReport {
	const matrix = confusionMatrix(pairs);
	const perClass = classMetrics(matrix);
	const n = pairs.trueLabels.length;
	return {
		n,
		accuracy: sum(matrix.map((row, label) => row[label])) / n,
		macroF1: macroF1(perClass, pairs.macroLabels),
		perClass,
		confusionMatrix: matrix,
	};
}

/**
 * The mean of the classes' rows: `macro` gives each class the same weight, `weighted` its support.
 * @returns Precision, recall and F1 averaged, and the supports' sum.
 */
export function averageMetrics(perClass: readonly ClassMetrics[], average: 'macro' | 'weighted'): ClassMetrics {
	const weights = perClass.map((row) => (average === 'macro' ? 1 : row.support));
	const mean = (key: keyof ClassMetrics) => ratio(sum(perClass.map((row, i) => row[key] * weights[i])), sum(weights));
	return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1'), support: sum(supports(perClass)) };
}

function supports(perClass: readonly ClassMetrics[]): number[] {
	return perClass.map((row) => row.support);
}

/** Formats with ties to the even digit, as Python does; `toFixed` takes them up: 0.125 is 0.12 here and 0.13 there. */
function fixed(value: number, digits: number): string {
	// A tie is exact in binary only as an odd multiple of 2 ** -(digits + 1), and scaling by a power of 2 loses nothing.
	const tied = Math.abs((value * 2 ** (digits + 1)) % 2) === 1;
	const below = Math.floor(value * 10 ** digits);
	return (tied && below % 2 === 0 ? below / 10 ** digits : value).toFixed(digits);
}

/**
 * Prints a report as scikit-learn's `classification_report` does, to the letter; only where nothing at all is right does
 * that print supports as 3.0, and this as 3.
 * @param emotions The classes' names, by label.
 * @throws {RangeError} If there are not as many names as classes, or `digits` is not an integer from 0 to 15.
 */
export function formatReport(
	report: ClassificationReport,
	emotions: readonly string[],
	{ digits = 2 }: FormatOptions = {},
): string {
	const { perClass } = report;
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
	return [
		`${line('', ['precision', 'recall', 'f1-score', 'support'])}\n`,
		...perClass.map((metrics, label) => row(emotions[label], metrics)),
		'\n',
		line('accuracy', ['', '', fixed(report.accuracy, digits), report.n]),
		row('macro avg', averageMetrics(perClass, 'macro')),
		row('weighted avg', averageMetrics(perClass, 'weighted')),
	].join('');
}

/**
 * Checks a `[n, classes]` array of numbers, row after row.
 * @returns n.
 * @throws {RangeError} If it is empty, not whole rows, or holds a number that is not finite.
 */
export function checkRows(name: string, values: Float32Array, classes: number): number {
	checkClasses(classes);
	if (values.length === 0 || values.length % classes !== 0) {
		throw invalidArgument(`${name}.length`, `multiple of ${classes} above 0`, values.length);
	}
	const bad = values.findIndex((value) => !Number.isFinite(value));
	if (bad >= 0) throw invalidArgument(`${name}[${bad}]`, 'number that is finite', values[bad]);
	return values.length / classes;
}

/**
 * The label of the largest value in each row; the first of equals.
 * @param probabilities `[n, classes]`; logits serve as well.
 * @returns `[n]`.
 * @throws {RangeError} If the array is empty, not whole rows, or holds a number that is not finite.
 */
export function argmaxRows(probabilities: Float32Array, classes: number): Uint8Array {
	const labels = new Uint8Array(checkRows('probabilities', probabilities, classes));
	for (let row = 0; row < labels.length; row++) {
		for (let label = 1; label < classes; label++) {
			if (probabilities[row * classes + label] > probabilities[row * classes + labels[row]]) labels[row] = label;
		}
	}
	return labels;
}

/**
 * Softmax of each row, with the row's largest logit taken off first, so that no exponential overflows.
 * @param logits `[n, classes]`.
 * @returns `[n, classes]`, each row summing to 1.
 * @throws {RangeError} If the array is empty, not whole rows, or holds a number that is not finite.
 */
export function softmaxRows(logits: Float32Array, classes: number): Float32Array {
	const rows = checkRows('logits', logits, classes);
	const probabilities = new Float32Array(logits.length);
	for (let row = 0; row < rows; row++) {
		const values = logits.subarray(row * classes, (row + 1) * classes);
		const largest = values.reduce((max, value) => Math.max(max, value), Number.NEGATIVE_INFINITY);
		const powers = Array.from(values, (value) => Math.exp(value - largest));
		const total = sum(powers);
		for (let label = 0; label < classes; label++) probabilities[row * classes + label] = powers[label] / total;
	}
	return probabilities;
}
