// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { Problem } from '../scripts/setup/problem.mjs';

/**
 * Loads a trained model that is to be given to others; they hand it grey faces as FER2013 has them.
 * @param {typeof import('../dist/lib/index.js')} fer
 * @param {string} folder Holds `model.json` and `weights.bin`.
 * @param {string} command What its user called, for the remedy.
 * @returns The model; the caller disposes it.
 * @throws {Problem} If there is no model, or not one for FER2013's faces.
 */
export async function loadFaceModel(fer, folder, command) {
	const shown = path.relative(process.cwd(), folder) || folder;
	if (!fs.existsSync(path.join(folder, 'model.json'))) {
		throw new Problem(
			`There is no trained model in ${shown}. Name one: ${command} -- --model runs/NAME/model (npm run train makes it).`,
		);
	}
	const model = await fer.loadModel(folder);
	const { emotions } = /** @type {{emotions?: string[]}} */ (model.getUserDefinedMetadata() ?? {});
	const found = `[${model.inputs[0].shape.slice(1)}] to ${emotions?.join(', ')}`;
	const expected = `[48,48,1] to ${fer.EMOTIONS.join(', ')}`;
	if (found === expected) return model;
	model.dispose();
	throw new Problem(
		`Expected a model from ${expected} in ${shown} but received one from ${found}. Train it on FER2013.`,
	);
}
