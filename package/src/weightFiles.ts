import { invalidArgument } from '../../lib/errors.js';

/** Bits of each weight in a stored model. */
export type WeightBits = 8 | 16;

/** Where the two files of a model lie. */
export interface WeightFiles {
	/** The network and the names, shapes and scales of its weights. */
	readonly model: URL;
	readonly weights: URL;
}

/**
 * Says where the files lie: beside this one, or in a folder of the caller's.
 * @param folder Holds `model.json` and `weights.bin`; a relative address is one of the page's.
 * @throws {RangeError} If that is no address.
 */
export function weightFiles(bits: WeightBits, folder?: string | URL): WeightFiles {
	if (folder !== undefined) return inFolder(folder);
	// Bundlers find assets by exactly this form, with the name written out.
	if (bits === 8) {
		return {
			model: new URL('./weights/8/model.json', import.meta.url),
			weights: new URL('./weights/8/weights.bin', import.meta.url),
		};
	}
	return {
		model: new URL('./weights/16/model.json', import.meta.url),
		weights: new URL('./weights/16/weights.bin', import.meta.url),
	};
}

function inFolder(folder: string | URL): WeightFiles {
	// A worker has no document.
	const page = typeof document === 'undefined' ? globalThis.location?.href : document.baseURI;
	const address = String(folder).replace(/\/?$/, '/');
	if (!URL.canParse(address, page)) {
		throw invalidArgument('folder', 'an address, such as https://... or file:///...,', String(folder));
	}
	const base = new URL(address, page);
	return { model: new URL('model.json', base), weights: new URL('weights.bin', base) };
}
