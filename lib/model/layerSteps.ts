// package/ shares this file, which therefore imports types only.
import type * as tf from '@tensorflow/tfjs';

/** A layer in the order of execution. */
export interface LayerStep {
	readonly layer: tf.layers.Layer;
	readonly inputs: readonly tf.layers.Layer[];
	/** Its output in this network; other networks may share the layer. */
	readonly output: tf.SymbolicTensor;
}

/** Lists the layers of a network in the order in which they run, without its input. */
export function layerSteps(model: tf.LayersModel): LayerStep[] {
	const own = new Set(model.layers);
	return model.layers.flatMap((layer) => {
		const at = layer.inboundNodes.findIndex(
			({ inboundLayers }) => inboundLayers.length > 0 && inboundLayers.every((each) => own.has(each)),
		);
		if (at < 0) return [];
		const output = layer.getOutputAt(at) as tf.SymbolicTensor;
		return [{ layer, inputs: layer.inboundNodes[at].inboundLayers, output }];
	});
}

/** Computes the output shape of each layer, the input included, for images of a shape such as `[null, 48, 48, 3]`. */
export function layerShapes(steps: readonly LayerStep[], shape: tf.Shape): Map<tf.layers.Layer, tf.Shape> {
	const shapes = new Map([[steps[0].inputs[0], shape]]);
	for (const { layer, inputs } of steps) {
		const given = inputs.map((each) => shapes.get(each) as tf.Shape);
		shapes.set(layer, layer.computeOutputShape(given.length === 1 ? given[0] : given) as tf.Shape);
	}
	return shapes;
}
