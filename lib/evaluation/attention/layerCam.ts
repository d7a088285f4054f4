// Not by the door tensorflow/tf.ts, which opens on Node alone: package/ shares this file. In Node it is the same tfjs.
import * as tf from '@tensorflow/tfjs';
import { invalidArgument } from '../../errors';
import type { AttentionMaps } from './attentionMap';

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
	const { features, logits } = cutNetwork(classifier, [inputs.shape[1], inputs.shape[2]]);
	const [values, [, height, width]] = tf.tidy(() => {
		const maps = mapsOf(features(inputs), logits, tf.tensor1d([...classes], 'int32'));
		return [maps.dataSync<'float32'>().slice(), maps.shape];
	});
	return { values, height, width };
}

/** A network in two parts, cut behind the layer that is explained. */
export interface CutNetwork {
	/** Images to what that layer gives: `[images, cells, cells, channels]`. */
	features(images: tf.Tensor4D): tf.Tensor4D;
	/** From there to logits `[images, classes]`. */
	logits(features: tf.Tensor4D): tf.Tensor2D;
}

/**
 * The maps of `layerCam` from features that are there already.
 * @param classes The class to explain, one an image.
 * @returns `[images, cells, cells]`, each map from 0 to 1.
 */
export function mapsOf(features: tf.Tensor4D, logits: CutNetwork['logits'], classes: tf.Tensor1D): tf.Tensor3D {
	return tf.tidy(() => {
		// Images do not touch each other here: the gradient of the sum is the gradient of each.
		const gradient = tf.grad((x) => {
			const spoken = logits(x as tf.Tensor4D);
			return tf.sum(tf.mul(spoken, tf.oneHot(classes, spoken.shape[1])));
		})(features);
		const sum: tf.Tensor3D = tf.sum(tf.mul(tf.relu(features), tf.relu(gradient)), 3);
		return tf.divNoNan(sum, tf.max(sum, [1, 2], true));
	});
}

/**
 * Cuts a classifier where `layerCam` explains it.
 * @param size Height and width of the images that it will get.
 */
export function cutNetwork(classifier: tf.LayersModel, size: readonly [number, number]): CutNetwork {
	const steps = stepsOf(classifier);
	const last = steps[steps.length - 1];
	const shapes = shapesOf(steps, [null, ...size, classifier.inputs[0].shape[3]]);
	for (const { layer, output } of [...steps].reverse()) {
		const [, height, width, channels] = shapes.get(layer) as tf.Shape;
		if (channels === undefined || Math.min(height as number, width as number) < LEAST_SIDE) continue;
		const behind = stepsBehind(steps, layer);
		if (behind.at(-1) !== last) continue;
		const front = tf.model({ inputs: classifier.inputs, outputs: output });
		return {
			features: (images) => front.apply(images, { training: false }) as tf.Tensor4D,
			logits: (features) => run(behind, layer, features) as tf.Tensor2D,
		};
	}
	// Images too small for any layer: the places of the image itself.
	const [layer] = steps[0].inputs;
	return { features: (images) => images, logits: (images) => run(steps, layer, images) as tf.Tensor2D };
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

/** What each layer gives for images of a known size. */
function shapesOf(steps: readonly Step[], images: tf.Shape): Map<tf.layers.Layer, tf.Shape> {
	const shapes = new Map([[steps[0].inputs[0], images]]);
	for (const { layer, inputs } of steps) {
		const given = inputs.map((each) => shapes.get(each) as tf.Shape);
		shapes.set(layer, layer.computeOutputShape(given.length === 1 ? given[0] : given) as tf.Shape);
	}
	return shapes;
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
