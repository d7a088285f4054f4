import type * as tf from '@tensorflow/tfjs';
import { DataError } from '../../lib/errors.js';

/** What `model.json` holds. */
interface ModelFile {
	readonly modelTopology: object;
	readonly userDefinedMetadata: NonNullable<tf.io.ModelArtifacts['userDefinedMetadata']>;
	readonly weightsManifest: readonly { readonly weights: tf.io.WeightsManifestEntry[] }[];
}

/**
 * Puts the two files of a model together, as tfjs loads them from memory.
 * @param model The text of `model.json`.
 * @param weights The content of `weights.bin`.
 * @throws {DataError} If the first is no such file: a server may have sent a page instead.
 */
export function modelArtifacts(model: string, weights: ArrayBuffer): tf.io.ModelArtifacts {
	const { modelTopology, userDefinedMetadata, weightsManifest } = parse(model);
	const weightSpecs = weightsManifest.flatMap((group) => group.weights);
	return { modelTopology, userDefinedMetadata, weightSpecs, weightData: weights };
}

function parse(text: string): ModelFile {
	try {
		const file = JSON.parse(text) as ModelFile;
		if (file.modelTopology && file.userDefinedMetadata && file.weightsManifest) return file;
	} catch {
		// What it is instead stands in the error below.
	}
	const remedy = 'Let the server send the files of the package as they are.';
	throw new DataError('a stored model', 'model.json', JSON.stringify(text.slice(0, 40)), remedy);
}
