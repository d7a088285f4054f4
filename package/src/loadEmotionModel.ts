import { invalidArgument } from '../../lib/errors.js';
import type { EmotionModel } from './emotionModel.js';
import { modelArtifacts } from './modelArtifacts.js';
import { openEmotionModel } from './openEmotionModel.js';
import { type WeightBits, weightFiles } from './weightFiles.js';

/** Which weights are loaded. */
export interface LoadOptions {
	/** 16, or 8 for about half the download at a small cost in accuracy. Default 16. */
	readonly bits?: WeightBits;
	/**
	 * Address of a folder with `model.json` and `weights.bin`, copied from `dist/weights/16` or `8` of this package. Only for
	 * bundlers that leave such files behind, and servers of one's own; by default they are found by themselves.
	 */
	readonly folder?: string | URL;
}

/** Loads a model. */
export type LoadEmotionModel = (options?: LoadOptions) => Promise<EmotionModel>;

/** Makes the function that loads a model, from one that reads a file. */
export function loaderWith(readFile: (file: URL) => Promise<ArrayBuffer>): LoadEmotionModel {
	return async ({ bits = 16, folder } = {}) => {
		if (bits !== 16 && bits !== 8) throw invalidArgument('bits', '16 or 8', bits);
		const files = weightFiles(bits, folder);
		const [model, weights] = await Promise.all([readFile(files.model), readFile(files.weights)]);
		return openEmotionModel(modelArtifacts(new TextDecoder().decode(model), weights));
	};
}

/**
 * Fetches a file.
 * @throws {Error} If there is no answer, or it is none with a file.
 */
export async function fetchFile(file: URL): Promise<ArrayBuffer> {
	const remedy = 'Say where the weights lie: loadEmotionModel({ folder }).';
	const response = await fetch(file).catch((cause: Error) => {
		throw new Error(`Expected an answer from ${file} but received none (${cause.message}). ${remedy}`, { cause });
	});
	if (response.ok) return response.arrayBuffer();
	throw new Error(`Expected a file from ${file} but received status ${response.status}. ${remedy}`);
}
