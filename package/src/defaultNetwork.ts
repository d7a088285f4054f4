import type { NetworkFiles } from './networkFiles.js';

/** The files of the network that every package has. Bundlers recognise assets by exactly this form, with the name spelled out. */
export const DEFAULT_NETWORK: NetworkFiles = {
	16: () => ({
		model: new URL('./weights/default/16/model.json', import.meta.url),
		weights: new URL('./weights/default/16/weights.bin', import.meta.url),
	}),
	8: () => ({
		model: new URL('./weights/default/8/model.json', import.meta.url),
		weights: new URL('./weights/default/8/weights.bin', import.meta.url),
	}),
};
