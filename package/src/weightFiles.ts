import { invalidArgument } from '../../lib/errors.js';
import type { LoadOptions } from './loadOptions.js';
import type { WeightFiles } from './networkFiles.js';
import { NETWORKS } from './networks.js';

/**
 * Returns the URLs of a model's files: in this package, or in a folder.
 * @throws {RangeError} If there is no such network or number of bits, or the folder is not a URL.
 */
export function weightFiles({ network = 'default', bits = 16, folder }: LoadOptions): WeightFiles {
	const names = Object.keys(NETWORKS);
	if (!names.includes(network)) {
		throw invalidArgument('network', names.map((name) => JSON.stringify(name)).join(' or '), network);
	}
	if (bits !== 16 && bits !== 8) throw invalidArgument('bits', '16 or 8', bits);
	return folder === undefined ? NETWORKS[network][bits]() : inFolder(folder);
}

/** A relative URL is resolved against the page. */
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
