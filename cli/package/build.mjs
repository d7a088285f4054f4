// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../scripts/setup/paths.mjs';
import { stepFailed } from '../../scripts/setup/problem.mjs';
import { runLogged } from '../../scripts/setup/processes.mjs';
import { npmCommand } from '../../scripts/setup/registry.mjs';
import { bundleSource } from './bundle.mjs';
import { writeTypes } from './types.mjs';
import { storeWeights } from './weights.mjs';

/**
 * Builds the npm package and packs it.
 * @param {typeof import('../../dist/lib/index.js')} fer
 * @param {object} options
 * @param {string} options.modelFolder A trained model: `model.json` and `weights.bin`.
 * @param {string} options.folder Where the package is put together, anew, and packed.
 * @param {(status: string) => void} [options.onStatus] Learns what is being done.
 * @returns {Promise<{file: string, bytes: number, weightBytes: Record<number, number>}>} The packed file and sizes.
 */
export async function buildPackage(fer, { modelFolder, folder, onStatus = () => {} }) {
	const contents = path.join(folder, 'contents');
	const dist = path.join(contents, 'dist');
	fs.rmSync(contents, { recursive: true, force: true });
	fs.mkdirSync(dist, { recursive: true });
	onStatus('weights');
	const weightBytes = await storeWeights(fer, { modelFolder, folder: path.join(dist, 'weights') });
	onStatus('program');
	await bundleSource(dist);
	onStatus('types');
	await writeTypes(dist);
	for (const name of ['package.json', 'README.md']) {
		fs.copyFileSync(path.join(ROOT, 'package', name), path.join(contents, name));
	}
	fs.copyFileSync(path.join(ROOT, 'LICENSE'), path.join(contents, 'LICENSE'));
	onStatus('packing');
	const file = await pack(contents, folder);
	return { file, bytes: fs.statSync(file).size, weightBytes };
}

/**
 * @param {string} contents
 * @param {string} folder
 * @returns {Promise<string>} The packed file.
 */
async function pack(contents, folder) {
	const npm = npmCommand();
	const logFile = path.join(folder, 'npm-pack.log');
	const args = [...npm.args, 'pack', '--pack-destination', folder, '--ignore-scripts'];
	const result = await runLogged(npm.command, args, { cwd: contents, logFile });
	if (result.code !== 0) stepFailed('npm pack', result, logFile);
	const { name, version } = JSON.parse(fs.readFileSync(path.join(contents, 'package.json'), 'utf8'));
	return path.join(folder, `${name}-${version}.tgz`);
}
