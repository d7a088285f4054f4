import type { WeightBits } from './loadOptions.js';

/** URLs of the two files of a model. */
export interface WeightFiles {
	/** The network, and names, shapes and scales of its weights. */
	readonly model: URL;
	readonly weights: URL;
}

/** The files of a network by the bits of its weights, found when they are asked for: in some bundles a file has no URL. */
export type NetworkFiles = Readonly<Record<WeightBits, () => WeightFiles>>;
