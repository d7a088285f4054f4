// package/ and demo/ share this file, which therefore imports no Node modules.
import type * as tf from '@tensorflow/tfjs';
import { DataError } from '../errors';
import { fileKind } from './fileKind';

/** What `model.json` says about the weights that belong to it; absent from models of older versions. */
export interface WeightsRecord {
	readonly bytes: number;
	/** In hex. */
	readonly sha256: string;
}

/** What an exported model says about itself: the user-defined metadata of `model.json`. */
export interface ModelMetadata {
	/** The classes in the order of the outputs. */
	readonly emotions: readonly string[];
	readonly backbone: string;
	/** Side in pixels of the images that the classifier takes. */
	readonly imageSize: number;
	readonly weights?: WeightsRecord;
}

/** The content of `model.json`. */
export interface ModelFile {
	readonly modelTopology: object;
	readonly userDefinedMetadata?: Partial<ModelMetadata>;
	readonly weightsManifest: readonly { readonly paths: string[]; readonly weights: tf.io.WeightsManifestEntry[] }[];
}

/** Where the two files of a model are, and what to do if they do not fit together. */
export interface ModelPlace {
	/** Follows the name of a file in a message: ` of the folder models/official`; empty for none. */
	readonly of: string;
	readonly remedy: string;
}

/** Bytes of a value by its type. */
const SIZES: Readonly<Record<string, number>> = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 };

/**
 * Parses `model.json`.
 * @throws {DataError} If it is not the description of a layers model: a server may have sent an error page.
 */
export function parseModel(text: string, { of, remedy }: ModelPlace): ModelFile {
	const refuse = (received: string) => new DataError('a tfjs layers model', `model.json${of}`, received, remedy);
	let file: Partial<ModelFile> & { format?: string };
	try {
		file = JSON.parse(text);
	} catch {
		const kind = fileKind(new TextEncoder().encode(text.slice(0, 1000)));
		const isJson = kind === undefined || kind.kind === 'json';
		throw refuse(isJson ? `a damaged file of ${text.length} characters` : kind.title);
	}
	if (file?.format === 'graph-model') throw refuse('a tfjs graph model');
	const groups = file?.weightsManifest;
	const isWhole = typeof file?.modelTopology === 'object' && file.modelTopology !== null && Array.isArray(groups);
	if (!isWhole || !groups.every((group) => group && isGroup(group))) {
		throw refuse(`${JSON.stringify(text.slice(0, 40))}`);
	}
	if (!Number.isSafeInteger(requiredBytes(file as ModelFile))) throw refuse('weights of unknown types or shapes');
	return file as ModelFile;
}

/** Checks whether a part of the manifest lists files and weights. */
function isGroup({ paths, weights }: Partial<ModelFile['weightsManifest'][number]>): boolean {
	return Array.isArray(weights) && Array.isArray(paths) && paths.every((path) => typeof path === 'string');
}

/** Bytes that the weights in the manifest need; NaN if a type or shape is not valid. */
function requiredBytes({ weightsManifest }: ModelFile): number {
	const specs = weightsManifest.flatMap(({ weights }) => weights);
	return specs.reduce((sum, spec) => {
		const { shape, dtype, quantization } = spec ?? ({} as Partial<typeof spec>);
		const isShape = Array.isArray(shape) && shape.every((side) => Number.isInteger(side) && side >= 0);
		const size = isShape ? shape.reduce((product, side) => product * side, 1) : Number.NaN;
		return sum + size * (SIZES[quantization?.dtype ?? dtype ?? ''] ?? Number.NaN);
	}, 0);
}

/**
 * Combines a parsed `model.json` with its weights into what tfjs loads from memory.
 * @param weights Content of the weight files, one after another.
 * @throws {DataError} If the weights have another length than the network needs, or another SHA-256 than `model.json`
 *   says: of another network, cut off, or sent as text. Pages without https cannot compute SHA-256 and compare the length.
 */
export async function modelArtifacts(
	file: ModelFile,
	weights: ArrayBuffer,
	place: ModelPlace,
): Promise<tf.io.ModelArtifacts> {
	const { modelTopology, userDefinedMetadata, weightsManifest } = file;
	const [name] = weightsManifest[0]?.paths ?? ['weights.bin'];
	const refuse = (expected: string, received: string) =>
		new DataError(expected, `${name}${place.of}`, received, place.remedy);
	const bytes = requiredBytes(file);
	if (weights.byteLength !== bytes) {
		const kind = fileKind(new Uint8Array(weights, 0, Math.min(weights.byteLength, 1000)));
		throw refuse(`${bytes} bytes`, `${weights.byteLength} bytes${kind ? `: ${kind.title}` : ''}`);
	}
	const record = userDefinedMetadata?.weights;
	if (record && record.bytes !== bytes) throw refuse(`${record.bytes} bytes`, `${bytes} bytes`);
	const expected = record?.sha256;
	const found = expected === undefined ? undefined : await sha256(weights);
	if (found !== undefined && found !== expected) throw refuse(`SHA-256 ${expected}`, found);
	const weightSpecs = weightsManifest.flatMap((group) => group.weights);
	return { modelTopology, userDefinedMetadata, weightSpecs, weightData: weights };
}

/** Computes SHA-256 in hex; undefined in a page without https, where browsers have no cryptography. */
async function sha256(data: ArrayBuffer): Promise<string | undefined> {
	const hash = await globalThis.crypto?.subtle?.digest('SHA-256', data);
	return hash && Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
