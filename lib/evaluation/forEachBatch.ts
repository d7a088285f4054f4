import { batchIndices, type Dataset, gatherPixels } from '../data/dataset';
import type { ProgressMeter } from '../progress';
import { tf } from '../tensorflow/tf';
import { valuesOf } from '../tensorflow/values';

/** What a network is run over. */
export interface Batches {
	readonly dataset: Dataset;
	/** Which images. */
	readonly indices: ArrayLike<number>;
	/** Images in one forward pass. */
	readonly batchSize: number;
	readonly meter: ProgressMeter;
}

/**
 * Runs a network over images, batch by batch.
 * @param network From pixels `[batch, height, width, channels]`, 0 to 255, to one row an image, float32; what it makes is
 *   disposed.
 * @param take Is given each batch's indices and the rows.
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
		// Lets the event loop draw progress and hear signals.
		await new Promise((resolve) => setImmediate(resolve));
	}
}
