import { invalidArgument } from '../errors';

/** Metrics of one class; `support` is the number of images whose true label it is. */
export type ClassMetrics = Readonly<Record<'precision' | 'recall' | 'f1' | 'support', number>>;

/** Accuracy, macro F1 and the metrics of each class. */
export interface ClassificationReport {
	readonly n: number;
	readonly accuracy: number;
	/** Unweighted mean of the F1 of the classes that occur in the true labels, or of those in `macroLabels`. */
	readonly macroF1: number;
	/** By label. */
	readonly perClass: readonly ClassMetrics[];
	/** `[trueLabel][predictedLabel]` counts. */
	readonly confusionMatrix: readonly (readonly number[])[];
}

/** True and predicted labels of the same images, `[n]`: integers from 0 to `classes - 1`. */
export interface LabelPairs {
	readonly trueLabels: ArrayLike<number>;
	readonly predictedLabels: ArrayLike<number>;
	readonly classes: number;
	/** The labels whose F1 is averaged to macro F1, like `labels` in scikit-learn. Default: those in `trueLabels`. */
	readonly macroLabels?: readonly number[];
}

/**
 * Throws a RangeError unless arrays of labels, by name, have equal lengths, are not empty, and contain integers from 0 to
 * `classes - 1`.
 * @param count Their length. Default: that of the first.
 */
export function checkLabels(
	classes: number,
	arrays: Readonly<Record<string, ArrayLike<number>>>,
	count?: number,
): void {
	checkClasses(classes);
	const expected = count ?? Object.values(arrays)[0].length;
	for (const [name, labels] of Object.entries(arrays)) {
		if (labels.length === 0) throw invalidArgument(name, 'at least one label', 'none');
		if (labels.length !== expected) throw invalidArgument(name, `${expected} labels`, labels.length);
		const wrong = Array.from(labels).findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < classes));
		if (wrong >= 0) throw invalidArgument(`${name}[${wrong}]`, `integer between 0 and ${classes - 1}`, labels[wrong]);
	}
}

/** Throws unless `classes` is a number of classes whose labels fit in a byte. */
function checkClasses(classes: number): void {
	if (Number.isInteger(classes) && classes >= 2 && classes <= 256) return;
	throw invalidArgument('classes', 'integer between 2 and 256', classes);
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Divides counts; 0 if the denominator is 0, like scikit-learn's default `zero_division`. */
export const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** Counts the label pairs of the given images into `[trueLabel][predictedLabel]`, without checks. */
export function countPairs({ trueLabels, predictedLabels, classes }: LabelPairs, images: Iterable<number>): number[][] {
	const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
	for (const index of images) counts[trueLabels[index]][predictedLabels[index]]++;
	return counts;
}

/** Computes the fraction of correct predictions from a confusion matrix. */
export function accuracyOf(matrix: readonly (readonly number[])[]): number {
	return sum(matrix.map((row, label) => row[label])) / sum(matrix.map(sum));
}

/** Computes precision, recall and F1 of each class from a confusion matrix `[trueLabel][predictedLabel]`. */
export function classMetrics(matrix: readonly (readonly number[])[]): ClassMetrics[] {
	return matrix.map((row, label) => {
		const correct = row[label];
		const support = sum(row);
		const predicted = sum(matrix.map((other) => other[label]));
		return {
			precision: ratio(correct, predicted),
			recall: ratio(correct, support),
			f1: ratio(2 * correct, support + predicted),
			support,
		};
	});
}

/** Returns the labels of the classes that have images, in ascending order; all if none has any. */
function presentLabels(perClass: readonly ClassMetrics[]): number[] {
	const present = [...perClass.keys()].filter((label) => perClass[label].support > 0);
	return present.length > 0 ? present : [...perClass.keys()];
}

/**
 * Averages the F1 of some classes (default: those that have images), like scikit-learn's
 * `f1_score(..., labels=labels, average='macro')`: a prediction of another class still counts as an error.
 */
export function macroF1(
	perClass: readonly ClassMetrics[],
	labels: readonly number[] = presentLabels(perClass),
): number {
	checkLabels(perClass.length, { macroLabels: labels });
	return sum(labels.map((label) => perClass[label].f1)) / labels.length;
}

/**
 * Computes accuracy, macro F1, and precision, recall, F1 and support of each class, with the values of scikit-learn's
 * `classification_report(..., labels=range(classes))`. A ratio with denominator 0 is 0. Macro F1 leaves out classes that
 * do not occur in the true labels, as `f1_score(..., labels=np.unique(y_true), average='macro')` does.
 * @throws {RangeError} If there are no labels, lengths differ or a label is out of range.
 * @example
 * ```ts
 * const labels = { trueLabels: [0, 0, 1], predictedLabels: [0, 1, 1], classes: 2 };
 * const { accuracy, macroF1 } = fer.classificationReport(labels); // both 2/3
 * ```
 */
export function classificationReport(pairs: LabelPairs): ClassificationReport {
	const { trueLabels, predictedLabels, classes, macroLabels } = pairs;
	checkLabels(classes, { trueLabels, predictedLabels });
	const matrix = countPairs(pairs, Array(trueLabels.length).keys());
	const perClass = classMetrics(matrix);
	return {
		n: trueLabels.length,
		accuracy: accuracyOf(matrix),
		macroF1: macroF1(perClass, macroLabels),
		perClass,
		confusionMatrix: matrix,
	};
}

/** Throws a RangeError unless an array `[n, classes]` has whole rows of finite values; returns n, at least 1. */
export function checkRows(name: string, values: Float32Array, classes: number): number {
	checkClasses(classes);
	if (values.length === 0 || values.length % classes !== 0) {
		throw invalidArgument(`${name}.length`, `multiple of ${classes} above 0`, values.length);
	}
	const bad = values.findIndex((value) => !Number.isFinite(value));
	if (bad >= 0) throw invalidArgument(`${name}[${bad}]`, 'number that is finite', values[bad]);
	return values.length / classes;
}

/** Returns the label of the largest value in each row of `[n, classes]`; the first of equal values. */
export function argmaxRows(probabilities: Float32Array, classes: number): Uint8Array {
	const labels = new Uint8Array(checkRows('probabilities', probabilities, classes));
	for (let row = 0; row < labels.length; row++) {
		for (let label = 1; label < classes; label++) {
			if (probabilities[row * classes + label] > probabilities[row * classes + labels[row]]) labels[row] = label;
		}
	}
	return labels;
}

/** Computes the softmax of each row of logits `[n, classes]`. */
export function softmaxRows(logits: Float32Array, classes: number): Float32Array {
	const rows = checkRows('logits', logits, classes);
	const probabilities = new Float32Array(logits.length);
	for (let row = 0; row < rows; row++) {
		const values = logits.subarray(row * classes, (row + 1) * classes);
		// Subtracted, so that no exponential overflows.
		const largest = values.reduce((max, value) => Math.max(max, value), Number.NEGATIVE_INFINITY);
		const powers = Array.from(values, (value) => Math.exp(value - largest));
		const total = sum(powers);
		for (let label = 0; label < classes; label++) probabilities[row * classes + label] = powers[label] / total;
	}
	return probabilities;
}
