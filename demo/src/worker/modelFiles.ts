import type * as tf from '@tensorflow/tfjs';
import { modelArtifacts } from '../../../package/src/modelArtifacts.js';

/** Called with the fraction downloaded, 0 to 1. */
export type OnProgress = (fraction: number) => void;

/**
 * Fetches the model's two files.
 * @param site URL of the page's folder.
 * @throws {Error} If the server does not send them.
 */
export async function fetchModel(site: string, onProgress: OnProgress): Promise<tf.io.ModelArtifacts> {
	const [model, weights] = await Promise.all([
		fetchFile(site, 'model/model.json', () => {}),
		fetchFile(site, 'model/weights.bin', onProgress),
	]);
	return modelArtifacts(new TextDecoder().decode(model), weights);
}

async function fetchFile(site: string, path: string, onProgress: OnProgress): Promise<ArrayBuffer> {
	const response = await fetch(new URL(path, site));
	if (!response.ok || !response.body) throw new Error(`The server did not send ${path} (${response.status}).`);
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
