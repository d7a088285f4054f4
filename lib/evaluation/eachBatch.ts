import { batchIndices, type Dataset, gatherPixels } from '../data/dataset';
import type { ProgressMeter } from '../progress';
import { tf, valuesOf } from '../tensorflow/tf';

/** The images that a network runs on. */
export interface Batches {
	readonly dataset: Dataset;
	/** Indices of the images in `dataset`. */
	readonly indices: ArrayLike<number>;
	/** Images per forward pass. */
	readonly batchSize: number;
	readonly meter: ProgressMeter;
}

/**
 * Runs a network on images, batch by batch.
 * @param network Maps pixels `[batch, height, width, channels]`, 0 to 255, to one float32 row per image. Its tensors are
 *   disposed.
 * @param take Receives the indices and the rows of each batch.
 */
export async function eachBatch(
	{ dataset, indices, batchSize, meter }: Batches,
	network: (pixels: tf.Tensor4D) => tf.Tensor,
	take: (batch: ArrayLike<number>, rows: Float32Array) => void,
): Promise<void> {
	for (const batch of batchIndices(indices, batchSize)) {
		const rows = valuesOf(() => network(tf.tensor4d(gatherPixels(dataset, batch), [batch.length, ...dataset.shape])));
		take(batch, rows);
		meter.add(batch.length);
		// Lets the event loop draw progress and handle signals.
		await new Promise((resolve) => setImmediate(resolve));
	}
}
