import { access } from 'node:fs/promises';
import { basename } from 'node:path';
import { DataError } from '../../errors';
import type { StoredTensor, WeightMap } from '../backbones/backbone';

// h5wasm is an ES module, which CommonJS reaches by a dynamic import only.
const load = () => import('h5wasm/node');
type H5 = Awaited<ReturnType<typeof load>>;
type Group = InstanceType<H5['Group']>;
type Dataset = InstanceType<H5['Dataset']>;

/**
 * Reads a Keras weight file: .h5 as Keras 2, keras.applications and `keras.Model.save` write it.
 * @returns Its float32 tensors by `layer/weight`, such as `Conv1/kernel`.
 */
export async function readH5(path: string): Promise<WeightMap> {
	await access(path);
	const { default: h5wasm } = await load();
	// By default, the library prints its errors and continues with a file that is not open.
	(await h5wasm.ready).activate_throwing_error_handler();
	const tensors = new Map<string, StoredTensor>();
	let file: InstanceType<typeof h5wasm.File> | undefined;
	try {
		file = new h5wasm.File(path, 'r');
		const root = (file.keys().includes('model_weights') ? file.get('model_weights') : file) as Group;
		for (const layer of root.keys()) collect(root.get(layer) as Group, layer, tensors);
	} catch (error) {
		// The innermost cause in HDF5's trace: `truncated file: ...` or `file signature not found`.
		const { message } = error as Error;
		const reason = [...message.matchAll(/\(\): (.+)$/gm)].at(-1)?.[1] ?? message;
		throw new DataError('a Keras .h5 weight file', basename(path), reason, 'Download it again.');
	} finally {
		file?.close();
	}
	if (tensors.size === 0) throw new DataError('layers', basename(path), 'none', 'Download the file again.');
	return tensors;
}

/** Adds every tensor in a layer's group, by the last part of its name without the `:0`. */
function collect(node: Group | Dataset, layer: string, tensors: Map<string, StoredTensor>): void {
	if (!('keys' in node)) return;
	for (const key of node.keys()) {
		const child = node.get(key) as Group | Dataset;
		collect(child, layer, tensors);
		if ('keys' in child) continue;
		const values = Float32Array.from(child.value as Float32Array);
		tensors.set(`${layer}/${key.replace(/:\d+$/, '')}`, { shape: child.shape ?? [], values });
	}
}
