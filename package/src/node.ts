import { readFile } from 'node:fs/promises';
import nodeUtil from 'node:util';
import { fetchFile, loaderWith, NAME_FOLDER } from './loadEmotionModel.js';
import type { LoadEmotionModel } from './loadOptions.js';

export * from './api.js';

// Node 23 removed two functions that tfjs-node 4.22 still calls: restore them, as they were.
const util = nodeUtil as unknown as Record<string, unknown>;
util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
util.isArray ??= Array.isArray;

/**
 * Loads the network and its weights from this package.
 * @throws {Error} If they cannot be read, or were changed.
 */
export const loadEmotionModel: LoadEmotionModel = loaderWith(async (file) => {
	if (file.protocol !== 'file:') return fetchFile(file);
	const { buffer, byteOffset, byteLength } = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
		// Bundlers for servers move the program away from its weights.
		const remedy = `Leave fer-emotion-model out of the bundle (serverExternalPackages in Next.js). Or: ${NAME_FOLDER}`;
		throw new Error(`Expected a file at ${file} but received ${cause.code}. ${remedy}`, { cause });
	});
	// Node reads small files into a shared buffer.
	return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
});
