import { EMOTIONS } from '../../emotions';
import { DataError } from '../../errors';
import { classCounts, type Dataset, USAGES, type Usage } from '../dataset';

/** Images a class, by label, in each part of FER2013 as Kaggle publishes it. */
const TRAINING = [3995, 436, 4097, 7215, 4830, 3171, 4965];
const PUBLIC_TEST = [467, 56, 496, 895, 653, 415, 607];
const PRIVATE_TEST = [491, 55, 528, 879, 594, 416, 626];
const TEST = PUBLIC_TEST.map((count, label) => count + PRIVATE_TEST[label]);
const ALL = TRAINING.map((count, label) => count + TEST[label]);

type Counts = Partial<Record<Usage | 'all parts', readonly number[]>>;

/** The forms in which FER2013 comes complete. */
const COMPLETE: readonly Counts[] = [
	{ Training: TRAINING, PublicTest: PUBLIC_TEST, PrivateTest: PRIVATE_TEST },
	{ Training: TRAINING, Test: TEST },
	{ 'all parts': ALL },
	// train.csv of Kaggle's competition: the training part alone, without Usage.
	{ 'all parts': TRAINING },
];

/**
 * Checks that a data set is FER2013 complete: the number of images of each class in each part, 35,887 in all. Without
 * usage it may also be the 28,709 training images alone, which is what Kaggle's train.csv holds.
 * @param place The file's name, for the error.
 * @throws {DataError} If a count differs: in the form that is nearest, the first part and class that do.
 */
export function checkFer2013(dataset: Dataset, place = 'FER2013'): void {
	const found = countsOf(dataset);
	const distance = (form: Counts) => differences(form, found).reduce((sum, { by }) => sum + Math.abs(by), 0);
	const nearest = COMPLETE.reduce((best, form) => (distance(form) < distance(best) ? form : best));
	const [first] = differences(nearest, found);
	if (!first) return;
	const size = (count: number) => count.toLocaleString('en');
	throw new DataError(
		`${size(first.expected)} ${EMOTIONS[first.label]} images in ${first.part}`,
		place,
		size(first.expected + first.by),
		`It has ${size(dataset.labels.length)} images in all, not as Kaggle publishes it: download it again.`,
	);
}

function countsOf({ labels, usage }: Dataset): Counts {
	if (!usage) return { 'all parts': classCounts(labels, EMOTIONS.length) };
	const parts = USAGES.map((name, part) => [name, labels.filter((_, index) => usage[index] === part)] as const);
	return Object.fromEntries(parts.map(([name, inPart]) => [name, classCounts(inPart, EMOTIONS.length)]));
}

function differences(form: Counts, found: Counts): { part: string; label: number; expected: number; by: number }[] {
	const parts = [...USAGES, 'all parts' as const];
	return parts.flatMap((part) =>
		EMOTIONS.map((_, label) => {
			const expected = form[part]?.[label] ?? 0;
			return { part, label, expected, by: (found[part]?.[label] ?? 0) - expected };
		}).filter(({ by }) => by !== 0),
	);
}
