// @ts-check
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import fer from '../../dist/lib/index.js';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
/** Side in pixels of the images that the network takes. */
export const IMAGE_SIZE = 96;

/**
 * Stores a model as `fer train` does: EfficientNet-Lite0 with the ImageNet weights of the set-up, and an untrained head.
 * @param {string} folder
 * @param {readonly string[]} [emotions]
 */
export async function storeStandIn(folder, emotions = fer.EMOTIONS) {
	const backbone = fer.backbone('efficientnet-lite0');
	const weights = fer.findPretrained(backbone.pretrained, ROOT);
	if (!weights) throw new Error('Expected the weights of EfficientNet-Lite0 in .venv but found none. npm run setup');
	const head = { classes: emotions.length, dropoutRate: 0.3, stochasticDepthRate: 0, seed: 1 };
	const classifier = fer.buildClassifier(backbone, head);
	await fer.loadPretrained(classifier.base, backbone, weights);
	const options = { backbone, imageSize: IMAGE_SIZE, imageShape: /** @type {const} */ ([48, 48, 1]), emotions };
	const model = await fer.emotionModel(classifier.model, options);
	await fer.saveModel(model, folder, { bits: 16 });
	model.dispose();
	classifier.model.dispose();
}
