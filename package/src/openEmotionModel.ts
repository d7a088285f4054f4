import * as tf from '@tensorflow/tfjs';
import { VIEWS } from '../../lib/augmentation/views.js';
import { checkFinite, DataError } from '../../lib/errors.js';
import type { AttentionMap } from '../../lib/evaluation/attention/attentionMap.js';
import type { ModelMetadata } from '../../lib/model/modelArtifacts.js';
import { type FaceShape, isFaceShape, sampleFace } from '../../lib/photos/faceCrop.js';
import { attentiveNetwork } from './attentiveNetwork.js';
import type { Emotion } from './emotion.js';
import type { EmotionModel, PredictOptions } from './emotionModel.js';
import { imagePixels, withoutTensor } from './imagePixels.js';
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
	return {
		emotions,
		inputShape,
		async predict(given, options) {
			const { box: face, ...how } = options ?? {};
			checkOpen();
			// Anything but a tensor is read at once: the next frame of a video would be another picture.
			const source = withoutTensor(given);
			const { image, box } = imagePixels(
				source instanceof Promise ? await source : source,
				inputShape,
				face ?? undefined,
			);
			checkOpen();
			const { values, attention } = await read(sampleFace(image, box, inputShape), how);
			const remedy = 'Choose another tfjs backend, or take the weights of this package again: they may be damaged.';
			checkFinite(values, remedy);
			if (attention) checkFinite(attention.values, remedy);
			const best = values.indexOf(Math.max(...values));
			const pairs = emotions.map((emotion, label) => [emotion, values[label]]);
			const probabilities = Object.fromEntries(pairs) as Record<Emotion, number>;
			return { emotion: emotions[best], probabilities, ...(attention && { attention }) };
		},
		dispose() {
			if (!isOpen) return;
			isOpen = false;
			// Not the models: tfjs overcounts the uses of a layer that two models share, and would keep it.
			for (const weight of model.weights) weight.dispose();
		},
	};
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

/** Makes the function that reads a cropped face, averaging the probabilities of its views on request. */
function faceReader(model: tf.LayersModel, shape: FaceShape, side: number) {
	const [height, width, channels] = shape;
	// Both are created on first use.
	let views: ReturnType<typeof viewNetwork> | undefined;
	let attentive: ReturnType<typeof attentiveNetwork> | undefined;
	const six = (face: Uint8Array) => {
		views ??= viewNetwork(model);
		const placed = tf.tensor4d(placedViews(face, shape, VIEWS.six, side), [VIEWS.six.length, side, side, channels]);
		return tf.mean(views.predict(placed) as tf.Tensor, 0);
	};
	const run = (face: Uint8Array, { tta, attention }: PredictOptions): tf.Tensor[] => {
		const pixels = tf.tensor4d(Float32Array.from(face), [1, height, width, channels]);
		if (!attention) return [tta ? six(face) : (model.predict(pixels) as tf.Tensor)];
		attentive ??= attentiveNetwork(model, side);
		const outputs = attentive(pixels);
		return [tta ? six(face) : outputs.probabilities, outputs.attention];
	};
	return async (face: Uint8Array, options: PredictOptions): Promise<Reading> => {
		const outputs = tf.tidy(() => run(face, options));
		try {
			const [values, map] = await Promise.all(outputs.map((output) => output.data<'float32'>()));
			if (!map) return { values };
			const [, rows, columns] = outputs[1].shape;
			return { values, attention: { values: map, height: rows, width: columns } };
		} finally {
			tf.dispose(outputs);
		}
	};
}
