import { readFile } from 'node:fs/promises';
import { fetchFile, type LoadEmotionModel, loaderWith } from './loadEmotionModel.js';

export * from './api.js';

/**
 * Loads the network and its weights from this package.
 * @throws {Error} If they cannot be read.
 */
export const loadEmotionModel: LoadEmotionModel = loaderWith(async (file) => {
	if (file.protocol !== 'file:') return fetchFile(file);
	const { buffer, byteOffset, byteLength } = await readFile(file);
	// Node reads small files into a shared buffer.
	return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
});
