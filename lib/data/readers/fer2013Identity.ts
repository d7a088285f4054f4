import { createHash } from 'node:crypto';
import { EMOTIONS } from '../../emotions';
import { DataError } from '../../errors';
import { formatCount } from '../../format';
import { countClasses, type Dataset, imageAt, imagesOf, USAGES } from '../dataset';
import { chunksOf } from '../pixels';

/** Images per class, by label, in each part of FER2013 as published on Kaggle. */
const TRAINING = [3995, 436, 4097, 7215, 4830, 3171, 4965];
const PUBLIC_TEST = [467, 56, 496, 895, 653, 415, 607];
const PRIVATE_TEST = [491, 55, 528, 879, 594, 416, 626];
const TEST = PUBLIC_TEST.map((count, label) => count + PRIVATE_TEST[label]);
const ALL = TRAINING.map((count, label) => count + TEST[label]);

const CHECKED_PARTS = [...USAGES, 'all parts'] as const;
type Counts = Partial<Record<(typeof CHECKED_PARTS)[number], readonly number[]>>;

/** The forms of the complete FER2013. */
const COMPLETE: readonly Counts[] = [
	{ Training: TRAINING, PublicTest: PUBLIC_TEST, PrivateTest: PRIVATE_TEST },
	{ Training: TRAINING, Test: TEST },
	{ 'all parts': ALL },
	// train.csv of Kaggle's competition: the training part alone, without Usage.
	{ 'all parts': TRAINING },
];

/** The fingerprint of fer2013.csv as published on Kaggle (fer2013.tar.gz of the competition of 2013), as `readCsv` reads it. */
export const FER2013_FINGERPRINT = '2108a9fc29841983130be8073f4ba18a7fd225c6f3b97feff168aeca40e26b64';
/** `imagesFingerprint` of the same file, and of its Training part. */
const IMAGES: readonly string[] = [
	'ec246d573230db095213356f992e787fbd62b8dd2016069bdcb03bb39cf4df3e',
	'0d20b3dfacede13feae2c3b9464e856e8c524ca7af526dbe7122b793b39c2ac9',
];
/** Mean and standard deviation of the pixels of that file. */
const PIXELS = { mean: 129.3857, deviation: 65.0576 };
/** Grey levels by which a copy may differ: saving as JPEG changes them by less than 1, equalising the histogram by 10. */
const TOLERANCE = 25;

/**
 * Checks the number of images of each class in each part of FER2013, and their pixels. Without usages, the 28,709
 * training images alone (train.csv) are accepted as well; so are copies that divide all images into other parts than the
 * official three.
 * @returns What is different from the published file; undefined if it is the same.
 * @throws {DataError} If a count differs, naming the first part and class that do, in the nearest form; or if the pixels
 *   cannot be those of FER2013.
 */
export function checkFer2013(dataset: Dataset, place = 'FER2013'): string | undefined {
	if (dataset.fingerprint === FER2013_FINGERPRINT) return undefined;
	const ownParts = checkCounts(dataset, place) ? '' : ', divided into other parts than the official ones';
	if (IMAGES.includes(imagesFingerprint(dataset))) {
		return ownParts || !dataset.usage ? `the published images${ownParts}` : 'the published images, in another order';
	}
	const found = pixelStatistics(dataset);
	const text = `pixels of mean ${found.mean.toFixed(1)} and deviation ${found.deviation.toFixed(1)}`;
	const published = `${PIXELS.mean.toFixed(1)} and ${PIXELS.deviation.toFixed(1)} as published`;
	const distance = Math.max(Math.abs(found.mean - PIXELS.mean), Math.abs(found.deviation - PIXELS.deviation));
	if (distance > TOLERANCE) {
		const remedy = 'These are not the images of FER2013. Use fer2013.csv.';
		throw new DataError(`pixels of mean and deviation near ${published}`, place, text, remedy);
	}
	return `an unknown copy, such as images saved again as JPEG${ownParts}: ${text}, ${published}`;
}

/** Checks the counts; false if all images are there, but divided otherwise. */
function checkCounts(dataset: Dataset, place: string): boolean {
	const parts = Object.fromEntries(USAGES.map((usage) => [usage, countClasses(dataset, imagesOf(dataset, usage))]));
	const found: Counts = dataset.usage ? parts : { 'all parts': countClasses(dataset) };
	const distance = (form: Counts) => differences(form, found).reduce((sum, { by }) => sum + Math.abs(by), 0);
	const forms = COMPLETE.filter((form) => (form['all parts'] === undefined) === (dataset.usage !== undefined));
	const nearest = forms.reduce((best, form) => (distance(form) < distance(best) ? form : best));
	const [first] = differences(nearest, found);
	if (!first) return true;
	// Only without one of the three official parts: no protocol uses such parts.
	const areAll = countClasses(dataset).join() === ALL.join();
	if (areAll && USAGES.slice(0, 3).some((usage) => imagesOf(dataset, usage).length === 0)) return false;
	throw new DataError(
		`${formatCount(first.expected)} ${EMOTIONS[first.label]} images in ${first.part}`,
		place,
		formatCount(first.expected + first.by),
		`It has ${formatCount(dataset.labels.length)} images in all, unlike the data set on Kaggle: use a complete copy.`,
	);
}

function differences(form: Counts, found: Counts) {
	return CHECKED_PARTS.flatMap((part) =>
		EMOTIONS.map((_, label) => {
			const expected = form[part]?.[label] ?? 0;
			return { part, label, expected, by: (found[part]?.[label] ?? 0) - expected };
		}).filter(({ by }) => by !== 0),
	);
}

/** Computes the SHA-256 of labelled images in any order. */
export function imagesFingerprint(dataset: Dataset): string {
	const digests = Array.from(dataset.labels, (label, index) =>
		createHash('sha256').update(imageAt(dataset, index)).update(Uint8Array.of(label)).digest('hex'),
	);
	return createHash('sha256').update(digests.sort().join()).digest('hex');
}

/** Computes the mean and standard deviation of all pixels. */
export function pixelStatistics({ pixels }: Pick<Dataset, 'pixels'>): { mean: number; deviation: number } {
	let [sum, squares] = [0, 0];
	for (const chunk of chunksOf(pixels)) {
		for (const value of chunk) {
			sum += value;
			squares += value * value;
		}
	}
	const mean = sum / Math.max(1, pixels.length);
	return { mean, deviation: Math.sqrt(Math.max(0, squares / Math.max(1, pixels.length) - mean * mean)) };
}

/**
 * Says how a copy of FER2013 differs from the data that something was trained on.
 * @param trained The fingerprint of that data, and its number of images, without copies that were left out.
 */
export function describeCopy(dataset: Dataset, trained: { fingerprint: string; images: number }): string {
	const found = dataset.labels.length;
	if (found < trained.images)
		return `a copy with ${formatCount(found)} images instead of ${formatCount(trained.images)}`;
	const [own, other] = [dataset.fingerprint, trained.fingerprint].map((fingerprint) => fingerprint.slice(0, 8));
	if (IMAGES.includes(imagesFingerprint(dataset)) && trained.fingerprint === FER2013_FINGERPRINT) {
		return `the same images in another order (fingerprint ${own} instead of ${other})`;
	}
	return `a copy with other pixels, such as images saved again as JPEG, or in another order (fingerprint ${own} instead of ${other})`;
}
