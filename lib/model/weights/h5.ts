import { access } from 'node:fs/promises';
import { basename } from 'node:path';
import { DataError } from '../../errors';
import type { StoredTensor, WeightMap } from '../backbones/backbone';

// h5wasm is an ES module: a dynamic import reaches it, and its types, from CommonJS.
const load = () => import('h5wasm/node');
type H5 = Awaited<ReturnType<typeof load>>;
type Group = InstanceType<H5['Group']>;
type Dataset = InstanceType<H5['Dataset']>;

/**
 * Reads a Keras weight file (.h5, as Keras 2, keras.applications and `keras.Model.save` write it).
 * @param path The .h5 file.
 * @returns Its float32 tensors by `layer/weight`, for example `Conv1/kernel`; Keras's repeated layer name and the
 *   `:0` suffix are left out.
 * @throws {DataError} If the file is no HDF5 file or holds no layers.
 */
export async function readH5(path: string): Promise<WeightMap> {
	await access(path);
	const { default: h5wasm } = await load();
	// Otherwise the library writes its errors to the terminal and goes on with a file that is not open.
	(await h5wasm.ready).activate_throwing_error_handler();
	const tensors = new Map<string, StoredTensor>();
	let file: InstanceType<typeof h5wasm.File> | undefined;
	try {
		file = new h5wasm.File(path, 'r');
		const root = (file.keys().includes('model_weights') ? file.get('model_weights') : file) as Group;
		for (const layer of root.keys()) collect(root.get(layer) as Group, layer, tensors);
	} catch (error) {
		throw new DataError('a Keras .h5 weight file', basename(path), reason(error as Error), 'Download it again.');
	} finally {
		file?.close();
	}
	if (tensors.size === 0) throw new DataError('layers', basename(path), 'none', 'Download the file again.');
	return tensors;
}

/** The innermost cause in the trace that HDF5 gives: `truncated file: ...` or `file signature not found`. */
function reason({ message }: Error): string {
	return [...message.matchAll(/\(\): (.+)$/gm)].at(-1)?.[1] ?? message;
}

/** Adds every data set below a layer's group, by the last part of its name. */
function collect(node: Group | Dataset, layer: string, tensors: Map<string, StoredTensor>): void {
	if (!('keys' in node)) return;
	for (const key of node.keys()) {
		const child = node.get(key) as Group | Dataset;
		if ('keys' in child) collect(child, layer, tensors);
		else {
			const shape = child.shape ?? [];
			tensors.set(`${layer}/${key.replace(/:\d+$/, '')}`, {
				shape,
				values: Float32Array.from(child.value as Float32Array),
			});
		}
	}
}
