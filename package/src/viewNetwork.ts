import * as tf from '@tensorflow/tfjs';

/** Last of the layers that resize the images in a stored model. */
const RESIZED = 'channels_last';

/**
 * Makes a network for images that are already resized, from a stored model and with its weights.
 * @param model Raw pixels to probabilities, as `exportModel` of lib/ makes it.
 * @returns `[batch, side, side, channels]`, 0 to 255, to probabilities; the model itself if it does not resize.
 */
export function viewNetwork(model: tf.LayersModel): tf.LayersModel {
	const start = model.layers.find(({ name }) => name === RESIZED)?.output as tf.SymbolicTensor | undefined;
	if (!start) return model;
	const inputs = tf.input({ shape: start.shape.slice(1) });
	const made = new Map([[start.id, inputs]]);
	// The layers are in the order in which they run.
	for (const layer of model.layers) {
		// The first node of the classifier, itself a model, is inside it.
		const node = layer.inboundNodes[layer.inboundNodes.length - 1];
		const before = node.inputTensors.map(({ id }) => made.get(id)).filter((tensor) => tensor !== undefined);
		if (before.length === 0 || before.length < node.inputTensors.length) continue;
		const after = layer.apply(before.length === 1 ? before[0] : before);
		made.set(node.outputTensors[0].id, after as tf.SymbolicTensor);
	}
	return tf.model({ inputs, outputs: made.get(model.outputs[0].id) as tf.SymbolicTensor });
}
