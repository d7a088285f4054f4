// Compiled, not run: what a program for Node sees of the package, without the types of the DOM.
import { type EmotionModel, type EmotionPrediction, loadEmotionModel } from 'fer-emotion-model';

const model: EmotionModel = await loadEmotionModel({ bits: 8, folder: 'file:///weights' });
const prediction: EmotionPrediction = await model.predict({ pixels: new Uint8Array(48 * 48), width: 48, height: 48 });
const chance: number = prediction.probabilities.happy;
await model.predict({ data: [1, 2, 3], width: 1, height: 1 });
declare const tensor: {
	shape: [number, number, number];
	dtype: 'float32';
	isDisposed: boolean;
	data(): Promise<Float32Array>;
};
await model.predict(tensor);
// @ts-expect-error: a text is no pixels, and there is no height.
await model.predict({ pixels: 'no', width: 1 });
// @ts-expect-error: a number is no image.
await model.predict(7);
// @ts-expect-error: there are weights in 16 and 8 bits alone.
await loadEmotionModel({ bits: 4 });

export { chance };
