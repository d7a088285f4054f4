import { type Dataset, gatherPixels } from '../../data/dataset';
import { invalidArgument } from '../../errors';
import { type PreprocessOptions, preprocess } from '../../model/preprocess';
import { tf } from '../../tensorflow/tf';
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
 * const [map] = fer.explain(classifier.model, options, [3, 3]); // map.values: 36 numbers, 0 to 1
 * ```
 */
export function explain(
	classifier: tf.LayersModel,
	{ dataset, indices, ...input }: PreprocessOptions & { dataset: Dataset; indices: ArrayLike<number> },
	classes: readonly number[],
): AttentionMap[] {
	const all = Array.from(indices);
	if (classes.length !== all.length) {
		throw invalidArgument('classes', `${all.length} classes, one for each image,`, classes.length);
	}
	const batches = Array.from({ length: Math.ceil(all.length / BATCH) }, (_, batch) => {
		const [from, to] = [batch * BATCH, (batch + 1) * BATCH];
		return { some: all.slice(from, to), explained: classes.slice(from, to) };
	});
	return batches.flatMap(({ some, explained }) => {
		const pixels = tf.tensor4d(gatherPixels(dataset, some), [some.length, ...dataset.shape]);
		const inputs = preprocess(pixels, {}, input);
		const maps = layerCam(classifier, inputs, explained);
		tf.dispose([pixels, inputs]);
		return maps;
	});
}
