import { type Dataset, gatherPixels } from '../../data/dataset';
import { type PreprocessOptions, preprocess } from '../../model/preprocess';
import { tf } from '../../tensorflow/tf';
import type { AttentionMap } from './attentionMap';
import { layerCam } from './layerCam';

/**
 * Explains predictions for images of a data set with LayerCAM.
 * @param options.indices Indices of the images.
 * @param classes The class to explain, one for each image.
 * @returns A map for each image.
 * @throws {RangeError} As `layerCam`.
 * @example
 * ```ts
 * const { backbone, config, classifier } = run;
 * const options = { dataset, indices: [0, 1], imageSize: config.imageSize, normalization: backbone.normalization };
 * const [map] = fer.explain(classifier.model, options, [3, 3]); // map.values: 36 numbers, 0 to 1
 * ```
 */
export function explain(
	classifier: tf.LayersModel,
	{ dataset, indices, ...input }: PreprocessOptions & { dataset: Dataset; indices: ArrayLike<number> },
	classes: readonly number[],
): AttentionMap[] {
	const pixels = tf.tensor4d(gatherPixels(dataset, indices), [indices.length, ...dataset.shape]);
	const inputs = preprocess(pixels, {}, input);
	const maps = layerCam(classifier, inputs, classes);
	tf.dispose([pixels, inputs]);
	return maps;
}
