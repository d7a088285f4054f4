import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Float16Array } from '@petamoriken/float16';
import { writeFileAtomically } from './atomicFile';
import { DataError } from './errors';
import { fuseRelus } from './tensorflow/fusedLayers';
import { tf } from './tensorflow/tf';

type ModelArtifacts = Parameters<Parameters<typeof tf.io.withSaveHandler>[0]>[0];
type WeightSpec = NonNullable<ModelArtifacts['weightSpecs']>[number];

const MODEL = 'model.json';
const WEIGHTS = 'weights.bin';

/**
 * Saves a model as the two files that every tfjs loads: `model.json` and `weights.bin`.
 * @param options.bits Of each weight: 32 as trained, or 16, which halves the file; tfjs widens them when it loads.
 * @returns The size of the weights in bytes.
 * @throws {DataError} If a weight is beyond what 16 bits hold (65,504) or no number.
 */
export async function saveModel(model: tf.LayersModel, folder: string, options: { bits: 16 | 32 }): Promise<number> {
	await mkdir(folder, { recursive: true });
	let bytes = 0;
	const handler = tf.io.withSaveHandler(async ({ modelTopology, weightSpecs = [], weightData, ...about }) => {
		const values = new Float32Array(tf.io.CompositeArrayBuffer.join(weightData));
		const data = options.bits === 16 ? narrow(values, weightSpecs) : new Uint8Array(values.buffer);
		const weights = options.bits === 16 ? weightSpecs.map(asFloat16) : weightSpecs;
		bytes = data.byteLength;
		const { format, generatedBy, convertedBy, userDefinedMetadata } = about;
		const weightsManifest = [{ paths: [WEIGHTS], weights }];
		const file = { modelTopology, format, generatedBy, convertedBy, userDefinedMetadata, weightsManifest };
		await writeFileAtomically(join(folder, WEIGHTS), [data]);
		await writeFileAtomically(join(folder, MODEL), JSON.stringify(file));
		return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
	});
	await model.save(handler);
	return bytes;
}

function narrow(values: Float32Array, specs: WeightSpec[]): Uint8Array {
	let offset = 0;
	for (const { name, shape, dtype } of specs) {
		const size = tf.util.sizeFromShape(shape);
		const wrong = values.subarray(offset, offset + size).find((value) => !(Math.abs(value) <= 65504));
		if (dtype !== 'float32' || wrong !== undefined) {
			const found = wrong === undefined ? dtype : String(wrong);
			throw new DataError('float32 weights of at most 65,504', `the weight ${name}`, found, 'Save it with 32 bits.');
		}
		offset += size;
	}
	const halves = new Float16Array(values);
	return new Uint8Array(halves.buffer, halves.byteOffset, halves.byteLength);
}

function asFloat16(spec: WeightSpec): WeightSpec {
	return { ...spec, quantization: { dtype: 'float16' } };
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
