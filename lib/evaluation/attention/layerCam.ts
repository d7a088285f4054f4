// Imports tfjs directly, since package/ shares this file; in Node it is the same tfjs as that of tensorflow/tf.ts.
import * as tf from '@tensorflow/tfjs';
import { invalidArgument } from '../../errors';
import { type LayerStep, layerShapes, layerSteps } from '../../model/layerSteps';
import type { AttentionMap } from './attentionMap';

/** Smallest side of a useful map of a face, in cells. */
const LEAST_SIDE = 6;

/**
 * Explains predictions with LayerCAM (Jiang et al. 2021, doi:10.1109/TIP.2021.3089943).
 *
 * Unlike Grad-CAM, it weights each feature by its own positive gradient, so it also works on earlier layers; for small images
 * the last one has only a few cells a side. It explains the last layer with at least six cells a side that is on every path.
 * @param classifier Images to logits, as `buildClassifier` makes it or `classifierOf` returns it.
 * @param inputs `[images, height, width, 3]`, normalised for the backbone; the caller keeps them.
 * @param classes The class to explain, one for each image.
 */
export async function layerCam(
	classifier: tf.LayersModel,
	inputs: tf.Tensor4D,
	classes: readonly number[],
): Promise<AttentionMap[]> {
	if (classes.length !== inputs.shape[0]) {
		throw invalidArgument('classes', `${inputs.shape[0]} classes, one for each image,`, classes.length);
	}
	const { features, logits } = cutNetwork(classifier, [inputs.shape[1], inputs.shape[2]]);
	const maps = tf.tidy(() => mapsOf(features(inputs), logits, tf.tensor1d([...classes], 'int32')));
	const [[, height, width], values] = [maps.shape, await maps.data<'float32'>()];
	maps.dispose();
	const size = height * width;
	return classes.map((_, i) => ({ values: values.slice(i * size, (i + 1) * size), height, width }));
}

/** A network cut in two after the layer that is explained. */
interface CutNetwork {
	/** Computes the layer's output from images: `[images, height, width, channels]`. */
	features(images: tf.Tensor4D): tf.Tensor4D;
	/** Computes logits `[images, classes]` from there. */
	logits(features: tf.Tensor4D): tf.Tensor2D;
}

/** Computes the maps of `layerCam` from features: `[images, height, width]`, each from 0 to 1. */
export function mapsOf(features: tf.Tensor4D, logits: CutNetwork['logits'], classes: tf.Tensor1D): tf.Tensor3D {
	return tf.tidy(() => {
		// Images do not affect each other in inference: the gradient of the sum is the gradient of each.
		const gradient = tf.grad((x) => {
			const outputs = logits(x as tf.Tensor4D);
			return tf.sum(tf.mul(outputs, tf.oneHot(classes, outputs.shape[1])));
		})(features);
		const sum: tf.Tensor3D = tf.sum(tf.mul(tf.relu(features), tf.relu(gradient)), 3);
		return tf.divNoNan(sum, tf.max(sum, [1, 2], true));
	});
}

/** Cuts a classifier at the layer that `layerCam` explains. */
export function cutNetwork(classifier: tf.LayersModel, size: readonly [height: number, width: number]): CutNetwork {
	const steps = layerSteps(classifier);
	const shapes = layerShapes(steps, [null, ...size, classifier.inputs[0].shape[3]]);
	for (const { layer, output } of [...steps].reverse()) {
		const [, height, width, channels] = shapes.get(layer) as tf.Shape;
		if (channels === undefined || Math.min(height as number, width as number) < LEAST_SIDE) continue;
		const after = stepsAfter(steps, layer);
		if (after.at(-1) !== steps.at(-1)) continue;
		const front = tf.model({ inputs: classifier.inputs, outputs: output });
		return {
			features: (images) => front.apply(images, { training: false }) as tf.Tensor4D,
			logits: (features) => run(after, layer, features) as tf.Tensor2D,
		};
	}
	// The images are too small for any layer: explain their own pixels.
	const [layer] = steps[0].inputs;
	return { features: (images) => images, logits: (images) => run(steps, layer, images) as tf.Tensor2D };
}

/** Returns the steps that depend only on a layer's output. */
function stepsAfter(steps: readonly LayerStep[], start: tf.layers.Layer): LayerStep[] {
	const known = new Set([start]);
	return steps.filter(({ layer, inputs }) => inputs.every((each) => known.has(each)) && known.add(layer));
}

/** Runs steps on the output of the layer before them; returns the last output. */
function run(steps: readonly LayerStep[], start: tf.layers.Layer, value: tf.Tensor): tf.Tensor {
	const values = new Map([[start, value]]);
	let output = value;
	for (const { layer, inputs } of steps) {
		const given = inputs.map((each) => values.get(each) as tf.Tensor);
		output = layer.apply(given.length === 1 ? given[0] : given, { training: false }) as tf.Tensor;
		values.set(layer, output);
	}
	return output;
}
