import { PROTOCOLS, type Protocol } from '../config';
import { invalidArgument, nearestFirst } from '../errors';
import { createRandom } from '../random';
import { type Dataset, firstCopies, imagesOf, USAGES } from './dataset';
import { holdOut } from './stratify';

/** Fraction of all images in the test part of the holdout protocol. */
const TEST_FRACTION = 0.2;

export const PARTS = ['train', 'validation', 'test'] as const;

export type Part = (typeof PARTS)[number];

/** Three disjoint parts of a data set, as indices into it in ascending order. */
export interface Split extends Readonly<Record<Part, Uint32Array>>, Pick<SplitOptions, 'protocol' | 'seed'> {}

/** Options of `splitDataset`. */
interface SplitOptions {
	readonly protocol: Protocol;
	/** Integer; determines the parts that are drawn at random. */
	readonly seed: number;
	/** Fraction of the training images held out for validation, above 0 and below 1 (holdout only). Default 0.1. */
	readonly validationFraction?: number;
	/** Keeps exact duplicates (images with the same pixels) in one part. Default false. */
	readonly keepCopiesTogether?: boolean;
}

/**
 * Splits a data set into training, validation and test images.
 *
 * The holdout protocol draws a stratified 20 % of all images for testing, rounded as in scikit-learn's
 * `train_test_split`, and a stratified `validationFraction` of the rest for validation. The test part depends neither
 * on that fraction nor on the usages. With `keepCopiesTogether`, groups of duplicates are held out as a whole, and each
 * class still has the same number of test images if its groups allow it (see `holdOut`).
 *
 * `official` trains on Training, validates on PublicTest and tests on PrivateTest. With `keepCopiesTogether`,
 * duplicates of test images are removed from the validation part, and duplicates of either from the training part; the
 * test part stays complete, so that results compare with published ones.
 * @throws {RangeError} If an option is out of range, or the data set lacks the parts of `official`.
 * @example
 * ```ts
 * const split = fer.splitDataset(dataset, { protocol: 'official', seed: 1 });
 * [split.train.length, split.validation.length, split.test.length]; // [56, 7, 7]
 * ```
 */
export function splitDataset(dataset: Dataset, options: SplitOptions): Split {
	const { protocol, seed, validationFraction = 0.1 } = options;
	checkOptions(options);
	const groups = options.keepCopiesTogether ? firstCopies(dataset) : undefined;
	const { labels } = dataset;
	if (protocol === 'holdout') {
		// Each draw has its own random stream, so that the test part does not depend on the validation fraction.
		const draw = (indices: Uint32Array, fraction: number, stream: number) =>
			holdOut({ labels, indices, fraction, groups }, createRandom(seed, stream));
		const { kept, heldOut: test } = draw(Uint32Array.from(labels.keys()), TEST_FRACTION, 1);
		const { kept: train, heldOut: validation } = draw(kept, validationFraction, 2);
		return { protocol, seed, train, validation, test };
	}
	checkDivided(dataset);
	const [training, publicTest, test] = USAGES.slice(0, 3).map((usage) => imagesOf(dataset, usage));
	const train = withoutCopies(withoutCopies(training, test, groups), publicTest, groups);
	return { protocol, seed, train, validation: withoutCopies(publicTest, test, groups), test };
}

function checkOptions({ protocol, seed, validationFraction = 0.1 }: SplitOptions): void {
	if (!PROTOCOLS.includes(protocol)) {
		throw invalidArgument('protocol', `one of ${nearestFirst(String(protocol), PROTOCOLS).join(', ')}`, protocol);
	}
	if (!Number.isSafeInteger(seed)) throw invalidArgument('seed', 'integer', seed);
	if (!(validationFraction > 0 && validationFraction < 1)) {
		throw invalidArgument('validationFraction', 'number above 0 and below 1', validationFraction);
	}
}

/** Refuses `official` for sources that do not distinguish PublicTest from PrivateTest. */
function checkDivided(dataset: Dataset): void {
	const lacking = USAGES.slice(0, 3).find((usage) => imagesOf(dataset, usage).length === 0);
	const merged = imagesOf(dataset, 'Test').length > 0;
	if (dataset.usage && !merged && lacking === undefined) return;
	const found = !dataset.usage
		? 'one without usage'
		: merged
			? 'one that keeps PublicTest and PrivateTest together (the folder layout)'
			: `one without ${lacking} images`;
	const expected = 'a data set divided into Training, PublicTest and PrivateTest';
	const remedy = "Use the protocol 'holdout', or fer2013.csv from Kaggle, which has a Usage column.";
	throw invalidArgument("protocol 'official'", expected, found, remedy);
}

function withoutCopies(indices: Uint32Array, others: Uint32Array, groups: Uint32Array | undefined): Uint32Array {
	if (!groups) return indices;
	const taken = new Set(Array.from(others, (index) => groups[index]));
	return indices.filter((index) => !taken.has(groups[index]));
}
