import type { tf } from '../../tensorflow/tf';
import type { Bits } from './encodeWeights';
import { networkLayers } from './networkLayers';
import { SavedModelGraph } from './savedModelGraph';
import { encodeSavedModel } from './savedModelSchema';
import { translate } from './translate';

/**
 * Writes a model as a SavedModel whose weights are constants in its graph, so that it needs no other file.
 * @param model Pixels `[batch, height, width, channels]` to probabilities, as `exportModel` makes it.
 * @param bits Of kernels: 32; 16, float16; 8, int8 with a scale for each output channel. TensorFlow widens them to float32.
 * @returns The content of saved_model.pb. Its signature `serving_default` maps `pixels` to `probabilities`.
 * @throws {DataError} If a layer or weight cannot be written.
 */
export function toSavedModel(model: tf.LayersModel, bits: Bits): Uint8Array {
	const graph = new SavedModelGraph();
	const layers = networkLayers(model);
	const pixels = { node: graph.input('pixels', layers[0].shape), shape: layers[0].shape };
	const { id, shape } = translate(layers, graph, pixels.node, bits);
	return encodeSavedModel(graph.nodes, { pixels, probabilities: { node: id, shape } });
}
