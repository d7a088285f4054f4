// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import fer from '../../dist/lib/index.js';

/** Side in pixels of the images that the network takes. */
export const IMAGE_SIZE = 96;

/**
 * Stores a model as `npx fer train` does: EfficientNet-Lite0 with the ImageNet weights of the set-up, and an untrained head.
 * @param {string} folder
 * @param {{emotions?: readonly string[], imageShape?: readonly [number, number, number], name?: string}} [kind] Its classes,
 * the faces that it takes, and the name of the data that it is said to have learnt.
 */
export async function storeStandIn(folder, kind = {}) {
	const { emotions = fer.EMOTIONS, imageShape = /** @type {const} */ ([48, 48, 1]), name = 'FER2013' } = kind;
	const backbone = fer.BACKBONES['efficientnet-lite0'];
	const head = { classes: emotions.length, dropoutRate: 0.3, seed: 1 };
	const classifier = await fer.createClassifier(backbone.name, head);
	const options = { backbone, imageSize: IMAGE_SIZE, imageShape, emotions };
	const model = await fer.exportModel(classifier.model, options);
	await fer.saveModel(model, folder, { bits: 16 });
	model.dispose();
	classifier.model.dispose();
	const config = fer.createConfig('full', { imageSize: IMAGE_SIZE });
	const metrics = { config, part: 'test', dataset: { name, drawn: false, fingerprint: '' } };
	fs.writeFileSync(path.join(folder, 'metrics.json'), JSON.stringify(metrics));
}
