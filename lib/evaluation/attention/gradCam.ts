import { invalidArgument } from '../../errors';
import { tf } from '../../tensorflow/tf';
import type { AttentionMaps } from './attentionMap';

/**
 * Grad-CAM (Selvaraju et al. 2017, arXiv:1610.02391): which places of the image speak for a class, from the last features
 * before they are pooled and the gradient of the class's logit for them.
 * @param classifier Images to logits, as `buildClassifier` makes it or `classifierOf` finds it in a model for use.
 * @param inputs `[images, height, width, 3]` as the backbone takes them; the caller keeps them.
 * @param classes The class to explain, one an image.
 * @throws {RangeError} If the network has no global average pooling, or the number of classes is not that of the images.
 */
export function gradCam(classifier: tf.LayersModel, inputs: tf.Tensor4D, classes: readonly number[]): AttentionMaps {
	if (classes.length !== inputs.shape[0]) {
		throw invalidArgument('classes', `${inputs.shape[0]} classes, one an image,`, classes.length);
	}
	const { backbone, head } = cutAtPooling(classifier);
	const [maps, shape] = tf.tidy(() => {
		const features = backbone.apply(inputs, { training: false }) as tf.Tensor4D;
		const chosen = tf.oneHot(tf.tensor1d([...classes], 'int32'), classifier.outputs[0].shape[1] as number);
		// Images do not touch each other here: the gradient of the sum is the gradient of each.
		const gradient = tf.grad((x) => tf.sum(tf.mul(head(x), chosen)))(features);
		const weights = tf.mean(gradient, [1, 2], true);
		const map = tf.relu(tf.sum(tf.mul(features, weights), 3));
		const highest = tf.max(map, [1, 2], true);
		return [tf.divNoNan(map, highest).dataSync<'float32'>(), map.shape];
	});
	return { values: maps.slice(), height: shape[1] as number, width: shape[2] as number };
}

/** The network up to its global average pooling, and what comes behind as a function. */
function cutAtPooling(classifier: tf.LayersModel) {
	const { layers } = classifier;
	const at = layers.findIndex((layer) => layer.getClassName() === 'GlobalAveragePooling2D');
	if (at < 0) {
		const names = [...new Set(layers.map((layer) => layer.getClassName()))].join(', ');
		throw invalidArgument('classifier', 'network with a GlobalAveragePooling2D', names);
	}
	const backbone = tf.model({ inputs: classifier.inputs, outputs: layers[at].input as tf.SymbolicTensor });
	const head = (features: tf.Tensor) => layers.slice(at).reduce((x, layer) => layer.apply(x) as tf.Tensor, features);
	return { backbone, head };
}
