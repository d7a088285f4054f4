/** A tensor of a weight file: values in row-major order. */
export interface StoredTensor {
	readonly shape: readonly number[];
	readonly values: Float32Array;
}

/** The tensors of a weight file by the names they have there. */
export type WeightMap = ReadonlyMap<string, StoredTensor>;
