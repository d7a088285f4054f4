// @ts-check
import fer from '../../dist/lib/index.js';

/** Side in pixels of the images that the network takes. */
export const IMAGE_SIZE = 96;

/**
 * Stores a model as `npx fer train` does: EfficientNet-Lite0 with the ImageNet weights of the set-up, and an untrained head.
 * @param {string} folder
 * @param {readonly string[]} [emotions]
 */
export async function storeStandIn(folder, emotions = fer.EMOTIONS) {
	const backbone = fer.BACKBONES['efficientnet-lite0'];
	const head = { classes: emotions.length, dropoutRate: 0.3, seed: 1 };
	const classifier = await fer.createClassifier(backbone.name, head);
	const options = { backbone, imageSize: IMAGE_SIZE, imageShape: /** @type {const} */ ([48, 48, 1]), emotions };
	const model = await fer.exportModel(classifier.model, options);
	await fer.saveModel(model, folder, { bits: 16 });
	model.dispose();
	classifier.model.dispose();
}
