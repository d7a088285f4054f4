import { EMOTIONS } from '../../emotions';
import { DataError } from '../../errors';
import { countClasses, type Dataset, imagesOf, USAGES } from '../dataset';

/** Images per class, by label, in each part of FER2013 as published on Kaggle. */
const TRAINING = [3995, 436, 4097, 7215, 4830, 3171, 4965];
const PUBLIC_TEST = [467, 56, 496, 895, 653, 415, 607];
const PRIVATE_TEST = [491, 55, 528, 879, 594, 416, 626];
const TEST = PUBLIC_TEST.map((count, label) => count + PRIVATE_TEST[label]);
const ALL = TRAINING.map((count, label) => count + TEST[label]);

const PARTS = [...USAGES, 'all parts'] as const;
type Counts = Partial<Record<(typeof PARTS)[number], readonly number[]>>;

/** The forms of the complete FER2013. */
const COMPLETE: readonly Counts[] = [
	{ Training: TRAINING, PublicTest: PUBLIC_TEST, PrivateTest: PRIVATE_TEST },
	{ Training: TRAINING, Test: TEST },
	{ 'all parts': ALL },
	// train.csv of Kaggle's competition: the training part alone, without Usage.
	{ 'all parts': TRAINING },
];

/**
 * Checks that FER2013 is complete: the number of images of each class in each part, 35,887 in all.
 * Without usages, the 28,709 training images alone (train.csv) are accepted as well.
 * @param place The name of the file, for the error.
 * @throws {DataError} If a count differs; the error names the first part and class that do, in the nearest form.
 */
export function checkFer2013(dataset: Dataset, place = 'FER2013'): void {
	const found: Counts = dataset.usage
		? Object.fromEntries(USAGES.map((usage) => [usage, countClasses(dataset, imagesOf(dataset, usage))]))
		: { 'all parts': countClasses(dataset) };
	const distance = (form: Counts) => differences(form, found).reduce((sum, { by }) => sum + Math.abs(by), 0);
	const nearest = COMPLETE.reduce((best, form) => (distance(form) < distance(best) ? form : best));
	const [first] = differences(nearest, found);
	if (!first) return;
	const size = (count: number) => count.toLocaleString('en');
	throw new DataError(
		`${size(first.expected)} ${EMOTIONS[first.label]} images in ${first.part}`,
		place,
		size(first.expected + first.by),
		`It has ${size(dataset.labels.length)} images in all, unlike the data set on Kaggle: download it again.`,
	);
}

function differences(form: Counts, found: Counts): { part: string; label: number; expected: number; by: number }[] {
	return PARTS.flatMap((part) =>
		EMOTIONS.map((_, label) => {
			const expected = form[part]?.[label] ?? 0;
			return { part, label, expected, by: (found[part]?.[label] ?? 0) - expected };
		}).filter(({ by }) => by !== 0),
	);
}
