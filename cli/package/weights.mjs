// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { loadFaceModel } from '../faceModel.mjs';

/** Bits of each weight in the two models that the package ships. */
export const WEIGHT_BITS = /** @type {const} */ ([16, 8]);

/**
 * Stores a trained model once for each number of bits, in folders named by it.
 * @param {typeof import('../../dist/lib/index.js')} fer
 * @param {{modelFolder: string, folder: string}} places
 * @returns {Promise<Record<number, number>>} Bytes of the weights, by bits.
 * @throws {import('../../scripts/setup/problem.mjs').Problem} If there is no model, or not one for FER2013's faces.
 */
export async function storeWeights(fer, { modelFolder, folder }) {
	const model = await loadFaceModel(fer, modelFolder, 'npm run package');
	try {
		/** @type {Record<number, number>} */
		const bytes = {};
		for (const bits of WEIGHT_BITS) {
			const place = path.join(folder, String(bits));
			bytes[bits] = await fer.saveModel(model, place, { bits });
			keepMetrics(modelFolder, place);
		}
		return bytes;
	} finally {
		model.dispose();
	}
}

/**
 * With its metrics beside it, a folder is one that `npm run evaluate` takes: that tells what the bits cost.
 * @param {string} modelFolder
 * @param {string} place
 */
function keepMetrics(modelFolder, place) {
	const metrics = path.join(modelFolder, 'metrics.json');
	if (fs.existsSync(metrics)) fs.copyFileSync(metrics, path.join(place, 'metrics.json'));
}
