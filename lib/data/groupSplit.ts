import { invalidArgument } from '../errors';
import { createRandom, type Random, shuffle } from '../random';
import { classCounts, type Dataset } from './dataset';
import type { Split } from './split';
import { holdOut } from './stratify';

/** How to divide a data set by groups. */
export interface GroupSplitOptions {
	/** `[size]`: images of one number, such as one person's, stay together. */
	readonly groups: ArrayLike<number>;
	/** Whole number; another seed gives other parts. */
	readonly seed: number;
	/** Share of all images for the test. Default 0.2. */
	readonly testFraction?: number;
	/** Share of the rest for validation. Default 0.1. */
	readonly validationFraction?: number;
}

/**
 * Divides a data set into training, validation and test images so that no group is in two parts, and each part has about
 * the same proportions of classes. Groups are taken whole as long as they fit (`holdOut`), so a part may be smaller
 * than its fraction says, never larger than it rounds up to.
 * @returns A split whose protocol is `holdout`.
 * @throws {RangeError} If `groups` has another length, an option is out of range, or there are fewer than 3 groups.
 */
export function splitGroups(dataset: Dataset, options: GroupSplitOptions): Split {
	const { groups, seed, testFraction = 0.2, validationFraction = 0.1 } = options;
	const { labels } = dataset;
	checkGroups(labels, groups, 3);
	if (!Number.isSafeInteger(seed)) throw invalidArgument('seed', 'integer', seed);
	const all = Uint32Array.from(labels.keys());
	const outer = holdOut({ labels, indices: all, fraction: testFraction, groups }, createRandom(seed, 1));
	const rest = { labels, indices: outer.kept, fraction: validationFraction, groups };
	const inner = holdOut(rest, createRandom(seed, 2));
	for (const [name, part] of Object.entries({ test: outer.heldOut, validation: inner.heldOut })) {
		if (part.length > 0) continue;
		const remedy = 'Use larger fractions, or groupFolds.';
		throw invalidArgument('groups', `groups small enough for the ${name} part`, 'none that fits', remedy);
	}
	return { protocol: 'holdout', seed, train: inner.kept, validation: inner.heldOut, test: outer.heldOut };
}

/**
 * Deals whole groups to folds so that the folds have about the same proportions of classes: for k-fold tests on unseen
 * persons, as CK+ is judged in most papers.
 *
 * The rule is the one of scikit-learn's `StratifiedGroupKFold`: groups come in the order of how unevenly they have the
 * classes (standard deviation of their counts, the largest first), and each goes to the fold that makes the deviation
 * of the folds' shares, averaged over the classes, least; of equal ones to the fold with fewer images.
 * @param random Shuffles the groups first, which decides among equal ones. Default: they stay in ascending order.
 * @returns `[folds]`: the images of each fold, in ascending order; together all images, each once.
 * @throws {RangeError} If `groups` has another length, or there are fewer groups than folds, or fewer than 2 folds.
 */
export function groupFolds(
	labels: Uint8Array,
	groups: ArrayLike<number>,
	folds: number,
	random?: Random,
): Uint32Array[] {
	if (!Number.isInteger(folds) || folds < 2) throw invalidArgument('folds', 'integer of at least 2', folds);
	checkGroups(labels, groups, folds);
	const classes = 1 + labels.reduce((most, label) => Math.max(most, label), 0);
	const totals = classCounts(labels, classes);
	const members = groupMembers(groups);
	const order = Uint32Array.from(members.keys()).sort();
	if (random) shuffle(order, random);
	const counts = new Map(
		Array.from(order, (group) => {
			const own = (members.get(group) ?? []).map((image) => labels[image]);
			return [group, classCounts(own, classes)] as const;
		}),
	);
	// A class that no image has is no class.
	const unevenness = ([, own]: readonly [number, number[]]) => deviation(own.filter((_, label) => totals[label] > 0));
	const inFold = Array.from({ length: folds }, () => new Array<number>(classes).fill(0));
	const images = Array.from({ length: folds }, () => [] as number[]);
	for (const [group, own] of [...counts].sort((a, b) => unevenness(b) - unevenness(a))) {
		const fold = bestFold(inFold, own, totals);
		for (const [label, count] of own.entries()) inFold[fold][label] += count;
		images[fold].push(...(members.get(group) ?? []));
	}
	return images.map((some) => Uint32Array.from(some).sort());
}

function bestFold(inFold: readonly number[][], own: readonly number[], totals: readonly number[]): number {
	let best = { fold: 0, unevenness: Number.POSITIVE_INFINITY, size: Number.POSITIVE_INFINITY };
	for (const fold of inFold.keys()) {
		const spreads = totals.flatMap((total, label) => {
			const shares = inFold.map((counts, other) => (counts[label] + (other === fold ? own[label] : 0)) / total);
			return total === 0 ? [] : [deviation(shares)];
		});
		const unevenness = spreads.reduce((sum, spread) => sum + spread, 0) / spreads.length;
		const size = inFold[fold].reduce((sum, count) => sum + count, 0);
		// Close deviations count as equal, by numpy's measure of it.
		const isClose = Math.abs(unevenness - best.unevenness) <= 1e-8 + 1e-5 * best.unevenness;
		const isBetter = unevenness < best.unevenness || (isClose && size < best.size);
		if (isBetter) best = { fold, unevenness, size };
	}
	return best.fold;
}

function groupMembers(groups: ArrayLike<number>): Map<number, number[]> {
	const members = new Map<number, number[]>();
	for (let image = 0; image < groups.length; image++) {
		const others = members.get(groups[image]);
		if (others) others.push(image);
		else members.set(groups[image], [image]);
	}
	return members;
}

/** Standard deviation of a population. */
function deviation(values: readonly number[]): number {
	const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
	return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

function checkGroups(labels: Uint8Array, groups: ArrayLike<number>, least: number): void {
	if (groups.length !== labels.length) {
		throw invalidArgument('groups', `${labels.length} numbers, one an image,`, `${groups.length} numbers`);
	}
	const count = new Set(Array.from(groups)).size;
	if (count < least) throw invalidArgument('groups', `at least ${least} groups`, `${count} groups`);
}
