import { type ModelPlace, modelArtifacts, parseModel } from '../../lib/model/modelArtifacts.js';
import type { LoadEmotionModel } from './loadOptions.js';
import { openEmotionModel } from './openEmotionModel.js';
import { weightFiles } from './weightFiles.js';

/** Makes the function that loads a model. @param readFile Reads a file. */
export function loaderWith(readFile: (file: URL) => Promise<ArrayBuffer>): LoadEmotionModel {
	return async (options) => {
		const files = weightFiles(options ?? {});
		const [model, weights] = await Promise.all([readFile(files.model), readFile(files.weights)]);
		const file = parseModel(new TextDecoder().decode(model), PLACE);
		return openEmotionModel(await modelArtifacts(file, weights, PLACE));
	};
}

const PLACE: ModelPlace = {
	of: '',
	remedy: 'Use both files of one folder of dist/weights, unchanged: a server must not send weights.bin as text.',
};

/** What to do if a file of the weights cannot be read. */
export const NAME_FOLDER = 'Name the folder of the weights: loadEmotionModel({ folder }).';

/**
 * Fetches a file.
 * @throws {Error} If the server does not respond or does not send the file.
 */
export async function fetchFile(file: URL): Promise<ArrayBuffer> {
	const response = await fetch(file).catch((cause: Error) => {
		throw new Error(`Expected a response from ${file} but received none (${cause.message}). ${NAME_FOLDER}`, { cause });
	});
	if (response.ok) return response.arrayBuffer();
	throw new Error(`Expected a file from ${file} but received status ${response.status}. ${NAME_FOLDER}`);
}
