import * as tf from '@tensorflow/tfjs';
import type { Emotion } from '../../lib/emotions.js';
import { cropFace, FACE_SIDE } from '../../lib/faceCrop.js';
import { VIEWS } from '../../lib/views.js';
import type { EmotionModel } from './emotionModel.js';
import { imagePixels } from './imagePixels.js';
import { placedViews } from './placedViews.js';
import { viewNetwork } from './viewNetwork.js';

/** Makes a model ready from its files. */
export async function openEmotionModel(artifacts: tf.io.ModelArtifacts): Promise<EmotionModel> {
	await tf.ready();
	const model = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
	const { emotions, imageSize } = artifacts.userDefinedMetadata as { emotions: Emotion[]; imageSize: number };
	const read = faceReader(model, imageSize);
	return {
		emotions,
		async predict(source, { box: given, tta = false } = {}) {
			const { image, box } = imagePixels(source, given);
			const values = await read(cropFace(image, box), tta);
			const best = values.indexOf(Math.max(...values));
			const pairs = emotions.map((emotion, label) => [emotion, values[label]]);
			return { emotion: emotions[best], probabilities: Object.fromEntries(pairs) as Record<Emotion, number> };
		},
		dispose() {
			// Not the models: tfjs counts for a layer that two of them share one use too many, and would keep it.
			for (const weight of model.weights) weight.dispose();
		},
	};
}

/** Makes the function that gives the probabilities of a cut-out face, averaged over its views where they are wanted. */
function faceReader(model: tf.LayersModel, side: number): (face: Uint8Array, tta: boolean) => Promise<Float32Array> {
	// Of the views; made when they are first wanted.
	let network: tf.LayersModel | undefined;
	const one = (face: Uint8Array) =>
		model.predict(tf.tensor4d(Float32Array.from(face), [1, FACE_SIDE, FACE_SIDE, 1])) as tf.Tensor;
	const six = (face: Uint8Array) => {
		network ??= viewNetwork(model);
		const views = tf.tensor4d(placedViews(face, VIEWS.six, side), [VIEWS.six.length, side, side, 1]);
		return tf.mean(network.predict(views) as tf.Tensor, 0);
	};
	return async (face, tta) => {
		const output = tf.tidy(() => (tta ? six(face) : one(face)));
		try {
			return await output.data<'float32'>();
		} finally {
			output.dispose();
		}
	};
}
