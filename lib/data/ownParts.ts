import type { Protocol } from '../config';
import { invalidArgument } from '../errors';
import { type Dataset, imagesOf, USAGES } from './dataset';

/** FER2013 is compared by its official parts or not at all. The drawn faces replace it. */
const isFer2013 = ({ name, drawn }: Dataset) => name === 'FER2013' || drawn;

/** Returns the protocol for a data set if none was chosen: `official` if it has a test part of its own. */
export function defaultProtocol(dataset: Dataset): Protocol {
	const isDivided = dataset.usage !== undefined && new Set(dataset.usage).size > 1;
	return isDivided && !isFer2013(dataset) ? 'official' : 'holdout';
}

/**
 * Assigns the usages of a data set to the three parts. A validation part without a test part becomes the test part;
 * validation is then empty, as it is for sources with training and test images only.
 * @throws {RangeError} If there are no training images or nothing to test, or FER2013 lacks one of its three parts.
 */
export function ownParts(dataset: Dataset): Readonly<Record<'training' | 'validation' | 'test', Uint32Array>> {
	const [training, validation, privateTest, merged] = USAGES.map((usage) => imagesOf(dataset, usage));
	if (!dataset.usage) throw unfit(dataset, 'one without usage');
	if (training.length === 0) throw unfit(dataset, 'one without Training images');
	if (isFer2013(dataset)) {
		if (merged.length > 0)
			throw unfit(dataset, 'one that keeps PublicTest and PrivateTest together (the folder layout)');
		if (validation.length === 0) throw unfit(dataset, 'one without PublicTest images');
		if (privateTest.length === 0) throw unfit(dataset, 'one without PrivateTest images');
	}
	const test = testImages(dataset);
	if (test.length === dataset.labels.length) throw unfit(dataset, 'one with Training images only');
	const isValidation = privateTest.length + merged.length === 0;
	return { training, validation: isValidation ? new Uint32Array() : validation, test };
}

/** Returns the images to test on: those of the test part; without one, those of the validation part; else all. */
export function testImages(dataset: Dataset): Uint32Array {
	const [training, validation, privateTest, merged] = USAGES.map((usage) => imagesOf(dataset, usage));
	const test = Uint32Array.from([...privateTest, ...merged]).sort();
	if (test.length > 0) return test;
	return validation.length > 0 && training.length > 0 ? validation : Uint32Array.from(dataset.labels.keys());
}

function unfit(dataset: Dataset, found: string): RangeError {
	const expected = isFer2013(dataset)
		? 'a data set divided into Training, PublicTest and PrivateTest'
		: 'a data set with a training part and a test or validation part';
	const csv = isFer2013(dataset) ? ', or fer2013.csv from Kaggle, which has a Usage column' : '';
	return invalidArgument("protocol 'official'", expected, found, `Use the protocol 'holdout'${csv}.`);
}
