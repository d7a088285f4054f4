import type * as tf from '@tensorflow/tfjs';
import { DataError } from '../../lib/errors.js';

/** Content of `model.json`. */
interface ModelFile {
	readonly modelTopology: object;
	readonly userDefinedMetadata: NonNullable<tf.io.ModelArtifacts['userDefinedMetadata']>;
	readonly weightsManifest: readonly { readonly weights: tf.io.WeightsManifestEntry[] }[];
}

/**
 * Combines the two files of a model into what tfjs loads from memory.
 * @param model Text of `model.json`.
 * @param weights Content of `weights.bin`.
 * @throws {DataError} If the text is not a model: a server may have sent an error page.
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
		// The error below shows what it is instead.
	}
	const remedy = 'Configure the server to send the package files unchanged.';
	throw new DataError('a stored model', 'model.json', JSON.stringify(text.slice(0, 40)), remedy);
}
