import type { Dataset } from '../data/dataset';
import { tf } from '../tensorflow/tf';
import type { Backbone, Normalization } from './backbones/backbone';
import { foldBatchNormalization } from './foldBatchNormalization';

/** What a model for use is made for. */
export interface EmotionModelOptions {
	readonly backbone: Backbone;
	/** Side in pixels of the images that the classifier was trained on. */
	readonly imageSize: number;
	/** The images that the model will get: height, width, 1 or 3 channels. */
	readonly imageShape: Dataset['shape'];
	/** The classes, in the order of the outputs; stored with the model. */
	readonly emotions: readonly string[];
}

const CLASSIFIER = 'emotions';

/**
 * Makes the model that people use from a trained classifier: it takes raw pixels and does the resizing and the
 * normalisation itself, with stock layers, so that nobody gets them wrong.
 * @param classifier Network input to logits, as `buildClassifier` makes it; it keeps its weights.
 * @returns `[batch, height, width, channels]`, 0 to 255, to probabilities `[batch, classes]`; loads in plain tfjs.
 */
export async function emotionModel(classifier: tf.LayersModel, options: EmotionModelOptions): Promise<tf.LayersModel> {
	const { backbone, imageSize, imageShape, emotions } = options;
	const pixels = tf.input({ shape: [...imageShape], name: 'pixels' });
	const resized = resize(pixels, imageShape, imageSize);
	const image = normalize(resized, imageShape[2], backbone.normalization);
	const logits = (await foldBatchNormalization(classifier)).apply(image) as tf.SymbolicTensor;
	const outputs = tf.layers.softmax({ name: 'probabilities' }).apply(logits) as tf.SymbolicTensor;
	const model = tf.model({ inputs: pixels, outputs, name: 'emotion_model' });
	model.setUserDefinedMetadata({ emotions, backbone: backbone.name, imageSize });
	return model;
}

/** The network inside such a model: normalised color images to logits, for views and maps of one's own. */
export function classifierOf(model: tf.LayersModel): tf.LayersModel {
	return model.getLayer(CLASSIFIER) as unknown as tf.LayersModel;
}

/** What `normalize` of networkInput.ts does, in stock layers. */
function normalize(pixels: tf.SymbolicTensor, channels: number, normalization: Normalization): tf.SymbolicTensor {
	const { scale, offset, channelOrder } = normalization;
	if (typeof scale !== 'number' || typeof offset !== 'number' || channelOrder === 'bgr') {
		return normalizeChannels(pixels, channels, normalization);
	}
	const normal = tf.layers.rescaling({ scale, offset, name: 'normalize' }).apply(pixels) as tf.SymbolicTensor;
	if (channels === 3) return normal;
	const colors = tf.layers.concatenate({ name: 'grey_to_color' });
	return colors.apply([normal, normal, normal]) as tf.SymbolicTensor;
}

/** Each of the network's channels by itself, as tfjs's Rescaling has one scale and offset: picked, rescaled, joined. */
function normalizeChannels(pixels: tf.SymbolicTensor, channels: number, normalization: Normalization) {
	const { scale, offset, channelOrder = 'rgb' } = normalization;
	const of = (each: typeof scale, i: number) => (typeof each === 'number' ? each : each[i]);
	const normal = [...channelOrder].map((color, i) => {
		const channel = channels === 1 ? pixels : pick(pixels, 'rgb'.indexOf(color), `channel_${color}`);
		const options = { scale: of(scale, i), offset: of(offset, i), name: `normalize_${color}` };
		return tf.layers.rescaling(options).apply(channel) as tf.SymbolicTensor;
	});
	return tf.layers.concatenate({ name: 'colors' }).apply(normal) as tf.SymbolicTensor;
}

/** One channel of RGB images. Its weights are 0 and 1, which 16 bits hold exactly; those of offsets they would not. */
function pick(pixels: tf.SymbolicTensor, channel: number, name: string): tf.SymbolicTensor {
	const layer = tf.layers.conv2d({ filters: 1, kernelSize: 1, useBias: false, kernelInitializer: 'zeros', name });
	const output = layer.apply(pixels) as tf.SymbolicTensor;
	tf.tidy(() => layer.setWeights([tf.oneHot(tf.scalar(channel, 'int32'), 3).toFloat().reshape([1, 1, 3, 1])]));
	return output;
}

/**
 * Bilinear resizing to any size as two matrix products, along rows and columns. tfjs's own layers cannot do it:
 * UpSampling2D knows whole factors only, and Resizing samples another grid than the training does.
 */
function resize(pixels: tf.SymbolicTensor, [height, width]: Dataset['shape'], target: number): tf.SymbolicTensor {
	if (height === target && width === target) return pixels;
	const permute = (input: tf.SymbolicTensor, dims: number[], name: string) =>
		tf.layers.permute({ dims, name }).apply(input) as tf.SymbolicTensor;
	const channelsFirst = permute(pixels, [3, 1, 2], 'channels_first');
	const wide = interpolate(channelsFirst, width, target, 'resize_width');
	const turned = permute(wide, [1, 3, 2], 'turn');
	const both = interpolate(turned, height, target, 'resize_height');
	return permute(both, [3, 2, 1], 'channels_last');
}

/** Linear interpolation along the last axis: position = target position x source / target, clamped, as `place` samples. */
function interpolate(input: tf.SymbolicTensor, source: number, target: number, name: string): tf.SymbolicTensor {
	const layer = tf.layers.dense({ units: target, useBias: false, kernelInitializer: 'zeros', name });
	const output = layer.apply(input) as tf.SymbolicTensor;
	const matrix = tf.buffer([source, target]);
	for (let i = 0; i < target; i++) {
		const position = (i * source) / target;
		const left = Math.floor(position);
		const right = Math.min(left + 1, source - 1);
		matrix.set(matrix.get(left, i) + 1 - (position - left), left, i);
		matrix.set(matrix.get(right, i) + position - left, right, i);
	}
	tf.tidy(() => layer.setWeights([matrix.toTensor()]));
	return output;
}
