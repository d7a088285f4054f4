import { invalidArgument } from '../errors';
import { createRandom } from '../random';
import { argmaxRows, checkLabels, checkRows, classMetrics, type LabelPairs, macroF1 } from './metrics';

/** A figure with its interval. */
export interface Interval {
	/** The figure on all images, not the mean of the resamples. */
	readonly estimate: number;
	readonly low: number;
	readonly high: number;
}

/** An interval for each of the two figures that are reported. */
export interface ScoreIntervals {
	readonly accuracy: Interval;
	readonly macroF1: Interval;
}

/** Options of the bootstrap. */
export interface BootstrapOptions {
	/** How often images are drawn anew. Default 2,000. */
	readonly resamples?: number;
	/** The interval's coverage, between 0 and 1. Default 0.95. */
	readonly level?: number;
	/** Default 0. */
	readonly seed?: number;
	/**
	 * `[n]`: images of one number, such as one person's, are drawn together (Davison and Hinkley 1997, section 3.8), since
	 * they are hard or easy together. Default: each image by itself.
	 */
	readonly groups?: ArrayLike<number>;
}

/** Two predictions on the same images, by image: say without and with test-time augmentation. */
export interface PairedLabels {
	/** Each an integer from 0 to `classes - 1`. */
	readonly trueLabels: ArrayLike<number>;
	/** What the first method predicted; as many as `trueLabels`. */
	readonly before: ArrayLike<number>;
	/** What the second method predicted; as many as `trueLabels`. */
	readonly after: ArrayLike<number>;
	/** Number of classes, at least 2. */
	readonly classes: number;
}

/** Accuracy and macro F1 of the images with the given indices. */
function scores({ trueLabels, predictedLabels, classes, macroLabels }: LabelPairs, images: ArrayLike<number>) {
	const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
	for (let i = 0; i < images.length; i++) matrix[trueLabels[images[i]]][predictedLabels[images[i]]]++;
	const hits = matrix.reduce((total, row, label) => total + row[label], 0);
	return { accuracy: hits / images.length, macroF1: macroF1(classMetrics(matrix), macroLabels) };
}

/** The value below which the fraction `p` of sorted values lies, between neighbours by a line (as NumPy's default). */
export function quantile(sorted: Float64Array, p: number): number {
	const position = p * (sorted.length - 1);
	const below = Math.floor(position);
	const above = Math.min(below + 1, sorted.length - 1);
	return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

/** The images of each group. */
function membersOf(groups: ArrayLike<number>, n: number): number[][] {
	if (groups.length !== n) throw invalidArgument('groups', `${n} values`, groups.length);
	const members = new Map<number, number[]>();
	for (let image = 0; image < n; image++) {
		const known = members.get(groups[image]);
		if (known) known.push(image);
		else members.set(groups[image], [image]);
	}
	return [...members.values()];
}

/** Draws images, or whole groups of them, with replacement, `resamples` times, and takes the interval of each figure from its percentiles. */
function percentileIntervals(
	n: number,
	figure: (images: ArrayLike<number>) => { accuracy: number; macroF1: number },
	{ resamples = 2000, level = 0.95, seed = 0, groups }: BootstrapOptions,
): ScoreIntervals {
	if (!Number.isInteger(resamples) || resamples < 1) throw invalidArgument('resamples', 'integer above 0', resamples);
	if (!(level > 0 && level < 1)) throw invalidArgument('level', 'number between 0 and 1', level);
	const all = Uint32Array.from({ length: n }, (_, index) => index);
	const units = groups ? membersOf(groups, n) : undefined;
	const estimate = figure(all);
	const accuracies = new Float64Array(resamples);
	const macroF1s = new Float64Array(resamples);
	const random = createRandom(seed);
	for (let resample = 0; resample < resamples; resample++) {
		const images = units ? units.flatMap(() => units[random.integer(units.length)]) : all.map(() => random.integer(n));
		const { accuracy, macroF1 } = figure(images);
		accuracies[resample] = accuracy;
		macroF1s[resample] = macroF1;
	}
	const interval = (value: number, values: Float64Array) => {
		values.sort();
		return { estimate: value, low: quantile(values, (1 - level) / 2), high: quantile(values, (1 + level) / 2) };
	};
	return { accuracy: interval(estimate.accuracy, accuracies), macroF1: interval(estimate.macroF1, macroF1s) };
}

/**
 * Percentile bootstrap intervals of accuracy and macro F1 (Efron 1979, doi:10.1214/aos/1176344552): how far the figures
 * would move with another test set of the same size. Says nothing of training another network.
 * A class that a resample misses counts there with an F1 of 0, as in the report; with few images that widens macro F1.
 * @throws {RangeError} If labels do not fit, or an option is out of range.
 */
export function bootstrapIntervals(pairs: LabelPairs, options: BootstrapOptions = {}): ScoreIntervals {
	checkLabels('trueLabels', pairs.trueLabels, pairs.classes);
	checkLabels('predictedLabels', pairs.predictedLabels, pairs.classes, pairs.trueLabels.length);
	return percentileIntervals(pairs.trueLabels.length, (images) => scores(pairs, images), options);
}

/** Throws unless all three arrays hold valid labels of the same images. */
function checkPaired({ trueLabels, before, after, classes }: PairedLabels): void {
	checkLabels('trueLabels', trueLabels, classes);
	checkLabels('before', before, classes, trueLabels.length);
	checkLabels('after', after, classes, trueLabels.length);
}

/**
 * Percentile bootstrap intervals of the gain in accuracy and macro F1 from `before` to `after`. Both are counted on the
 * same drawn images, so what makes an image hard for both cancels out, and the interval is far narrower than from two
 * separate ones.
 * @returns Differences as fractions: 0.01 is one point.
 * @throws {RangeError} If labels do not fit, or an option is out of range.
 */
export function pairedBootstrap(labels: PairedLabels, options: BootstrapOptions = {}): ScoreIntervals {
	checkPaired(labels);
	const { trueLabels, before, after, classes } = labels;
	const gain = (images: ArrayLike<number>) => {
		const first = scores({ trueLabels, predictedLabels: before, classes }, images);
		const second = scores({ trueLabels, predictedLabels: after, classes }, images);
		return { accuracy: second.accuracy - first.accuracy, macroF1: second.macroF1 - first.macroF1 };
	};
	return percentileIntervals(trueLabels.length, gain, options);
}

/** What McNemar's test counted and found. */
export interface McNemarResult {
	/** Images that only `before` got right. */
	readonly onlyBefore: number;
	/** Images that only `after` got right. */
	readonly onlyAfter: number;
	/** Two-sided: how often chance alone would divide these images as unevenly, were both methods equally good. */
	readonly pValue: number;
}

/**
 * McNemar's exact test of two predictions on the same images (McNemar 1947, doi:10.1007/BF02295996): a binomial test of
 * the images that only one of them got right.
 * @throws {RangeError} If labels do not fit.
 */
export function mcNemar(labels: PairedLabels): McNemarResult {
	checkPaired(labels);
	let onlyBefore = 0;
	let onlyAfter = 0;
	for (let index = 0; index < labels.trueLabels.length; index++) {
		const beforeHit = labels.before[index] === labels.trueLabels[index];
		const afterHit = labels.after[index] === labels.trueLabels[index];
		if (beforeHit && !afterHit) onlyBefore++;
		if (afterHit && !beforeHit) onlyAfter++;
	}
	return { onlyBefore, onlyAfter, pValue: twoSided(Math.min(onlyBefore, onlyAfter), onlyBefore + onlyAfter) };
}

/** P(at most `fewer` or at least `n - fewer` heads in `n` tosses); in logarithms, as 2 ** -n vanishes above 1,074. */
function twoSided(fewer: number, n: number): number {
	let logTerm = -n * Math.LN2;
	let tail = Math.exp(logTerm);
	for (let heads = 1; heads <= fewer; heads++) {
		logTerm += Math.log((n - heads + 1) / heads);
		tail += Math.exp(logTerm);
	}
	return Math.min(1, 2 * tail);
}

/** One bar of a reliability diagram: the images whose confidence lies in (`from`, `to`]. */
export interface CalibrationBin {
	readonly from: number;
	readonly to: number;
	readonly count: number;
	/** Mean of the largest probabilities; null in an empty bin. */
	readonly confidence: number | null;
	/** Fraction predicted right; null in an empty bin. */
	readonly accuracy: number | null;
}

/** How far confidence tells accuracy. */
export interface Calibration {
	readonly bins: readonly CalibrationBin[];
	/** Mean distance of confidence and accuracy over the bins, each weighing as it has images; 0 is perfect. */
	readonly expectedCalibrationError: number;
}

/** What `calibration` takes. */
export interface CalibrationInput {
	/** `[n, classes]`, each row summing to 1. */
	readonly probabilities: Float32Array;
	/** `[n]`, each an integer from 0 to `classes - 1`. */
	readonly trueLabels: ArrayLike<number>;
	/** Number of classes, at least 2. */
	readonly classes: number;
	/** How many bins of equal width divide 0 to 1. Default 15, as in the paper. */
	readonly bins?: number;
}

/**
 * The bins of a reliability diagram and the expected calibration error (Guo et al. 2017, arXiv:1706.04599).
 * @throws {RangeError} If sizes do not fit, a label is out of range, or a row is no probabilities.
 */
export function calibration({ probabilities, trueLabels, classes, bins = 15 }: CalibrationInput): Calibration {
	checkLabels('trueLabels', trueLabels, classes, checkProbabilities(probabilities, classes));
	if (!Number.isInteger(bins) || bins < 1) throw invalidArgument('bins', 'integer above 0', bins);
	const totals = Array.from({ length: bins }, () => ({ count: 0, confidence: 0, hits: 0 }));
	argmaxRows(probabilities, classes).forEach((label, row) => {
		const confidence = Math.min(1, probabilities[row * classes + label]);
		const total = totals[Math.ceil(confidence * bins) - 1];
		total.count++;
		total.confidence += confidence;
		total.hits += label === trueLabels[row] ? 1 : 0;
	});
	const gaps = totals.map(({ confidence, hits }) => Math.abs(confidence - hits));
	return {
		bins: totals.map(({ count, confidence, hits }, index) => ({
			from: index / bins,
			to: (index + 1) / bins,
			count,
			confidence: count === 0 ? null : confidence / count,
			accuracy: count === 0 ? null : hits / count,
		})),
		expectedCalibrationError: gaps.reduce((sum, gap) => sum + gap, 0) / trueLabels.length,
	};
}

/** Throws unless each row holds probabilities that sum to 1; returns the number of rows. */
function checkProbabilities(probabilities: Float32Array, classes: number): number {
	const rows = checkRows('probabilities', probabilities, classes);
	const negative = probabilities.findIndex((value) => value < 0);
	if (negative >= 0) {
		throw invalidArgument(`probabilities[${negative}]`, 'number between 0 and 1', probabilities[negative]);
	}
	for (let row = 0; row < rows; row++) {
		const total = probabilities.subarray(row * classes, (row + 1) * classes).reduce((sum, value) => sum + value, 0);
		if (Math.abs(total - 1) < 1e-3) continue;
		const remedy = 'Turn logits into probabilities with softmaxRows first.';
		throw invalidArgument(`probabilities, row ${row}`, 'a sum of 1', total, remedy);
	}
	return rows;
}
