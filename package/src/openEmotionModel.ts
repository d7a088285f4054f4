import * as tf from '@tensorflow/tfjs';
import { VIEWS } from '../../lib/augmentation/views.js';
import type { Box } from '../../lib/data/rawImage.js';
import { checkFinite, DataError, invalidArgument } from '../../lib/errors.js';
import type { AttentionMap } from '../../lib/evaluation/attention/attentionMap.js';
import type { ModelMetadata } from '../../lib/model/modelArtifacts.js';
import { type FaceShape, isFaceShape, sampleFace } from '../../lib/photos/faceCrop.js';
import { attentiveNetwork } from './attentiveNetwork.js';
import type { Emotion } from './emotion.js';
import type { EmotionModel, EmotionPrediction, PredictAllOptions } from './emotionModel.js';
import { type ImageSource, imageReader, withoutTensor } from './imagePixels.js';
import { placedViews } from './placedViews.js';
import { viewNetwork } from './viewNetwork.js';

/**
 * Opens a model from its files.
 * @throws {DataError} If they are not a model for grey or RGB images that says what its outputs mean.
 */
export async function openEmotionModel(artifacts: tf.io.ModelArtifacts): Promise<EmotionModel> {
	await tf.ready();
	const model = await buildLayers(artifacts);
	const { emotions, imageSize, inputShape } = metadataOf(model);
	const read = faceReader(model, inputShape, imageSize);
	let isOpen = true;
	const checkOpen = () => {
		const remedy = 'Call loadEmotionModel again.';
		if (!isOpen) throw new Error(`Expected an open model for predict but received one that was disposed. ${remedy}`);
	};
	/** Reads faces of one image in one batch; without a box, the whole image. */
	const readFaces = async (given: ImageSource, boxes: readonly (Box | undefined)[], how: PredictAllOptions) => {
		checkOpen();
		// Anything but a tensor is read at once: the next frame of a video would be another picture.
		const source = withoutTensor(given);
		const faceAt = imageReader(source instanceof Promise ? await source : source, inputShape);
		checkOpen();
		const faces = boxes.map((face) => {
			const { image, box } = faceAt(face);
			return sampleFace(image, box, inputShape);
		});
		const readings = faces.length === 0 ? [] : await read(faces, how);
		return readings.map((reading) => predictionOf(reading, emotions));
	};
	return {
		emotions,
		inputShape,
		async predict(image, options) {
			const { box, ...how } = options ?? {};
			const [prediction] = await readFaces(image, [box ?? undefined], how);
			return prediction;
		},
		async predictAll(image, boxes, options) {
			// A box that is missing would silently be the whole image.
			if (!Array.isArray(boxes) || boxes.some((box) => typeof box !== 'object' || box === null)) {
				throw invalidArgument('boxes', 'a list of boxes { left, top, width, height }', boxes);
			}
			return readFaces(image, boxes, options ?? {});
		},
		dispose() {
			if (!isOpen) return;
			isOpen = false;
			// Not the models: tfjs overcounts the uses of a layer that two models share, and would keep it.
			for (const weight of model.weights) weight.dispose();
		},
	};
}

/** @throws {NotFiniteError} If the network computed none. */
function predictionOf({ values, attention }: Reading, emotions: readonly Emotion[]): EmotionPrediction {
	const remedy = 'Choose another tfjs backend, or take the weights of this package again: they may be damaged.';
	checkFinite(values, remedy);
	if (attention) checkFinite(attention.values, remedy);
	const pairs = emotions.map((emotion, label) => [emotion, values[label]]);
	const probabilities = Object.fromEntries(pairs) as Record<Emotion, number>;
	return { emotion: emotions[values.indexOf(Math.max(...values))], probabilities, ...(attention && { attention }) };
}

async function buildLayers(artifacts: tf.io.ModelArtifacts): Promise<tf.LayersModel> {
	try {
		return await tf.loadLayersModel(tf.io.fromMemory(artifacts));
	} catch (cause) {
		const remedy = 'Use the model.json of this package, unchanged.';
		const error = new DataError('a tfjs layers model', 'model.json', 'layers that tfjs cannot build', remedy);
		throw Object.assign(error, { cause });
	}
}

/** What a model says about itself. */
interface Metadata extends Pick<EmotionModel, 'emotions' | 'inputShape'> {
	/** Side in pixels of the images that its classifier takes. */
	readonly imageSize: number;
}

function metadataOf(model: tf.LayersModel): Metadata {
	const { emotions, imageSize } = (model.getUserDefinedMetadata() ?? {}) as Partial<ModelMetadata>;
	const [input, outputs] = [model.inputs[0].shape.slice(1), model.outputs[0].shape.at(-1)];
	if (emotions && emotions.length === outputs && imageSize && isFaceShape(input)) {
		return { emotions, imageSize, inputShape: input };
	}
	const expected = 'a network from height,width,1 or 3 to its classes';
	const received = `one from ${input} to ${outputs} outputs with the classes ${emotions}`;
	throw new DataError(expected, 'model.json', received, 'Use a model that npx fer train wrote.');
}

/** Outputs for a cropped face. */
interface Reading {
	/** Probabilities. */
	readonly values: Float32Array;
	readonly attention?: AttentionMap;
}

/** Makes the function that reads cropped faces in one batch, averaging the probabilities of their views on request. */
function faceReader(model: tf.LayersModel, shape: FaceShape, side: number) {
	const [height, width, channels] = shape;
	// Both are created on first use.
	let views: ReturnType<typeof viewNetwork> | undefined;
	let attentive: ReturnType<typeof attentiveNetwork> | undefined;
	const six = (faces: readonly Uint8Array[]) => {
		views ??= viewNetwork(model);
		const placed = faces.map((face) => {
			const pixels = placedViews(face, shape, VIEWS.six, side);
			return tf.tensor4d(pixels, [VIEWS.six.length, side, side, channels]);
		});
		const outputs = views.predict(tf.concat(placed)) as tf.Tensor2D;
		return tf.mean(tf.reshape(outputs, [faces.length, VIEWS.six.length, -1]), 1);
	};
	const run = (faces: readonly Uint8Array[], { tta, attention }: PredictAllOptions): tf.Tensor[] => {
		const pixels = tf.tensor4d(joined(faces), [faces.length, height, width, channels]);
		if (!attention) return [tta ? six(faces) : (model.predict(pixels) as tf.Tensor)];
		attentive ??= attentiveNetwork(model, side);
		const outputs = attentive(pixels);
		return [tta ? six(faces) : outputs.probabilities, outputs.attention];
	};
	return async (faces: readonly Uint8Array[], options: PredictAllOptions): Promise<Reading[]> => {
		const outputs = tf.tidy(() => run(faces, options));
		try {
			const [values, maps] = await Promise.all(outputs.map((output) => output.data<'float32'>()));
			const rowOf = (all: Float32Array, i: number) =>
				all.slice((i * all.length) / faces.length, ((i + 1) * all.length) / faces.length);
			return faces.map((_, i) => {
				if (!maps) return { values: rowOf(values, i) };
				const [, rows, columns] = outputs[1].shape;
				return { values: rowOf(values, i), attention: { values: rowOf(maps, i), height: rows, width: columns } };
			});
		} finally {
			tf.dispose(outputs);
		}
	};
}

function joined(faces: readonly Uint8Array[]): Float32Array {
	const [{ length }] = faces;
	const all = new Float32Array(faces.length * length);
	for (const [i, face] of faces.entries()) all.set(face, i * length);
	return all;
}
