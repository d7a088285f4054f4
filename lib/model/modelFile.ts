import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Float16Array } from '@petamoriken/float16';
import { writeFileAtomically } from '../atomicFile';
import { DataError } from '../errors';
import { folderOf, readStoredFile } from '../storedFile';
import { fuseRelus } from '../tensorflow/fusedLayers';
import { recordPredict } from '../tensorflow/recordedModel';
import { onDevice, tf } from '../tensorflow/tf';
import { type ModelPlace, modelArtifacts, parseModel, type WeightsRecord } from './modelArtifacts';

type ModelArtifacts = Parameters<Parameters<typeof tf.io.withSaveHandler>[0]>[0];
type WeightSpec = NonNullable<ModelArtifacts['weightSpecs']>[number];

const MODEL = 'model.json';
const WEIGHTS = 'weights.bin';

type Bits = 8 | 16 | 32;
/** A weight's bytes and their encoding, by default none. */
type Encoded = Pick<WeightSpec, 'quantization'> & { readonly data: Uint8Array };

/** With smaller weights in 8 bits too, EfficientNet-Lite0 has 3.6 instead of 3.9 MB, but less accurate features. */
const LEAST_IN_8_BITS = 2 ** 16;

/**
 * Saves a model as `model.json` and `weights.bin`, which any tfjs loads; returns the size of the weights in bytes. The
 * metadata of `model.json` record the length and SHA-256 of `weights.bin`.
 * @param options.bits Bits of each weight: 32 as trained; 16 for half the size; or 8 for about a quarter, at some cost in
 *   accuracy. With 8, only large kernels are stored in 8 bits: tfjs has one scale for a whole weight, and the channels of a
 *   depthwise kernel differ too much for that (Krishnamoorthi 2018, arXiv:1806.08342). tfjs widens all of them on loading.
 * @throws {DataError} If `bits` is below 32 and a weight is not finite or exceeds the range of 16 bits (65,504).
 * @example
 * ```ts
 * const bytes = await fer.saveModel(run.classifier.model, folder, { bits: 16 }); // 6843982
 * ```
 */
export async function saveModel(model: tf.LayersModel, folder: string, { bits }: { bits: Bits }): Promise<number> {
	await mkdir(folder, { recursive: true });
	let bytes = 0;
	const handler = tf.io.withSaveHandler(async ({ modelTopology, weightSpecs = [], weightData, ...about }) => {
		const values = new Float32Array(tf.io.CompositeArrayBuffer.join(weightData));
		const encoded = encode(values, weightSpecs, bits);
		const data = encoded.map((each) => each.data);
		const weights = weightSpecs.map((spec, i) => ({ ...spec, quantization: encoded[i].quantization }));
		bytes = data.reduce((sum, { byteLength }) => sum + byteLength, 0);
		const { format, generatedBy, convertedBy } = about;
		const userDefinedMetadata = { ...about.userDefinedMetadata, weights: recordOf(data) };
		const weightsManifest = [{ paths: [WEIGHTS], weights }];
		const file = { modelTopology, format, generatedBy, convertedBy, userDefinedMetadata, weightsManifest };
		await writeFileAtomically(join(folder, WEIGHTS), data);
		await writeFileAtomically(join(folder, MODEL), JSON.stringify(file));
		return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
	});
	await onDevice(() => model.save(handler));
	return bytes;
}

function encode(values: Float32Array, specs: readonly WeightSpec[], bits: Bits): Encoded[] {
	let offset = 0;
	return specs.map(({ name, shape, dtype }) => {
		const size = tf.util.sizeFromShape(shape);
		const weight = values.subarray(offset, offset + size);
		offset += size;
		if (bits === 32) return { data: bytesOf(weight) };
		const wrong = dtype === 'float32' ? weight.find((value) => !(Math.abs(value) <= 65504)) : dtype;
		if (wrong !== undefined) {
			const expected = 'float32 weights of at most 65,504';
			throw new DataError(expected, `the weight ${name}`, String(wrong), 'Save it with 32 bits.');
		}
		if (bits === 8 && size >= LEAST_IN_8_BITS && (shape.at(-1) as number) > 1) return asSteps(weight);
		return { data: bytesOf(new Float16Array(weight)), quantization: { dtype: 'float16' } };
	});
}

/** Describes the weights for `model.json`. */
function recordOf(data: readonly Uint8Array[]): WeightsRecord {
	const hash = createHash('sha256');
	for (const part of data) hash.update(part);
	return { bytes: data.reduce((sum, { byteLength }) => sum + byteLength, 0), sha256: hash.digest('hex') };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Pick<Float32Array, 'buffer' | 'byteOffset' | 'byteLength'>) =>
	new Uint8Array(buffer, byteOffset, byteLength);

/** Encodes in 256 equal steps. Zero must be one of them, or channels of zeros would have a nonzero sum. */
function asSteps(weight: Float32Array): Encoded {
	const least = weight.reduce((a, b) => Math.min(a, b), 0);
	const greatest = weight.reduce((a, b) => Math.max(a, b), 0);
	// A weight of only zeros has no range.
	const scale = (greatest - least) / 255 || 1;
	const zero = Math.round(-least / scale);
	const data = Uint8Array.from(weight, (value) => Math.min(Math.max(Math.round(value / scale) + zero, 0), 255));
	return { data, quantization: { dtype: 'uint8', scale, min: -zero * scale } };
}

/**
 * Loads a model that `saveModel` wrote.
 * @throws {DataError} If its files are missing or damaged, or `weights.bin` does not belong to `model.json`.
 * @example
 * ```ts
 * const model = await fer.loadModel(`${run.folder}/model`);
 * model.outputs[0].shape; // [null, 7]
 * ```
 */
export async function loadModel(folder: string): Promise<tf.LayersModel> {
	const artifacts = await readArtifacts(folder);
	try {
		const model = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
		fuseRelus(model);
		recordPredict(model);
		return model;
	} catch (cause) {
		const remedy = 'Copy the folder again, or export the model anew.';
		const error = new DataError('a tfjs layers model', placeOf(folder), 'layers that tfjs cannot build', remedy);
		throw Object.assign(error, { cause });
	}
}

const placeOf = (folder: string) => `${MODEL} of ${folderOf(join(folder, MODEL))}`;

async function readArtifacts(folder: string): Promise<ModelArtifacts> {
	const missing = `Name a folder with ${MODEL} and ${WEIGHTS}, as npx fer train writes it.`;
	const text = await readStoredFile(join(folder, MODEL), missing);
	const remedy = `Copy ${MODEL} and ${WEIGHTS} again, unchanged and both of the same model.`;
	const place: ModelPlace = { of: ` of ${folderOf(join(folder, MODEL))}`, remedy };
	const file = parseModel(text.toString(), place);
	const paths = file.weightsManifest.flatMap((group) => group.paths);
	const parts = await Promise.all(paths.map((path) => readStoredFile(join(folder, path), missing)));
	// Copied, since Node reads small files into a shared buffer.
	return modelArtifacts(file, new Uint8Array(Buffer.concat(parts)).buffer, place);
}
