import { invalidArgument } from './errors';
import type { AttentionMaps } from './gradCam';
import { tf } from './tensorflow/tf';

/** A layer in its place in a network, and the layers whose outputs it takes. */
interface Step {
	readonly layer: tf.layers.Layer;
	readonly inputs: readonly tf.layers.Layer[];
	/** Its output in this network; a layer may serve several. */
	readonly output: tf.SymbolicTensor;
}

/** Cells a side below which a map says next to nothing of a face. */
const LEAST_SIDE = 6;

/**
 * LayerCAM (Jiang et al. 2021, doi:10.1109/TIP.2021.3089943): which places of the image speak for a class, as `gradCam`, but
 * from an earlier layer, whose features each weigh by their own gradient where it is positive. A network for small images
 * has only three cells a side left before it is pooled, and gathers what it has seen in one of them: maps of those tell
 * nothing of a face.
 * @param classifier Images to logits, as `buildClassifier` makes it or `classifierOf` finds it in a model for use.
 * @param inputs `[images, height, width, 3]` as the backbone takes them; the caller keeps them.
 * @param classes The class to explain, one an image.
 * @returns Maps of the last layer with at least six cells a side through which all paths lead.
 * @throws {RangeError} If the number of classes is not that of the images.
 */
export function layerCam(classifier: tf.LayersModel, inputs: tf.Tensor4D, classes: readonly number[]): AttentionMaps {
	if (classes.length !== inputs.shape[0]) {
		throw invalidArgument('classes', `${inputs.shape[0]} classes, one an image,`, classes.length);
	}
	const steps = stepsOf(classifier);
	const [map, shape] = tf.tidy(() => {
		const features = featuresOf(classifier, steps, inputs);
		const logits = (x: tf.Tensor) => run(features.behind, features.layer, x);
		const chosen = tf.oneHot(tf.tensor1d([...classes], 'int32'), classifier.outputs[0].shape[1] as number);
		// Images do not touch each other here: the gradient of the sum is the gradient of each.
		const gradient = tf.grad((x) => tf.sum(tf.mul(logits(x), chosen)))(features.values);
		const sum = tf.sum(tf.mul(tf.relu(features.values), tf.relu(gradient)), 3);
		const highest = tf.max(sum, [1, 2], true);
		return [tf.divNoNan(sum, highest).dataSync<'float32'>(), sum.shape];
	});
	return { values: map.slice(), height: shape[1] as number, width: shape[2] as number };
}

/** The layers of a network in the order in which they run, but for its input. */
function stepsOf(model: tf.LayersModel): Step[] {
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

/** The steps behind a layer that need nothing but what it gives. */
function stepsBehind(steps: readonly Step[], start: tf.layers.Layer): Step[] {
	const known = new Set([start]);
	return steps.filter(({ layer, inputs }) => {
		const isBehind = inputs.every((each) => known.has(each));
		if (isBehind) known.add(layer);
		return isBehind;
	});
}

/** Finds the layer that is explained, what it gives for the images, and the steps behind it. */
function featuresOf(model: tf.LayersModel, steps: readonly Step[], inputs: tf.Tensor4D) {
	const last = steps[steps.length - 1];
	for (const { layer, output } of [...steps].reverse()) {
		const behind = stepsBehind(steps, layer);
		if (output.shape.length !== 4 || behind.at(-1) !== last) continue;
		const values = tf
			.model({ inputs: model.inputs, outputs: output })
			.apply(inputs, { training: false }) as tf.Tensor4D;
		if (Math.min(values.shape[1], values.shape[2]) >= LEAST_SIDE) return { layer, behind, values };
	}
	// Images too small for any layer: the places of the image itself.
	const [layer] = steps[0].inputs;
	return { layer, behind: stepsBehind(steps, layer), values: inputs };
}

/** Runs steps on what the layer before them gives; returns what the last one gives. */
function run(steps: readonly Step[], start: tf.layers.Layer, value: tf.Tensor): tf.Tensor {
	const values = new Map([[start, value]]);
	let output = value;
	for (const { layer, inputs } of steps) {
		const given = inputs.map((each) => values.get(each) as tf.Tensor);
		output = layer.apply(given.length === 1 ? given[0] : given, { training: false }) as tf.Tensor;
		values.set(layer, output);
	}
	return output;
}
