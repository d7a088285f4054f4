import { invalidArgument } from '../errors';
import { type Random, shuffle } from '../random';
import { classCounts, groupIndices, labelsAt } from './dataset';

/**
 * Divides a number of draws among classes in proportion to their counts, as integers.
 *
 * The rule is that of scikit-learn's stratified splits (`_approximate_mode` in sklearn/model_selection/_split.py): each
 * class gets its exact share rounded down; the rest goes, one each, to the largest remainders, with ties broken at
 * random. Remainders are computed as integers, so floating-point rounding cannot make or break a tie.
 */
export function apportion(counts: readonly number[], draws: number, random: Random): number[] {
	const total = sum(counts);
	if (!Number.isInteger(draws) || draws < 0 || draws > total) {
		throw invalidArgument('draws', `integer from 0 to ${total}`, draws);
	}
	if (total === 0) return counts.map(() => 0);
	const shares = counts.map((count) => Math.floor((count * draws) / total));
	const remainder = counts.map((count) => (count * draws) % total);
	// The sort is stable, so the shuffled order decides among equal remainders.
	const classes = shuffle(Array.from(counts.keys()), random).sort((a, b) => remainder[b] - remainder[a]);
	for (const label of classes.slice(0, draws - sum(shares))) shares[label]++;
	return shares;
}

interface HoldOutOptions {
	/** `[size of the data set]`: the label of each image. */
	readonly labels: Uint8Array;
	/** The images to divide. */
	readonly indices: ArrayLike<number>;
	/** Fraction to hold out, above 0 and below 1; rounded up to whole images, as in scikit-learn. */
	readonly fraction: number;
	/** `[size of the data set]`: images with the same number stay on one side. Default: each image is its own group. */
	readonly groups?: ArrayLike<number>;
	/** The class names, by label, for errors. Default: the labels. */
	readonly emotions?: readonly string[];
}

/**
 * Holds out a stratified fraction of the images, rounded per class as in scikit-learn; both sides are in ascending order.
 *
 * With `groups`, whole groups are drawn in random order, and held out if they fit into what is left of the quota of
 * each class. So no class exceeds its quota, and it falls short only if no remaining group fits. For a class without any
 * group that fits, such as with few persons, one group is held out all the same.
 * @throws {RangeError} If there are too few images or groups for both sides to have every class.
 */
export function holdOut(options: HoldOutOptions, random: Random) {
	const { labels, indices, fraction, groups } = options;
	const nameOf = (label: number) => options.emotions?.[label] ?? `class ${label}`;
	if (!(fraction > 0 && fraction < 1)) throw invalidArgument('fraction', 'number above 0 and below 1', fraction);
	const counts = labelCounts(labels, indices);
	const heldOutSize = Math.ceil(fraction * indices.length);
	checkSides(counts, heldOutSize, nameOf);
	const keptCounts = apportion(counts, indices.length - heldOutSize, random);
	const quota = counts.map((count, label) => count - keptCounts[label]);
	const order = shuffle(Uint32Array.from(indices), random);
	const [kept, heldOut]: [number[][], number[][]] = [[], []];
	for (const members of groups ? groupIndices(order, groups) : Array.from(order, (index) => [index])) {
		const needed = classCounts(labelsAt({ labels }, members), counts.length);
		const fits = needed.every((images, label) => images <= quota[label]);
		(fits ? heldOut : kept).push(members);
		if (fits) for (const [label, images] of needed.entries()) quota[label] -= images;
	}
	if (groups) holdOutEveryClass(labels, kept, heldOut, nameOf);
	return { kept: Uint32Array.from(kept.flat()).sort(), heldOut: Uint32Array.from(heldOut.flat()).sort() };
}

/** Moves a group to the held-out side for each class that has none there: the first one that leaves the class kept. */
function holdOutEveryClass(
	labels: Uint8Array,
	kept: number[][],
	heldOut: number[][],
	nameOf: (label: number) => string,
): void {
	const classesOf = (members: readonly number[]) => new Set(labelsAt({ labels }, members));
	/** Number of kept groups with images of each class. */
	const groups = new Map<number, number>();
	const count = (members: readonly number[], by: number) => {
		for (const label of classesOf(members)) groups.set(label, (groups.get(label) ?? 0) + by);
	};
	for (const members of kept) count(members, 1);
	const present = classesOf(heldOut.flat());
	for (const label of groups.keys()) {
		if (present.has(label)) continue;
		const isSpare = (members: readonly number[]) =>
			classesOf(members).has(label) && [...classesOf(members)].every((each) => (groups.get(each) ?? 0) > 1);
		const at = kept.findIndex(isSpare);
		if (at < 0) {
			const expected = `images of ${nameOf(label)} of at least two persons or groups of copies`;
			const remedy = 'Use more data, or another protocol or validationFraction.';
			throw invalidArgument('the split', expected, 'of one', remedy);
		}
		count(kept[at], -1);
		for (const each of classesOf(kept[at])) present.add(each);
		heldOut.push(...kept.splice(at, 1));
	}
}

/** Draws a random sample of images that keeps the class proportions, in ascending order. */
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

/** Counts the labels at some indices, up to the highest one. */
function labelCounts(labels: Uint8Array, indices: ArrayLike<number>): number[] {
	const chosen = labelsAt({ labels }, indices);
	return classCounts(chosen, chosen.reduce((most, label) => Math.max(most, label), -1) + 1);
}

/** Refuses what scikit-learn refuses: a split that cannot put an image of each class on each side. */
function checkSides(counts: readonly number[], heldOutSize: number, nameOf: (label: number) => string): void {
	const single = counts.indexOf(1);
	if (single >= 0) {
		throw invalidArgument('labels', 'at least 2 images of each class', `1 of ${nameOf(single)}`, 'Add more images.');
	}
	const [total, classes] = [sum(counts), counts.filter((count) => count > 0).length];
	const smaller = Math.min(heldOutSize, total - heldOutSize);
	if (smaller < classes || classes === 0) {
		const expected = `at least ${Math.max(classes, 1)} images on each side, one per class,`;
		throw invalidArgument(
			'the split',
			expected,
			`${smaller} of ${total}`,
			'Use more images, or another validationFraction.',
		);
	}
}

function sum(values: readonly number[]): number {
	return values.reduce((total, value) => total + value, 0);
}
