import { type Dataset, gatherPixels } from '../../data/dataset';
import { invalidArgument } from '../../errors';
import { type PreprocessOptions, preprocess } from '../../model/preprocess';
import { onDevice, tf } from '../../tensorflow/tf';
import type { AttentionMap } from './attentionMap';
import { layerCam } from './layerCam';

/** Images explained at once: gradients of more would need much memory. */
const BATCH = 64;

/**
 * Explains predictions for images of a data set with LayerCAM.
 * @param options.indices Indices of the images.
 * @param classes The class to explain, one for each image.
 * @returns A map for each image.
 * @throws {RangeError} If the number of classes is not that of the images.
 * @example
 * ```ts
 * const { backbone, config, classifier } = run;
 * const options = { dataset, indices: [0, 1], imageSize: config.imageSize, normalization: backbone.normalization };
 * const [map] = await fer.explain(classifier.model, options, [3, 3]); // map.values: 36 numbers, 0 to 1
 * ```
 */
export async function explain(
	classifier: tf.LayersModel,
	{ dataset, indices, ...input }: PreprocessOptions & { dataset: Dataset; indices: ArrayLike<number> },
	classes: readonly number[],
): Promise<AttentionMap[]> {
	const all = Array.from(indices);
	if (classes.length !== all.length) {
		throw invalidArgument('classes', `${all.length} classes, one for each image,`, classes.length);
	}
	const maps: AttentionMap[] = [];
	for (let from = 0; from < all.length; from += BATCH) {
		const some = all.slice(from, from + BATCH);
		const pixels = tf.tensor4d(gatherPixels(dataset, some), [some.length, ...dataset.shape]);
		const inputs = preprocess(pixels, {}, input);
		const explained = classes.slice(from, from + BATCH);
		maps.push(...(await onDevice(() => layerCam(classifier, inputs, explained))));
		tf.dispose([pixels, inputs]);
	}
	return maps;
}
