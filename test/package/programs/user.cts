// Compiled, not run: what a person's TypeScript sees of the package where it compiles to CommonJS.
import fer = require('fer-emotion-model');

import { type EmotionPrediction, loadEmotionModel } from 'fer-emotion-model';

export async function happiness(pixels: Uint8Array): Promise<number> {
	const model = await fer.loadEmotionModel();
	const prediction: EmotionPrediction = await model.predict({ data: pixels, width: 48, height: 48, channels: 1 });
	return prediction.probabilities.happy;
}
// @ts-expect-error: it is a promise.
loadEmotionModel().predict;
