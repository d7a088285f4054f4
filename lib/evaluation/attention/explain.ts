import type { Dataset } from '../../data/dataset';
import { gatherPixels } from '../../data/dataset';
import { type NetworkInputOptions, networkInput } from '../../model/preprocess';
import { tf } from '../../tensorflow/tf';
import type { AttentionMap } from './attentionMap';
import { layerCam } from './layerCam';

/**
 * `layerCam` for images of a data set, each map by itself.
 * @param indices Which images.
 * @param classes The class to explain, one an image.
 * @throws {RangeError} As `layerCam`.
 */
export function explain(
	classifier: tf.LayersModel,
	{ dataset, indices, ...input }: NetworkInputOptions & { dataset: Dataset; indices: ArrayLike<number> },
	classes: readonly number[],
): AttentionMap[] {
	const pixels = tf.tensor4d(gatherPixels(dataset, indices), [indices.length, ...dataset.shape]);
	const inputs = networkInput(pixels, {}, input);
	const { values, height, width } = layerCam(classifier, inputs, classes);
	tf.dispose([pixels, inputs]);
	const size = height * width;
	return classes.map((_, i) => ({ values: values.slice(i * size, (i + 1) * size), height, width }));
}
