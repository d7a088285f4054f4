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

/** Settings that a summary depends on. */
export type SummaryOptions = Pick<Config, 'imageSize'> &
	Pick<Config['phase2'], 'unfreezeFrom' | 'frozenBatchNormalization'>;

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
	const { imageSize, unfreezeFrom: firstLayer, frozenBatchNormalization } = options;
	const { layers } = model;
	const shapes = layerShapes(layerSteps(model), [null, imageSize, imageSize, 3]);
	const row = (block: string, own: readonly tf.layers.Layer[]): SummaryRow => {
		const count = (sizeOf: (layer: tf.layers.Layer) => number) => own.reduce((sum, layer) => sum + sizeOf(layer), 0);
		return {
			block,
			output: (shapes.get(own[own.length - 1]) as tf.Shape).slice(1).join('x'),
			parameters: count((layer) => layer.countParams()),
			'trainable in phase 1': count((layer) => (head.layers.includes(layer) ? layer.countParams() : 0)),
			'trainable in phase 2': count(trainableParameters),
		};
	};
	const flags = layers.map(({ trainable }) => trainable);
	unfreezeFrom(model, firstLayer, frozenBatchNormalization);
	const blocks = [...new Set(layers.map(blockOf))];
	const rows = blocks.map((block) =>
		row(
			block,
			layers.filter((layer) => blockOf(layer) === block),
		),
	);
	const total = row('total', layers);
	for (const [i, layer] of layers.entries()) layer.trainable = flags[i];
	return [...rows, total];
}

function trainableParameters({ trainableWeights }: tf.layers.Layer): number {
	return trainableWeights.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]), 0);
}
