import type * as tf from '@tensorflow/tfjs';
import { type ModelPlace, modelArtifacts, parseModel } from '../../../lib/model/modelArtifacts.js';
import { fetchSiteFile, unexpected } from '../siteFile.js';

/** Called with the fraction downloaded, 0 to 1. */
export type OnProgress = (fraction: number) => void;

/**
 * Fetches a model's two files.
 * @param site URL of the page's folder.
 * @param folder The model's folder, relative to it.
 * @throws {Error} If the server does not send them, or sends others than were built into the page.
 */
export async function fetchModel(site: string, folder: string, onProgress: OnProgress): Promise<tf.io.ModelArtifacts> {
	const [model, weights] = await Promise.all([
		fetchFile(site, `${folder}/model.json`, () => {}),
		fetchFile(site, `${folder}/weights.bin`, onProgress),
	]);
	return modelArtifacts(parseModel(new TextDecoder().decode(model), PLACE), weights, PLACE);
}

const PLACE: ModelPlace = { of: '', remedy: 'The server must send the files of the page unchanged, and not as text.' };

async function fetchFile(site: string, path: string, onProgress: OnProgress): Promise<ArrayBuffer> {
	const response = await fetchSiteFile(path, site);
	if (!response.body) throw unexpected(path, 'an empty response');
	// With compression, content-length is that of the compressed file: progress is then unknown.
	const length = response.headers.get('content-encoding') ? 0 : Number(response.headers.get('content-length'));
	const parts: BlobPart[] = [];
	let received = 0;
	for (const reader = response.body.getReader(); ; ) {
		const { value } = await reader.read();
		if (!value) break;
		parts.push(value);
		received += value.byteLength;
		if (length > 0) onProgress(received / length);
	}
	return new Blob(parts).arrayBuffer();
}
