import * as tf from '@tensorflow/tfjs';
import { VIEWS } from '../../lib/augmentation/views.js';
import type { Emotion } from '../../lib/emotions.js';
import type { AttentionMap } from '../../lib/evaluation/attention/attentionMap.js';
import { cropFace, FACE_SIDE } from '../../lib/photos/faceCrop.js';
import { attentiveNetwork } from './attentiveNetwork.js';
import type { EmotionModel, PredictOptions } from './emotionModel.js';
import { imagePixels } from './imagePixels.js';
import { placedViews } from './placedViews.js';
import { viewNetwork } from './viewNetwork.js';

/** Opens a model from its files. */
export async function openEmotionModel(artifacts: tf.io.ModelArtifacts): Promise<EmotionModel> {
	await tf.ready();
	const model = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
	const { emotions, imageSize } = artifacts.userDefinedMetadata as { emotions: Emotion[]; imageSize: number };
	const read = faceReader(model, imageSize);
	return {
		emotions,
		async predict(source, { box: given, ...options } = {}) {
			const { image, box } = imagePixels(source, given);
			const { values, attention } = await read(cropFace(image, box), options);
			const best = values.indexOf(Math.max(...values));
			const pairs = emotions.map((emotion, label) => [emotion, values[label]]);
			const probabilities = Object.fromEntries(pairs) as Record<Emotion, number>;
			return { emotion: emotions[best], probabilities, ...(attention && { attention }) };
		},
		dispose() {
			// Not the models: tfjs overcounts the uses of a layer that two models share, and would keep it.
			for (const weight of model.weights) weight.dispose();
		},
	};
}

/** Outputs for a cropped face. */
interface Reading {
	/** Probabilities. */
	readonly values: Float32Array;
	readonly attention?: AttentionMap;
}

/** Makes the function that reads a cropped face, averaging the probabilities of its views on request. */
function faceReader(model: tf.LayersModel, side: number) {
	// Both are created on first use.
	let views: ReturnType<typeof viewNetwork> | undefined;
	let attentive: ReturnType<typeof attentiveNetwork> | undefined;
	const six = (face: Uint8Array) => {
		views ??= viewNetwork(model);
		const placed = tf.tensor4d(placedViews(face, VIEWS.six, side), [VIEWS.six.length, side, side, 1]);
		return tf.mean(views.predict(placed) as tf.Tensor, 0);
	};
	const run = (face: Uint8Array, { tta, attention }: PredictOptions): tf.Tensor[] => {
		const pixels = tf.tensor4d(Float32Array.from(face), [1, FACE_SIDE, FACE_SIDE, 1]);
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
			const [, height, width] = outputs[1].shape;
			return { values, attention: { values: map, height, width } };
		} finally {
			tf.dispose(outputs);
		}
	};
}
