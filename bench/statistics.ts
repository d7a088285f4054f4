// @ts-check

/** @typedef {{min: number, median: number, max: number}} Spread */

/**
 * The middle value; of an even number of values the mean of the two in the middle.
 * @param {readonly number[]} values At least one.
 */
export function median(values) {
	const sorted = [...values].sort((a, b) => a - b);
	const half = sorted.length >> 1;
	return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/**
 * Smallest, middle and largest value.
 * @param {readonly number[]} values At least one.
 * @returns {Spread}
 */
export function spreadOf(values) {
	return { min: Math.min(...values), median: median(values), max: Math.max(...values) };
}

/**
 * The value that the given part of all values does not exceed (nearest rank: one of the values, never between two).
 * @param {readonly number[]} values At least one.
 * @param {number} part Above 0, at most 1.
 */
export function quantile(values, part) {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.ceil(part * sorted.length) - 1];
}

/**
 * How many times better ours is than theirs, repetition by repetition: above 1 ours is, whichever way the figure counts.
 * @param {readonly number[]} ours
 * @param {readonly number[]} theirs As many, from the same repetitions.
 * @param {'higher' | 'lower'} better Whether more is better (images/s) or less (seconds, bytes).
 */
export function pairedRatios(ours, theirs, better) {
	if (ours.length !== theirs.length) {
		throw new RangeError(`Expected pairs but received ${ours.length} and ${theirs.length} values.`);
	}
	return ours.map((own, pair) => (better === 'higher' ? own / theirs[pair] : theirs[pair] / own));
}
