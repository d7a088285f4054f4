// The package exports these types, which therefore use none of the DOM or of Node.
import type { EmotionModel } from './emotionModel.js';
import type { Network } from './network.js';

/** Bits of each weight in a stored model. */
export type WeightBits = 8 | 16;

/** Options of loading. */
export interface LoadOptions {
	/** Which network of this package. Default `'default'`, the most accurate. */
	readonly network?: Network;
	/** Bits of a weight: 16, or 8 for about half the download at a small cost in accuracy. Default 16. */
	readonly bits?: WeightBits;
	/**
	 * URL of a folder with `model.json` and `weights.bin`, copied from `dist/weights` of this package, for bundlers that do
	 * not copy such files and for your own server; a string or a URL. Default: the files in this package.
	 */
	readonly folder?: string | { readonly href: string };
}

/** Loads a model from its files. */
export type LoadEmotionModel = (options?: LoadOptions) => Promise<EmotionModel>;
