import { groupIndices } from '../data/dataset';
import { invalidArgument } from '../errors';
import { createRandom } from '../random';
import { accuracyOf, checkLabels, classMetrics, countPairs, type LabelPairs, macroF1 } from './metrics';

/** A value on all images, with its confidence interval. */
export type Interval = Readonly<Record<'estimate' | 'low' | 'high', number>>;

/** Accuracy and macro F1 with their confidence intervals. */
export type ScoreIntervals = Readonly<Record<'accuracy' | 'macroF1', Interval>>;

/** Options of the bootstrap. */
export interface BootstrapOptions {
	/** Default 2,000. */
	readonly resamples?: number;
	/** Coverage of the interval, between 0 and 1. Default 0.95. */
	readonly level?: number;
	/** Default 0. */
	readonly seed?: number;
	/**
	 * `[n]`: images with the same number, such as one person's, are drawn together, since their errors are correlated
	 * (cluster bootstrap; Davison and Hinkley 1997, section 3.8). Default: each image is its own group.
	 */
	readonly groups?: ArrayLike<number>;
}

/** Two predictions `[n]` for the same images, for example without and with test-time augmentation. */
interface PairedLabels extends Pick<LabelPairs, 'trueLabels' | 'classes' | 'macroLabels'> {
	readonly before: ArrayLike<number>;
	readonly after: ArrayLike<number>;
}

type Headline = Readonly<Record<keyof ScoreIntervals, number>>;

/** The labels that macro F1 averages over, the same in every resample: those in all true labels by default. */
function averagedLabels({
	trueLabels,
	macroLabels,
}: Pick<LabelPairs, 'trueLabels' | 'macroLabels'>): readonly number[] {
	return macroLabels ?? [...new Set(Array.from(trueLabels))].sort((a, b) => a - b);
}

function scores(pairs: LabelPairs, images: Iterable<number>): Headline {
	const matrix = countPairs(pairs, images);
	return { accuracy: accuracyOf(matrix), macroF1: macroF1(classMetrics(matrix), pairs.macroLabels) };
}

/** Returns the `p`-quantile of ascending values, at least one, with linear interpolation (NumPy's default). */
export function quantile(sorted: ArrayLike<number>, p: number): number {
	const position = p * (sorted.length - 1);
	const below = Math.floor(position);
	const above = Math.min(below + 1, sorted.length - 1);
	return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

/** Resamples images, or whole groups, with replacement and takes percentile intervals of both scores. */
function percentileIntervals(
	n: number,
	score: (images: Iterable<number>) => Headline,
	{ resamples = 2000, level = 0.95, seed = 0, groups }: BootstrapOptions,
): ScoreIntervals {
	if (!Number.isInteger(resamples) || resamples < 1) throw invalidArgument('resamples', 'integer above 0', resamples);
	if (!(level > 0 && level < 1)) throw invalidArgument('level', 'number between 0 and 1', level);
	const all = Uint32Array.from({ length: n }, (_, index) => index);
	if (groups && groups.length !== n) throw invalidArgument('groups', `${n} values`, groups.length);
	const units = groups && groupIndices(all, groups);
	const estimate = score(all);
	const random = createRandom(seed);
	const drawn = Array.from({ length: resamples }, () =>
		score(units ? units.flatMap(() => units[random.integer(units.length)]) : all.map(() => random.integer(n))),
	);
	const interval = (name: keyof Headline) => {
		const values = Float64Array.from(drawn, (each) => each[name]).sort();
		const [low, high] = [(1 - level) / 2, (1 + level) / 2].map((p) => quantile(values, p));
		return { estimate: estimate[name], low, high };
	};
	return { accuracy: interval('accuracy'), macroF1: interval('macroF1') };
}

/**
 * Computes percentile bootstrap intervals of accuracy and macro F1 (Efron 1979, doi:10.1214/aos/1176344552). They cover
 * sampling of the test set, not run-to-run variance. A class that is missing from a resample has an F1 of 0 in it; with
 * few images this widens the interval of macro F1. A class that is missing from all true labels is left out.
 * @throws {RangeError} If lengths differ, or a label or an option is out of range.
 * @example
 * ```ts
 * const labels = { trueLabels: [0, 0, 1, 1], predictedLabels: [0, 1, 1, 1], classes: 2 };
 * const { accuracy } = fer.bootstrapIntervals(labels, { resamples: 500, seed: 42 });
 * accuracy.estimate; // 0.75, between accuracy.low and accuracy.high
 * ```
 */
export function bootstrapIntervals(pairs: LabelPairs, options: BootstrapOptions = {}): ScoreIntervals {
	const { trueLabels, predictedLabels, classes } = pairs;
	checkLabels(classes, { trueLabels, predictedLabels });
	const averaged = { ...pairs, macroLabels: averagedLabels(pairs) };
	return percentileIntervals(trueLabels.length, (images) => scores(averaged, images), options);
}

/**
 * Computes percentile bootstrap intervals of the gain in accuracy and macro F1 from `before` to `after`. Both are scored
 * on the same resamples, so the interval is much narrower than from two separate ones.
 * @returns Differences as fractions: 0.01 is one percentage point.
 */
export function pairedBootstrap(labels: PairedLabels, options: BootstrapOptions = {}): ScoreIntervals {
	const { trueLabels, before, after, classes } = labels;
	checkLabels(classes, { trueLabels, before, after });
	const macroLabels = averagedLabels(labels);
	const gain = (images: Iterable<number>) => {
		const first = scores({ trueLabels, predictedLabels: before, classes, macroLabels }, images);
		const second = scores({ trueLabels, predictedLabels: after, classes, macroLabels }, images);
		return { accuracy: second.accuracy - first.accuracy, macroF1: second.macroF1 - first.macroF1 };
	};
	return percentileIntervals(trueLabels.length, gain, options);
}

/**
 * Runs McNemar's exact test on two predictions for the same images (McNemar 1947, doi:10.1007/BF02295996): a binomial
 * test on the images that only one of them predicted correctly.
 * @returns The number of such images for each, and the two-sided p-value of the hypothesis that both are equally accurate.
 * @throws {RangeError} If lengths differ or a label is out of range.
 * @example
 * ```ts
 * const labels = { trueLabels: [0, 0, 0, 0], before: [1, 1, 1, 0], after: [0, 0, 0, 0], classes: 2 };
 * fer.mcNemar(labels); // onlyBefore 0, onlyAfter 3, pValue 0.25
 * ```
 */
export function mcNemar(labels: PairedLabels): Readonly<Record<'onlyBefore' | 'onlyAfter' | 'pValue', number>> {
	const { trueLabels, before, after, classes } = labels;
	checkLabels(classes, { trueLabels, before, after });
	const onlyFirst = (first: ArrayLike<number>, second: ArrayLike<number>) =>
		Array.from(trueLabels).filter((label, i) => first[i] === label && second[i] !== label).length;
	const [onlyBefore, onlyAfter] = [onlyFirst(before, after), onlyFirst(after, before)];
	return { onlyBefore, onlyAfter, pValue: twoSided(Math.min(onlyBefore, onlyAfter), onlyBefore + onlyAfter) };
}

/** P(at most `fewer` or at least `n - fewer` heads in `n` tosses); in logarithms, as 2 ** -n underflows above 1,074. */
function twoSided(fewer: number, n: number): number {
	let logTerm = -n * Math.LN2;
	let tail = Math.exp(logTerm);
	for (let heads = 1; heads <= fewer; heads++) {
		logTerm += Math.log((n - heads + 1) / heads);
		tail += Math.exp(logTerm);
	}
	return Math.min(1, 2 * tail);
}
