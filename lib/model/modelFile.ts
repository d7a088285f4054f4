import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Float16Array } from '@petamoriken/float16';
import { writeFileAtomically } from '../atomicFile';
import { DataError } from '../errors';
import { fuseRelus } from '../tensorflow/fusedLayers';
import { tf } from '../tensorflow/tf';

type ModelArtifacts = Parameters<Parameters<typeof tf.io.withSaveHandler>[0]>[0];
type WeightSpec = NonNullable<ModelArtifacts['weightSpecs']>[number];

const MODEL = 'model.json';
const WEIGHTS = 'weights.bin';

/** How a saved weight is stored: 16-bit numbers, or 8-bit steps of a scale from a least value. */
type Quantization = NonNullable<WeightSpec['quantization']>;

/**
 * Weights below this many values stay in 16 bits where 8 are asked for. EfficientNet-Lite0 is 3.9 MB so, and its features
 * are off by a fifth less than with all kernels in 8 bits, which would save 0.3 MB.
 */
const LEAST_IN_8_BITS = 2 ** 16;

/**
 * Saves a model as the two files that every tfjs loads: `model.json` and `weights.bin`.
 * @param options.bits Of each weight: 32 as trained; 16, which halves the file; or 8, which nearly halves it again and costs
 * accuracy. Of 8 bits are the large kernels alone, as tfjs has one scale for a whole weight: the channels of a depthwise
 * kernel differ too much for that (Krishnamoorthi 2018, arXiv:1806.08342). tfjs widens all of them when it loads.
 * @returns The size of the weights in bytes.
 * @throws {DataError} If a weight is no number, or beyond what 16 bits hold (65,504) and not saved in 32.
 */
export async function saveModel(
	model: tf.LayersModel,
	folder: string,
	options: { bits: 8 | 16 | 32 },
): Promise<number> {
	await mkdir(folder, { recursive: true });
	let bytes = 0;
	const handler = tf.io.withSaveHandler(async ({ modelTopology, weightSpecs = [], weightData, ...about }) => {
		const values = new Float32Array(tf.io.CompositeArrayBuffer.join(weightData));
		const encoded = options.bits === 32 ? undefined : encode(values, weightSpecs, options.bits);
		const data = encoded?.map((each) => each.data) ?? [new Uint8Array(values.buffer)];
		const weights = encoded?.map((each) => each.spec) ?? weightSpecs;
		bytes = data.reduce((sum, { byteLength }) => sum + byteLength, 0);
		const { format, generatedBy, convertedBy, userDefinedMetadata } = about;
		const weightsManifest = [{ paths: [WEIGHTS], weights }];
		const file = { modelTopology, format, generatedBy, convertedBy, userDefinedMetadata, weightsManifest };
		await writeFileAtomically(join(folder, WEIGHTS), data);
		await writeFileAtomically(join(folder, MODEL), JSON.stringify(file));
		return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
	});
	await model.save(handler);
	return bytes;
}

/** Stores each weight in at most so many bits. */
function encode(values: Float32Array, specs: readonly WeightSpec[], bits: 8 | 16) {
	let offset = 0;
	return specs.map((spec) => {
		const size = tf.util.sizeFromShape(spec.shape);
		const weight = values.subarray(offset, offset + size);
		offset += size;
		check(weight, spec);
		const isCoarse = bits === 8 && size >= LEAST_IN_8_BITS && (spec.shape.at(-1) as number) > 1;
		const { data, quantization } = isCoarse ? asSteps(weight) : asHalves(weight);
		return { data, spec: { ...spec, quantization } };
	});
}

function check(weight: Float32Array, { name, dtype }: WeightSpec): void {
	const wrong = weight.find((value) => !(Math.abs(value) <= 65504));
	if (dtype === 'float32' && wrong === undefined) return;
	const found = wrong === undefined ? dtype : String(wrong);
	throw new DataError('float32 weights of at most 65,504', `the weight ${name}`, found, 'Save it with 32 bits.');
}

function asHalves(weight: Float32Array): { data: Uint8Array; quantization: Quantization } {
	const halves = new Float16Array(weight);
	const data = new Uint8Array(halves.buffer, halves.byteOffset, halves.byteLength);
	return { data, quantization: { dtype: 'float16' } };
}

/** 256 equal steps over all values; zero is one of them, or channels of zeros alone would add up to something. */
function asSteps(weight: Float32Array): { data: Uint8Array; quantization: Quantization } {
	let [least, greatest] = [0, 0];
	for (const value of weight) {
		least = Math.min(least, value);
		greatest = Math.max(greatest, value);
	}
	// A weight of zeros alone has no steps.
	const scale = (greatest - least) / 255 || 1;
	const zero = Math.round(-least / scale);
	const data = Uint8Array.from(weight, (value) => Math.min(Math.max(Math.round(value / scale) + zero, 0), 255));
	return { data, quantization: { dtype: 'uint8', scale, min: -zero * scale } };
}

/**
 * Loads a model from its folder.
 * @throws {DataError} If its files are missing or damaged.
 */
export async function loadModel(folder: string): Promise<tf.LayersModel> {
	try {
		const model = await tf.loadLayersModel(`file://${join(folder, MODEL)}`);
		fuseRelus(model);
		return model;
	} catch (error) {
		const remedy = `It takes ${MODEL} and ${WEIGHTS} as npm run train writes them.`;
		throw new DataError('a tfjs layers model', `the folder ${folder}`, (error as Error).message, remedy);
	}
}
