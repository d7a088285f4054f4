// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { Problem } from '../setup/problem.mjs';

/** Bits of each weight in the two models that the package ships. */
export const WEIGHT_BITS = /** @type {const} */ ([16, 8]);

/**
 * Stores a trained model once for each number of bits, in folders named by it.
 * @param {typeof import('../../dist/index.js')} fer
 * @param {{modelFolder: string, folder: string}} places
 * @returns {Promise<Record<number, number>>} Bytes of the weights, by bits.
 * @throws {Problem} If there is no model, or not one for FER2013's faces.
 */
export async function storeWeights(fer, { modelFolder, folder }) {
	const shown = path.relative(process.cwd(), modelFolder) || modelFolder;
	if (!fs.existsSync(path.join(modelFolder, 'model.json'))) {
		throw new Problem(
			`There is no trained model in ${shown}. Name one: npm run package -- --model runs/NAME/model (npm run train makes it).`,
		);
	}
	const model = await fer.loadModel(modelFolder);
	try {
		checkModel(fer, model, shown);
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
 * @param {typeof import('../../dist/index.js')} fer
 * @param {import('../../dist/index.js').tf.LayersModel} model
 * @param {string} shown
 */
function checkModel(fer, model, shown) {
	const { emotions } = /** @type {{emotions?: string[]}} */ (model.getUserDefinedMetadata() ?? {});
	const found = `[${model.inputs[0].shape.slice(1)}] to ${emotions?.join(', ')}`;
	const expected = `[48,48,1] to ${fer.EMOTIONS.join(', ')}`;
	if (found === expected) return;
	throw new Problem(
		`Expected a model from ${expected} in ${shown} but received one from ${found}. Train it on FER2013.`,
	);
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
