import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { DataError } from '../../errors';
import { tf } from '../../tensorflow/tf';
import type { Backbone, PretrainedFile, StoredTensor, WeightMap, WeightName } from '../backbones/backbone';
import { readH5 } from './h5';
import { readTorch } from './torch';

/** Folders in which a virtual environment keeps its packages. */
function sitePackages(projectFolder: string): string[] {
	const lib = join(projectFolder, '.venv', 'lib');
	const pythons = existsSync(lib) ? readdirSync(lib).filter((name) => name.startsWith('python')) : [];
	return pythons.map((python) => join(lib, python, 'site-packages'));
}

/**
 * Says where a backbone's pretrained weights lie.
 * @param file The record of the backbone.
 * @param projectFolder The folder that holds `.venv` and `data`.
 * @returns The path: in `data/weights`, or in the Python package that the set-up installs for EfficientNet-Lite0; undefined if in neither.
 */
export function findPretrained(file: PretrainedFile, projectFolder: string): string | undefined {
	const places = [join(projectFolder, 'data', 'weights', file.fileName)];
	for (const folder of file.pythonPackage ? sitePackages(projectFolder) : []) {
		places.push(join(folder, file.pythonPackage as string, 'models', file.fileName));
	}
	return places.find((place) => existsSync(place));
}

/**
 * Reads a weight file by its ending: .h5 (Keras) or .pth (legacy torch).
 * @param published The checksum it must have, if any.
 * @throws {DataError} If it has another one, or it cannot be read.
 */
export async function readWeights(path: string, published: Checksum = {}): Promise<WeightMap> {
	await verify(path, 'SHA-256', published.sha256);
	await verify(path, 'MD5', published.md5);
	return extname(path) === '.h5' ? readH5(path) : readTorch(path);
}

type Checksum = Pick<PretrainedFile, 'sha256' | 'md5'>;

async function verify(path: string, kind: 'SHA-256' | 'MD5', expected: string | undefined): Promise<void> {
	if (!expected) return;
	const found = createHash(kind.replace('-', ''))
		.update(await readFile(path))
		.digest('hex');
	if (found !== expected) {
		throw new DataError(`${kind} ${expected}`, basename(path), found, 'Delete the file and fetch it again.');
	}
}

/** A weight's name by layer and kind: tfjs calls it `block1_conv/kernel` or `block1_bn/moving_mean`. */
function splitName(name: string): [layer: string, weight: WeightName] {
	const slash = name.lastIndexOf('/');
	return [name.slice(0, slash), name.slice(slash + 1) as WeightName];
}

/** The difference between a weight and what the file holds for it, in words; undefined if they agree. */
function difference(name: string, shape: readonly (number | null)[], stored: StoredTensor | undefined) {
	if (!stored) return `${name} is missing`;
	return `${shape}` === `${stored.shape}` ? undefined : `${name} is [${stored.shape}] instead of [${shape}]`;
}

/**
 * Sets a backbone's weights from a file.
 * @param model As built by `backbone.build`.
 * @param path The weight file; its checksum is compared where it is the published one by name.
 * @throws {DataError} If weights are missing or have other shapes: names the first five; the model stays as it was.
 */
export async function loadPretrained(model: tf.LayersModel, backbone: Backbone, path: string): Promise<void> {
	const published = basename(path) === backbone.pretrained.fileName;
	const file = await readWeights(path, published ? backbone.pretrained : {});
	const stored = model.weights.map((weight) => backbone.find(file, ...splitName(weight.originalName)));
	const differences = model.weights
		.map((weight, i) => difference(weight.originalName, weight.shape, stored[i]))
		.filter((text) => text !== undefined);
	if (differences.length > 0) {
		const found = `${differences.length} that differ: ${differences.slice(0, 5).join('; ')}`;
		throw new DataError(
			`the weights of ${backbone.name}`,
			basename(path),
			found,
			'Take the file made for this network.',
		);
	}
	const tensors = stored.map((tensor) =>
		tf.tensor((tensor as StoredTensor).values, [...(tensor as StoredTensor).shape]),
	);
	model.setWeights(tensors);
	tf.dispose(tensors);
}
