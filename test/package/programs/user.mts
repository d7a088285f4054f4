// Compiled, not run: what a person's TypeScript sees of the package.
import { type Box, type Emotion, type EmotionModel, loadEmotionModel } from 'fer-emotion-model';

const model: EmotionModel = await loadEmotionModel({ bits: 8 });
const box: Box = { left: 0, top: 0, width: 48, height: 48 };
const pixels = new Uint8Array(48 * 48);
const { emotion, probabilities } = await model.predict({ pixels, width: 48, height: 48 }, { box, tta: true });
const name: Emotion = emotion;
const chance: number = probabilities.happy + probabilities[name];
await model.predict(document.createElement('video'));
await model.predict(new ImageData(48, 48));
// @ts-expect-error: there are weights in 16 and 8 bits alone.
await loadEmotionModel({ bits: 4 });
// @ts-expect-error: an address is no image.
await model.predict('face.jpg');
// @ts-expect-error: there is no such emotion.
probabilities.contempt;

export { chance };
