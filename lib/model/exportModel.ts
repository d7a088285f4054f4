import type { Dataset } from '../data/dataset';
import { recordPredict } from '../tensorflow/recordedModel';
import { tf } from '../tensorflow/tf';
import { applyLayers, type Backbone, type Normalization } from './backbones/backbone';
import { foldBatchNormalization } from './foldBatchNormalization';

/** Options of `exportModel`. */
interface ExportOptions {
	readonly backbone: Backbone;
	/** Side in pixels of the images that the classifier was trained on. */
	readonly imageSize: number;
	/** Shape of the images that the model will receive: height, width, 1 or 3 channels. */
	readonly imageShape: Dataset['shape'];
	/** The classes in the order of the outputs; stored with the model. */
	readonly emotions: readonly string[];
}

/**
 * Exports a trained classifier as a model for inference, with resizing and normalisation inside it.
 * @param classifier Normalized images to logits, as `buildClassifier` makes it; it keeps its weights.
 * @returns Pixels `[batch, height, width, channels]`, 0 to 255, to probabilities `[batch, classes]`, in stock layers that
 *   any tfjs loads.
 * @example
 * ```ts
 * const { classifier, backbone, config } = run;
 * const { shape: imageShape, emotions } = dataset;
 * const model = await fer.exportModel(classifier.model, { backbone, imageSize: config.imageSize, imageShape, emotions });
 * model.inputs[0].shape; // [null, 48, 48, 1]
 * ```
 */
export async function exportModel(classifier: tf.LayersModel, options: ExportOptions): Promise<tf.LayersModel> {
	const { backbone, imageSize, imageShape, emotions } = options;
	const pixels = tf.input({ shape: [...imageShape], name: 'pixels' });
	const image = normalize(resize(pixels, imageShape, imageSize), imageShape[2], backbone.normalization);
	const network = await foldBatchNormalization(classifier);
	const outputs = applyLayers(image, network, tf.layers.softmax({ name: 'probabilities' }));
	const model = tf.model({ inputs: pixels, outputs, name: 'emotion_model' });
	model.setUserDefinedMetadata({ emotions, backbone: backbone.name, imageSize });
	recordPredict(model);
	return model;
}

/**
 * Returns the classifier inside an exported model: normalised images to logits.
 * @example
 * ```ts
 * const model = await fer.loadModel(`${run.folder}/model`);
 * fer.classifierOf(model).outputs[0].shape; // [null, 7]
 * ```
 */
export function classifierOf(model: tf.LayersModel): tf.LayersModel {
	return model.getLayer('emotions') as unknown as tf.LayersModel;
}

/** Normalises as `normalize` of preprocess.ts does, in stock layers. */
function normalize(pixels: tf.SymbolicTensor, channels: number, normalization: Normalization): tf.SymbolicTensor {
	const { scale, offset, channelOrder = 'rgb' } = normalization;
	if (typeof scale === 'number' && typeof offset === 'number' && channelOrder === 'rgb') {
		const normal = applyLayers(pixels, tf.layers.rescaling({ scale, offset, name: 'normalize' }));
		if (channels === 3) return normal;
		return applyLayers([normal, normal, normal], tf.layers.concatenate({ name: 'grey_to_color' }));
	}
	// tfjs's Rescaling has one scale and one offset, so each of the network's channels is rescaled separately.
	const of = (each: typeof scale, i: number) => (typeof each === 'number' ? each : each[i]);
	const normal = [...channelOrder].map((color, i) => {
		const channel = channels === 1 ? pixels : pick(pixels, 'rgb'.indexOf(color), `channel_${color}`);
		const numbers = { scale: of(scale, i), offset: of(offset, i) };
		return applyLayers(channel, tf.layers.rescaling({ ...numbers, name: `normalize_${color}` }));
	});
	return applyLayers(normal, tf.layers.concatenate({ name: 'colors' }));
}

/** Picks a channel, by weights of 0 and 1, which 16 bits represent exactly. */
function pick(pixels: tf.SymbolicTensor, channel: number, name: string): tf.SymbolicTensor {
	const layer = tf.layers.conv2d({ filters: 1, kernelSize: 1, useBias: false, kernelInitializer: 'zeros', name });
	const output = applyLayers(pixels, layer);
	tf.tidy(() => layer.setWeights([tf.oneHot(tf.scalar(channel, 'int32'), 3).toFloat().reshape([1, 1, 3, 1])]));
	return output;
}

/** Resizes bilinearly by two matrix products: tfjs's Resizing uses a different sampling grid than training. */
function resize(pixels: tf.SymbolicTensor, [height, width]: Dataset['shape'], target: number): tf.SymbolicTensor {
	if (height === target && width === target) return pixels;
	const permute = (dims: number[], name: string) => tf.layers.permute({ dims, name });
	const channelsFirst = applyLayers(pixels, permute([3, 1, 2], 'channels_first'));
	const wide = interpolate(channelsFirst, width, target, 'resize_width');
	const turned = applyLayers(wide, permute([1, 3, 2], 'turn'));
	const both = interpolate(turned, height, target, 'resize_height');
	return applyLayers(both, permute([3, 2, 1], 'channels_last'));
}

/** Interpolates along the last axis, as `place` does: position = target position x source / target, clamped. */
function interpolate(input: tf.SymbolicTensor, source: number, target: number, name: string): tf.SymbolicTensor {
	const layer = tf.layers.dense({ units: target, useBias: false, kernelInitializer: 'zeros', name });
	const output = applyLayers(input, layer);
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
