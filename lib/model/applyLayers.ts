import type { tf } from '../tensorflow/tf';

/** Applies layers one after another, skipping those that are `false`; returns the last output. */
export function applyLayers(
	input: tf.SymbolicTensor | tf.SymbolicTensor[],
	...layers: readonly (tf.layers.Layer | false)[]
): tf.SymbolicTensor {
	let output = input;
	for (const layer of layers) if (layer) output = layer.apply(output) as tf.SymbolicTensor;
	return output as tf.SymbolicTensor;
}
