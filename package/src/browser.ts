import { fetchFile, type LoadEmotionModel, loaderWith } from './loadEmotionModel.js';

export * from './api.js';

/**
 * Loads the network and its weights from beside this file, as the bundler has placed them.
 * @throws {Error} If they cannot be fetched.
 */
export const loadEmotionModel: LoadEmotionModel = loaderWith(fetchFile);
