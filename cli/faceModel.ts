import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EMOTIONS } from '../lib/emotions';
import { loadModel } from '../lib/model/modelFile';
import type { tf } from '../lib/tensorflow/tf';
import { Problem } from './problem';
import { shownPath } from './projectFolder';

/**
 * Loads a trained model for programs that pass it grey faces in FER2013's format.
 * @param folder Holds `model.json` and `weights.bin`.
 * @param command The user's command, for the remedy: `npx fer demo`.
 * @returns The model; the caller disposes it.
 * @throws {Problem} If there is no model, or it does not take FER2013's faces.
 */
export async function loadFaceModel(folder: string, command: string): Promise<tf.LayersModel> {
	const shown = shownPath(folder);
	if (statSync(folder, { throwIfNoEntry: false })?.isFile()) {
		throw new Problem(`Expected the folder of a model for --model but received a file: ${shown}. Name its folder.`);
	}
	if (!existsSync(join(folder, 'model.json'))) {
		const remedy = `Choose one: ${command} --model runs/NAME/model (npx fer train writes it).`;
		throw new Problem(`There is no trained model in ${shown}. ${remedy}`);
	}
	const model = await loadModel(folder);
	const { emotions } = (model.getUserDefinedMetadata() ?? {}) as { emotions?: string[] };
	const found = `[${model.inputs[0].shape.slice(1)}] to ${emotions?.join(', ')}`;
	const expected = `[48,48,1] to ${EMOTIONS.join(', ')}`;
	if (found === expected) return model;
	model.dispose();
	throw new Problem(
		`Expected a model from ${expected} in ${shown} but received one from ${found}. Train it on FER2013.`,
	);
}
