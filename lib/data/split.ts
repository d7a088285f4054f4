import { PROTOCOLS, type Protocol } from '../config';
import { invalidArgument, nearestFirst } from '../errors';
import { createRandom } from '../random';
import { type Dataset, USAGES, type Usage } from './dataset';
import { firstCopies } from './duplicates';
import { holdOut } from './stratify';

/** Share of all images that the `holdout` protocol holds out for the test. */
const TEST_FRACTION = 0.2;

/** Three disjoint parts of a data set, as indices into it in ascending order. */
export interface Split {
	readonly protocol: Protocol;
	readonly seed: number;
	readonly train: Uint32Array;
	readonly validation: Uint32Array;
	readonly test: Uint32Array;
}

/** How to divide a data set. */
export interface SplitOptions {
	readonly protocol: Protocol;
	/** Whole number; another seed gives other parts wherever they are drawn. */
	readonly seed: number;
	/** Share of the training images that become the validation part, where it is drawn from them. Default 0.1. */
	readonly validationFraction?: number;
	/** No image has an exact copy (the same pixels) in another part. Default false. */
	readonly keepCopiesTogether?: boolean;
	/**
	 * Where the validation part of `official` comes from: all of PublicTest, or a stratified share of Training; then
	 * PublicTest is in no part. Default `publicTest`.
	 */
	readonly validationFrom?: 'publicTest' | 'training';
}

/**
 * Divides a data set into training, validation and test images.
 *
 * `holdout` holds out a stratified 20 % of all images for the test, as scikit-learn's `train_test_split` rounds it, and a
 * stratified `validationFraction` of the rest for validation; the test part depends on neither that fraction nor the
 * usage. With `keepCopiesTogether` whole groups of copies are held out, and each class still gives the same number of
 * images wherever its groups allow it (`holdOut` in stratify.ts).
 *
 * `official` trains on Training, validates on PublicTest and tests on PrivateTest. With `keepCopiesTogether` the test
 * part stays whole, so that results compare with published ones: copies of test images leave the validation part,
 * and copies of test or PublicTest images leave the training part.
 * @throws {RangeError} If an option is out of range, or the data set does not have the parts that `official` needs.
 */
export function splitDataset(dataset: Dataset, options: SplitOptions): Split {
	const { protocol, seed, validationFraction = 0.1, validationFrom = 'publicTest' } = options;
	checkOptions({ ...options, validationFraction, validationFrom });
	const groups = options.keepCopiesTogether ? firstCopies(dataset) : undefined;
	// Each draw has its own stream, so that the test images do not depend on how many are drawn for validation.
	const [testDraw, validationDraw] = [createRandom(seed, 1), createRandom(seed, 2)];
	const holdOutValidation = (indices: Uint32Array) => {
		const sides = holdOut({ labels: dataset.labels, indices, fraction: validationFraction, groups }, validationDraw);
		return { train: sides.kept, validation: sides.heldOut };
	};
	if (protocol === 'holdout') {
		const all = Uint32Array.from(dataset.labels.keys());
		const sides = holdOut({ labels: dataset.labels, indices: all, fraction: TEST_FRACTION, groups }, testDraw);
		return { protocol, seed, ...holdOutValidation(sides.kept), test: sides.heldOut };
	}
	checkDivided(dataset);
	const [training, publicTest] = [imagesOf(dataset, 'Training'), imagesOf(dataset, 'PublicTest')];
	const test = imagesOf(dataset, 'PrivateTest');
	if (validationFrom === 'training') {
		return { protocol, seed, ...holdOutValidation(withoutCopies(training, test, groups)), test };
	}
	const train = withoutCopies(withoutCopies(training, test, groups), publicTest, groups);
	return { protocol, seed, train, validation: withoutCopies(publicTest, test, groups), test };
}

function checkOptions(options: SplitOptions): void {
	const { protocol, seed, validationFraction = 0, validationFrom } = options;
	if (!PROTOCOLS.includes(protocol)) {
		throw invalidArgument('protocol', `one of ${nearestFirst(String(protocol), PROTOCOLS).join(', ')}`, protocol);
	}
	if (!Number.isSafeInteger(seed)) throw invalidArgument('seed', 'integer', seed);
	if (!(validationFraction > 0 && validationFraction < 1)) {
		throw invalidArgument('validationFraction', 'number above 0 and below 1', validationFraction);
	}
	if (validationFrom !== 'publicTest' && validationFrom !== 'training') {
		throw invalidArgument('validationFrom', 'publicTest or training', validationFrom);
	}
}

/** Refuses `official` where the source does not say which images are PublicTest and which are PrivateTest. */
function checkDivided(dataset: Dataset): void {
	const expected = 'a data set divided into Training, PublicTest and PrivateTest';
	const remedy = "Use the protocol 'holdout', or Kaggle's fer2013.csv, which has a Usage column.";
	if (!dataset.usage) throw invalidArgument("protocol 'official'", expected, 'one without usage', remedy);
	if (imagesOf(dataset, 'Test').length > 0) {
		const received = 'one that keeps PublicTest and PrivateTest together (the folder layout)';
		throw invalidArgument("protocol 'official'", expected, received, remedy);
	}
	for (const usage of USAGES.slice(0, 3)) {
		if (imagesOf(dataset, usage).length === 0) {
			throw invalidArgument("protocol 'official'", expected, `one without ${usage} images`, remedy);
		}
	}
}

/** The images of one part that the source gives, in ascending order; none where it does not divide its images. */
export function imagesOf(dataset: Dataset, usage: Usage): Uint32Array {
	const wanted = USAGES.indexOf(usage);
	return Uint32Array.from(dataset.labels.keys()).filter((index) => dataset.usage?.[index] === wanted);
}

function withoutCopies(indices: Uint32Array, others: Uint32Array, groups: Uint32Array | undefined): Uint32Array {
	if (!groups) return indices;
	const taken = new Set(Array.from(others, (index) => groups[index]));
	return indices.filter((index) => !taken.has(groups[index]));
}
