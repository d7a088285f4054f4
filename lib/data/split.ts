import { PROTOCOLS, type Protocol } from '../config';
import { invalidArgument, nearestFirst } from '../errors';
import { createRandom } from '../random';
import { type Dataset, firstCopies, groupIndices } from './dataset';
import { defaultProtocol, ownParts } from './ownParts';
import { holdOut } from './stratify';

/** Fraction of all images in the test part of the holdout protocol. */
const TEST_FRACTION = 0.2;

export const PARTS = ['train', 'validation', 'test'] as const;

export type Part = (typeof PARTS)[number];

/** Three disjoint parts of a data set, as indices into it in ascending order, and the protocol that made them. */
export interface Split extends Readonly<Record<Part, Uint32Array>>, Pick<SplitOptions, 'seed'> {
	readonly protocol: Protocol;
}

/** Options of `splitDataset`. */
interface SplitOptions {
	/** `auto` for the data set's own parts, or else a hold-out, which is also the default for FER2013. */
	readonly protocol: Protocol | 'auto';
	/** Integer; determines the parts that are drawn at random. */
	readonly seed: number;
	/** Fraction of the training images held out for validation, above 0 and below 1. Default 0.1. */
	readonly validationFraction?: number;
	/** Keeps exact duplicates (images with the same pixels) in one part. Default false. */
	readonly keepCopiesTogether?: boolean;
}

/**
 * Splits a data set into training, validation and test images. The images of a person, where known, are in one part.
 *
 * The holdout protocol draws a stratified 20 % of all images for testing, rounded as in scikit-learn's
 * `train_test_split`, and a stratified `validationFraction` of the rest for validation. The test part depends neither
 * on that fraction nor on the usages. Persons, and duplicates with `keepCopiesTogether`, are held out as a whole, and
 * each class still has the same number of test images if these groups allow it (see `holdOut`).
 *
 * `official` uses the data set's own parts: FER2013 trains on Training, validates on PublicTest and tests on PrivateTest.
 * Without a validation part, `validationFraction` of the training images is held out; without a test part, the
 * validation part is tested. Images of persons in the test part are removed from the others, and so are duplicates with
 * `keepCopiesTogether`; the test part stays complete, so that results compare with published ones.
 * @throws {RangeError} If an option is out of range, the data set lacks the parts of `official`, or has too few images
 *   or persons to hold some out.
 * @example
 * ```ts
 * const split = fer.splitDataset(dataset, { protocol: 'official', seed: 1 });
 * [split.train.length, split.validation.length, split.test.length]; // [56, 7, 7]
 * ```
 */
export function splitDataset(dataset: Dataset, options: SplitOptions): Split {
	const { seed, validationFraction = 0.1, keepCopiesTogether = false } = options;
	const { labels, emotions } = dataset;
	checkOptions(options);
	const protocol = options.protocol === 'auto' ? defaultProtocol(dataset) : options.protocol;
	const groups = groupsOf(dataset, keepCopiesTogether);
	// Each draw has its own random stream, so that the test part does not depend on the validation fraction.
	const draw = (indices: Uint32Array, fraction: number, stream: number) =>
		holdOut({ labels, indices, fraction, groups, emotions }, createRandom(seed, stream));
	if (protocol === 'holdout') {
		const { kept, heldOut: test } = draw(Uint32Array.from(labels.keys()), TEST_FRACTION, 1);
		const { kept: train, heldOut: validation } = draw(kept, validationFraction, 2);
		return { protocol, seed, train, validation, test };
	}
	const { training, validation, test } = ownParts(dataset);
	const others = withoutGroups(training, test, groups);
	refuseEmpty('training', others, 'the test part');
	if (validation.length > 0) {
		const [train, rest] = [withoutGroups(others, validation, groups), withoutGroups(validation, test, groups)];
		refuseEmpty('training', train, 'the validation part');
		refuseEmpty('validation', rest, 'the test part');
		return { protocol, seed, train, validation: rest, test };
	}
	const { kept: train, heldOut } = draw(others, validationFraction, 2);
	return { protocol, seed, train, validation: heldOut, test };
}

/** Refuses parts of which nothing is left without the persons, and copies, of another part. */
function refuseEmpty(part: string, { length }: Uint32Array, other: string): void {
	if (length > 0) return;
	const expected = `a data set with ${part} images of persons, and without copies, that ${other} does not have`;
	throw invalidArgument("protocol 'official'", expected, 'one without', "Use the protocol 'holdout'.");
}

function checkOptions({ protocol, seed, validationFraction = 0.1 }: SplitOptions): void {
	if (protocol !== 'auto' && !PROTOCOLS.includes(protocol)) {
		throw invalidArgument('protocol', `one of ${nearestFirst(String(protocol), PROTOCOLS).join(', ')}`, protocol);
	}
	if (!Number.isSafeInteger(seed)) throw invalidArgument('seed', 'integer', seed);
	if (!(validationFraction > 0 && validationFraction < 1)) {
		throw invalidArgument('validationFraction', 'number above 0 and below 1', validationFraction);
	}
}

/** Numbers the images that must stay in one part: those of a person and, if `copies`, exact copies. */
function groupsOf(dataset: Dataset, copies: boolean): ArrayLike<number> | undefined {
	const { persons } = dataset;
	if (!copies) return persons;
	const copyOf = firstCopies(dataset);
	return persons ? joinGroups(persons, copyOf) : copyOf;
}

/** Joins groups: two images get the same number if a chain of images with common numbers connects them. */
function joinGroups(...groupings: ArrayLike<number>[]): Uint32Array {
	const parents = Uint32Array.from(groupings[0], (_, index) => index);
	const rootOf = (index: number) => {
		let root = index;
		while (parents[root] !== root) root = parents[root];
		parents[index] = root;
		return root;
	};
	for (const groups of groupings) {
		for (const [head, ...others] of groupIndices(parents.keys(), groups)) {
			for (const other of others) parents[rootOf(other)] = rootOf(head);
		}
	}
	return parents.map((_, index) => rootOf(index));
}

/** Leaves out the images that share a group with one of `others`. */
function withoutGroups(indices: Uint32Array, others: Uint32Array, groups?: ArrayLike<number>): Uint32Array {
	if (!groups) return indices;
	const taken = new Set(Array.from(others, (index) => groups[index]));
	return indices.filter((index) => !taken.has(groups[index]));
}
