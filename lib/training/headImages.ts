import type { Config } from '../config';
import type { Dataset } from '../data/dataset';
import type { Split } from '../data/split';

const FLOAT_BYTES = 4;
/** Features of images that are in a file may not need the memory that this saves. */
const FEATURE_BYTES = 128e6;

/**
 * Returns the number of training images of phase 1: `phase1.images`. If that is 0, all; but of a data set in a file, as
 * many as have features of 128 MB with their mirror images, half the memory that its pixels may have (12,500 images of
 * 1,280 features), which is more than the head needs.
 */
export function headImages(
	{ phase1 }: Pick<Config, 'phase1'>,
	data: Pick<Split, 'train'> & Partial<Pick<Dataset, 'pixels'>> & { readonly features: number },
): number {
	const { train, pixels = new Uint8Array(), features } = data;
	const inFile = !(pixels instanceof Uint8Array);
	const fitting = inFile ? Math.floor(FEATURE_BYTES / (2 * features * FLOAT_BYTES)) : train.length;
	return Math.min(phase1.images || fitting, train.length);
}
