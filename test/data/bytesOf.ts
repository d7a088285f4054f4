import type { Dataset } from '../../lib/data/dataset';

/** The pixels of all images, wherever they are. */
export function bytesOf({ pixels }: Pick<Dataset, 'pixels'>): Uint8Array {
	return pixels.subarray(0, pixels.length);
}
