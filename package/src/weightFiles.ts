import { invalidArgument } from '../../lib/errors.js';
import type { WeightBits } from './loadOptions.js';

/** URLs of the two files of a model. */
export interface WeightFiles {
	/** The network, and names, shapes and scales of its weights. */
	readonly model: URL;
	readonly weights: URL;
}

/**
 * Returns the URLs of the files: in this package, or in a folder.
 * @param folder Contains `model.json` and `weights.bin`; a relative URL is resolved against the page.
 * @throws {RangeError} If that is not a URL.
 */
export function weightFiles(bits: WeightBits, folder?: string | { readonly href: string }): WeightFiles {
	if (folder !== undefined) return inFolder(folder);
	// Bundlers recognise assets by exactly this form, with the name spelled out.
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

function inFolder(folder: string | { readonly href: string }): WeightFiles {
	// A worker has no document.
	const page = typeof document === 'undefined' ? globalThis.location?.href : document.baseURI;
	const given = typeof folder === 'string' ? folder : String(folder?.href);
	const address = given.replace(/\/?$/, '/');
	if (!URL.canParse(address, page)) {
		throw invalidArgument('folder', 'a URL, such as https://... or file:///...,', given);
	}
	const base = new URL(address, page);
	return { model: new URL('model.json', base), weights: new URL('weights.bin', base) };
}
