import * as tf from '@tensorflow/tfjs';
import { cutNetwork, mapsOf } from '../../lib/evaluation/attention/layerCam.js';
import { provideDepthwiseGradient } from './depthwiseGradient.js';
import { unfusedConvolutions } from './unfusedConvolutions.js';

/** The name of the classifier in a model for use. */
const CLASSIFIER = 'emotions';

/** What one pass through a network gives. */
interface Attentive {
	/** `[batch, classes]`. */
	readonly probabilities: tf.Tensor2D;
	/** Where each image speaks for its most likely class: `[batch, height, width]`, 0 to 1. */
	readonly attention: tf.Tensor3D;
}

/**
 * Makes the network that also tells where it looked, from a stored model and with its weights.
 * @param model Raw pixels to probabilities, as lib's `emotionModel` makes it.
 * @param side Side in pixels of the images that its classifier takes.
 */
export function attentiveNetwork(model: tf.LayersModel, side: number): (pixels: tf.Tensor4D) => Attentive {
	const classifier = model.getLayer(CLASSIFIER) as unknown as tf.LayersModel;
	// Its first node leads inside, its last into the model around it.
	const [image] = classifier.inboundNodes[classifier.inboundNodes.length - 1].inputTensors;
	const input = tf.model({ inputs: model.inputs, outputs: image });
	const { features, logits } = cutNetwork(classifier, [side, side]);
	const unfused = unfusedConvolutions(classifier);
	return (pixels) => {
		provideDepthwiseGradient(tf.getBackend());
		const seen = features(input.predict(pixels) as tf.Tensor4D);
		const answer = logits(seen);
		const attention = unfused(() => mapsOf(seen, logits, tf.argMax(answer, 1)));
		return { probabilities: tf.softmax(answer), attention };
	};
}
