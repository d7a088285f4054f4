import { DEFAULT_NETWORK } from './defaultNetwork.js';
import type { NetworkFiles } from './networkFiles.js';

/** The networks in the published package, by the name under which they are loaded. */
export const NETWORKS: Readonly<Record<string, NetworkFiles>> = {
	default: DEFAULT_NETWORK,
	small: {
		16: () => ({
			model: new URL('./weights/small/16/model.json', import.meta.url),
			weights: new URL('./weights/small/16/weights.bin', import.meta.url),
		}),
		8: () => ({
			model: new URL('./weights/small/8/model.json', import.meta.url),
			weights: new URL('./weights/small/8/weights.bin', import.meta.url),
		}),
	},
};
