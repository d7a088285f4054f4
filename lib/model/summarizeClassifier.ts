import type { Config } from '../config';
import { tf } from '../tensorflow/tf';
import { blockOf, type Classifier, unfreezeFrom } from './classifier';
import { layerShapes, layerSteps } from './layerSteps';

/** One row of a network's summary. */
export interface SummaryRow {
	readonly block: string;
	/** Shape of the block's output for one image, such as `48x48x16`. */
	readonly output: string;
	/** Number of weights, moving statistics included. */
	readonly parameters: number;
	readonly 'trainable in phase 1': number;
	readonly 'trainable in phase 2': number;
}

type SummaryOptions = Pick<Config, 'imageSize'> & Pick<Config['phase2'], 'unfreezeFrom' | 'frozenBatchNormalization'>;

/**
 * Summarises a network block by block, as a table for `console.table`. The classifier stays as it is.
 * @returns A row for each block in order, and a last row with the totals.
 * @throws {RangeError} As `unfreezeFrom`.
 * @example
 * ```ts
 * const { imageSize, phase2 } = run.config;
 * const rows = fer.summarizeClassifier(run.classifier, { imageSize, ...phase2 });
 * console.table(rows); // stem, block0, ..., head, pooling, dropout, logits, total
 * ```
 */
export function summarizeClassifier(classifier: Classifier, options: SummaryOptions): SummaryRow[] {
	const { model, head } = classifier;
	const { layers } = model;
	const shapes = layerShapes(layerSteps(model), [null, options.imageSize, options.imageSize, 3]);
	const flags = layers.map(({ trainable }) => trainable);
	unfreezeFrom(model, options.unfreezeFrom, options.frozenBatchNormalization);
	const rows = [...new Set(layers.map(blockOf)), 'total'].map((block): SummaryRow => {
		const own = layers.filter((layer) => block === 'total' || blockOf(layer) === block);
		const count = (weights: readonly tf.LayerVariable[]) =>
			weights.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]), 0);
		return {
			block,
			output: (shapes.get(own[own.length - 1]) as tf.Shape).slice(1).join('x'),
			parameters: count(own.flatMap(({ weights }) => weights)),
			'trainable in phase 1': count(own.flatMap((layer) => (head.layers.includes(layer) ? layer.weights : []))),
			'trainable in phase 2': count(own.flatMap(({ trainableWeights }) => trainableWeights)),
		};
	});
	for (const [i, layer] of layers.entries()) layer.trainable = flags[i];
	return rows;
}
