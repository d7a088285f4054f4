import * as tf from '@tensorflow/tfjs';
import { cutNetwork, mapsOf } from '../../lib/evaluation/attention/layerCam.js';
import { provideDepthwiseGradient } from './depthwiseGradient.js';
import { unfusedConvolutions } from './unfusedConvolutions.js';

/** Name of the classifier in an exported model. */
const CLASSIFIER = 'emotions';

/** Outputs of one forward pass. */
interface Attentive {
	/** `[batch, classes]`. */
	readonly probabilities: tf.Tensor2D;
	/** Evidence in each image for its most likely class: `[batch, height, width]`, 0 to 1. */
	readonly attention: tf.Tensor3D;
}

/**
 * Makes a network that also returns attention maps, from a stored model and with its weights.
 * @param model Raw pixels to probabilities, as `exportModel` of lib/ makes it.
 * @param side Side in pixels of the images that the classifier takes.
 */
export function attentiveNetwork(model: tf.LayersModel, side: number): (pixels: tf.Tensor4D) => Attentive {
	const classifier = model.getLayer(CLASSIFIER) as unknown as tf.LayersModel;
	// The first node is inside the classifier, the second its call in the outer model; viewNetwork adds a third.
	const [image] = classifier.inboundNodes[1].inputTensors;
	const input = tf.model({ inputs: model.inputs, outputs: image });
	const { features, logits } = cutNetwork(classifier, [side, side]);
	const unfused = unfusedConvolutions(classifier);
	return (pixels) => {
		provideDepthwiseGradient(tf.getBackend());
		const middle = features(input.predict(pixels) as tf.Tensor4D);
		const outputs = logits(middle);
		const attention = unfused(() => mapsOf(middle, logits, tf.argMax(outputs, 1)));
		return { probabilities: tf.softmax(outputs), attention };
	};
}
