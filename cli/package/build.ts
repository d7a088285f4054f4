import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Places } from '../demo/assets';
import { PROJECT_FOLDER } from '../projectFolder';
import { runNpm } from '../runProgram';
import { bundleSource } from './bundle';
import { writeTypes } from './types';
import { storeWeights } from './weights';

/** A packed npm package. */
export interface Packed {
	readonly file: string;
	readonly bytes: number;
	/** Bytes of the weights, by bits. */
	readonly weightBytes: Readonly<Record<number, number>>;
}

/**
 * Builds the npm package in `folder`, anew, and packs it.
 * @param onStatus Receives the name of each step.
 */
export async function buildPackage(places: Places, onStatus: (status: string) => void = () => {}): Promise<Packed> {
	const { modelFolder, folder } = places;
	const contents = join(folder, 'contents');
	const dist = join(contents, 'dist');
	rmSync(contents, { recursive: true, force: true });
	mkdirSync(dist, { recursive: true });
	onStatus('weights');
	const weightBytes = await storeWeights({ modelFolder, folder: join(dist, 'weights') });
	onStatus('program');
	await bundleSource(dist);
	onStatus('types');
	await writeTypes(dist);
	for (const name of ['package.json', 'README.md']) {
		copyFileSync(join(PROJECT_FOLDER, 'package', name), join(contents, name));
	}
	copyFileSync(join(PROJECT_FOLDER, 'LICENSE'), join(contents, 'LICENSE'));
	onStatus('packing');
	const options = { cwd: contents, logFile: join(folder, 'npm-pack.log') };
	await runNpm(['pack', '--pack-destination', folder, '--ignore-scripts'], options);
	const { name, version } = JSON.parse(readFileSync(join(contents, 'package.json'), 'utf8'));
	const file = join(folder, `${name}-${version}.tgz`);
	return { file, bytes: statSync(file).size, weightBytes };
}
