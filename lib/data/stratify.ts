import { invalidArgument } from '../errors';
import { type Random, shuffle } from '../random';
import { classCounts } from './dataset';

/**
 * Divides a number of draws among classes in proportion to their counts, each share a whole number.
 *
 * The rule is the one of scikit-learn's stratified splits (`_approximate_mode` in sklearn/model_selection/_split.py):
 * every class gets its exact share rounded down, and what is left goes, one each, to the largest remainders; equal
 * remainders draw lots. The remainders here are whole numbers, so that rounding of fractions neither makes nor breaks
 * a tie.
 * @param counts Images a class, whole numbers.
 * @param draws From 0 to the sum of `counts`.
 * @returns Draws a class; they sum to `draws`, and none is above its count.
 * @throws {RangeError} If there are fewer images than draws.
 */
export function apportion(counts: readonly number[], draws: number, random: Random): number[] {
	const total = counts.reduce((sum, count) => sum + count, 0);
	if (!Number.isInteger(draws) || draws < 0 || draws > total) {
		throw invalidArgument('draws', `integer from 0 to ${total}`, draws);
	}
	if (total === 0) return counts.map(() => 0);
	const shares = counts.map((count) => Math.floor((count * draws) / total));
	const remainder = counts.map((count) => (count * draws) % total);
	const left = draws - shares.reduce((sum, share) => sum + share, 0);
	// The sort is stable, so the shuffled order decides among equal remainders.
	const classes = shuffle(Array.from(counts.keys()), random).sort((a, b) => remainder[b] - remainder[a]);
	for (const label of classes.slice(0, left)) shares[label]++;
	return shares;
}

/** Which images to divide, by what, and how many to hold out. */
export interface HoldOutOptions {
	/** `[size of the data set]`, by image. */
	readonly labels: Uint8Array;
	/** The images to divide. */
	readonly indices: ArrayLike<number>;
	/** Share to hold out, above 0 and below 1; rounded up to whole images, as scikit-learn does. */
	readonly fraction: number;
	/** `[size of the data set]`: images of the same number stay on one side. Default: each image by itself. */
	readonly groups?: ArrayLike<number>;
}

/** The two sides of a hold-out, each in ascending order. */
export interface HoldOut {
	readonly kept: Uint32Array;
	readonly heldOut: Uint32Array;
}

/**
 * Holds out a stratified share of images: each class gives the number that scikit-learn's
 * `train_test_split(stratify=labels)` gives.
 *
 * With `groups`, whole groups are taken in random order wherever one fits into what its classes still have to give. So
 * no class ever gives more than that number, and one gives fewer only where no group is left that fits.
 * @throws {RangeError} If a class has only one image, or either side would have fewer images than there are classes.
 */
export function holdOut(options: HoldOutOptions, random: Random): HoldOut {
	const { labels, indices, fraction, groups } = options;
	if (!(fraction > 0 && fraction < 1)) throw invalidArgument('fraction', 'number above 0 and below 1', fraction);
	const counts = labelCounts(labels, indices);
	const heldOutSize = Math.ceil(fraction * indices.length);
	checkSides(counts, heldOutSize);
	const keptCounts = apportion(counts, indices.length - heldOutSize, random);
	const quota = counts.map((count, label) => count - keptCounts[label]);
	const kept: number[] = [];
	const heldOut: number[] = [];
	for (const members of shuffledGroups(indices, groups, random)) {
		const gives = labelCounts(labels, members, counts.length);
		const fits = gives.every((images, label) => images <= quota[label]);
		for (const index of members) (fits ? heldOut : kept).push(index);
		if (fits) for (const [label, images] of gives.entries()) quota[label] -= images;
	}
	return { kept: Uint32Array.from(kept).sort(), heldOut: Uint32Array.from(heldOut).sort() };
}

/**
 * Draws a random sample of images that keeps the proportions of the classes, in ascending order.
 * @param indices The images to draw from; default all.
 * @throws {RangeError} If `size` is no whole number from 0 to the number of images.
 */
export function stratifiedSample(
	labels: Uint8Array,
	size: number,
	random: Random,
	indices: ArrayLike<number> = Uint32Array.from(labels.keys()),
): Uint32Array {
	if (!Number.isInteger(size) || size < 0 || size > indices.length) {
		throw invalidArgument('size', `integer from 0 to ${indices.length}`, size);
	}
	const quota = apportion(labelCounts(labels, indices), size, random);
	return shuffle(Uint32Array.from(indices), random)
		.filter((index) => quota[labels[index]]-- > 0)
		.sort();
}

function labelCounts(labels: Uint8Array, indices: ArrayLike<number>, classes?: number): number[] {
	const chosen = Uint8Array.from(indices, (index) => labels[index]);
	return classCounts(chosen, classes ?? chosen.reduce((most, label) => Math.max(most, label), -1) + 1);
}

/** Refuses what scikit-learn refuses: a split that cannot give each side an image of each class. */
function checkSides(counts: readonly number[], heldOutSize: number): void {
	const present = counts.filter((count) => count > 0);
	const single = counts.indexOf(1);
	if (single >= 0) throw invalidArgument('labels', 'at least 2 images of each class', `1 of class ${single}`);
	const total = present.reduce((sum, count) => sum + count, 0);
	const smaller = Math.min(heldOutSize, total - heldOutSize);
	if (smaller < present.length || present.length === 0) {
		const expected = `at least ${Math.max(present.length, 1)} images on each side, one a class,`;
		throw invalidArgument('the split', expected, `${smaller} of ${total}`, 'Use more images or another fraction.');
	}
}

function shuffledGroups(
	indices: ArrayLike<number>,
	groups: ArrayLike<number> | undefined,
	random: Random,
): Iterable<number[]> {
	const members = new Map<number, number[]>();
	for (const index of shuffle(Uint32Array.from(indices), random)) {
		const group = groups ? groups[index] : index;
		const others = members.get(group);
		if (others) others.push(index);
		else members.set(group, [index]);
	}
	return members.values();
}
