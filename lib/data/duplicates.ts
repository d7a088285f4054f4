import { createHash } from 'node:crypto';
import { type Dataset, imageAt } from './dataset';

/**
 * Finds exact duplicates: images with the same pixels.
 * @returns `[size]`: for each image, the index of the first image with its pixels. Duplicates share this number.
 */
export function firstCopies(dataset: Dataset): Uint32Array {
	// SHA-256 as the key: 35,887 digests take a fraction of the memory of the pixels.
	const first = new Map<string, number>();
	return Uint32Array.from(dataset.labels, (_, index) => {
		const key = createHash('sha256').update(imageAt(dataset, index)).digest('base64');
		const known = first.get(key);
		if (known === undefined) first.set(key, index);
		return known ?? index;
	});
}
