/** The range of repeated measurements. */
export interface Spread {
	readonly min: number;
	readonly median: number;
	readonly max: number;
}

const ascending = (values: readonly number[]) => [...values].sort((a, b) => a - b);

/** Returns the median of at least one value. */
export function median(values: readonly number[]): number {
	const sorted = ascending(values);
	const half = sorted.length >> 1;
	return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Returns the smallest, middle and largest of at least one value. */
export function spreadOf(values: readonly number[]): Spread {
	return { min: Math.min(...values), median: median(values), max: Math.max(...values) };
}

/** Returns the quantile `p`, 0 < p <= 1, by nearest rank: always one of the values, of which there is at least one. */
export function nearestRank(values: readonly number[], p: number): number {
	return ascending(values)[Math.ceil(p * values.length) - 1];
}

/** Returns our advantage in each repetition, above 1 where ours is better: higher (images/s) or lower (seconds, bytes). */
export function pairedRatios(ours: readonly number[], theirs: readonly number[], better: 'higher' | 'lower'): number[] {
	if (ours.length !== theirs.length) {
		throw new RangeError(`Expected pairs but received ${ours.length} and ${theirs.length} values.`);
	}
	return ours.map((own, pair) => (better === 'higher' ? own / theirs[pair] : theirs[pair] / own));
}
