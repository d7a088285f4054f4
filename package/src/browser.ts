import { fetchFile, loaderWith } from './loadEmotionModel.js';
import type { LoadEmotionModel } from './loadOptions.js';

export * from './api.js';

/**
 * Loads the network and its weights, which the bundler has placed beside this file.
 * @throws {Error} If they cannot be fetched, or were changed.
 */
export const loadEmotionModel: LoadEmotionModel = loaderWith(fetchFile);
