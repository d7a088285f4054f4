import { access } from 'node:fs/promises';
import { basename } from 'node:path';
import { DataError } from '../../errors';
import type { StoredTensor, WeightMap } from '../backbones/backbone';

// h5wasm is an ES module, which CommonJS reaches by a dynamic import only.
const load = () => import('h5wasm/node');
type H5 = Awaited<ReturnType<typeof load>>;
type Group = InstanceType<H5['Group']>;
type Dataset = InstanceType<H5['Dataset']>;

/** The weights of Keras 3's layers, which its weight files number, by the class of the layer as its group is named. */
const NUMBERED: Readonly<Record<string, readonly string[]>> = {
	conv2d: ['kernel', 'bias'],
	depthwise_conv2d: ['kernel', 'bias'],
	dense: ['kernel', 'bias'],
	batch_normalization: ['gamma', 'beta', 'moving_mean', 'moving_variance'],
	layer_normalization: ['gamma', 'beta'],
	layer_scale: ['gamma'],
};

/** HDF5's class of floating-point types. */
const FLOAT = 1;
/** No network nests its layers deeper; a damaged file may link a group to itself. */
const MOST_LEVELS = 12;
const REMEDY = 'Download it again, or save it again with Keras.';

interface ReadOptions {
	/** Name of the file for messages. Default: its own. */
	readonly file?: string;
	/** Names of layers by their groups, for weight files that do not contain them: `layers/conv2d_1`. */
	readonly names?: ReadonlyMap<string, string>;
}

/**
 * Reads a Keras weight file: .h5 as Keras 2, keras.applications and `keras.Model.save` write it, or .weights.h5 as Keras 3
 * writes it. Weights of layers inside nested models also have the name of the outermost one.
 * @returns Its tensors as float32, by `layer/weight`, such as `Conv1/kernel`.
 * @throws {DataError} If it is damaged, or its layers have no names.
 */
export async function readH5(path: string, { file = basename(path), names }: ReadOptions = {}): Promise<WeightMap> {
	await access(path);
	const { default: h5wasm } = await load();
	// By default, the library prints its errors and continues with a file that is not open.
	(await h5wasm.ready).activate_throwing_error_handler();
	const reader = new WeightReader(file, names);
	let opened: InstanceType<typeof h5wasm.File> | undefined;
	try {
		opened = new h5wasm.File(path, 'r');
		const root = opened.keys().includes('model_weights') ? opened.get('model_weights') : opened;
		reader.collect(root as Group, []);
	} catch (error) {
		if (error instanceof DataError) throw error;
		// The innermost cause in HDF5's trace: `truncated file: ...` or `file signature not found`.
		const { message } = error as Error;
		const reason = [...message.matchAll(/\(\): (.+)$/gm)].at(-1)?.[1] ?? message;
		throw new DataError('a Keras .h5 weight file', file, reason, REMEDY);
	} finally {
		opened?.close();
	}
	if (reader.tensors.size === 0) throw new DataError('layers', file, 'none', REMEDY);
	return reader.tensors;
}

class WeightReader {
	readonly tensors = new Map<string, StoredTensor>();

	constructor(
		private readonly file: string,
		private readonly names: ReadonlyMap<string, string> = new Map(),
	) {}

	/** Adds all weights in a group. @param layers Names of the layers that it belongs to, the outermost first. */
	collect(group: Group, layers: readonly string[]): void {
		if (layers.length > MOST_LEVELS) return;
		for (const key of group.keys()) {
			const child = group.get(key) as Group | Dataset;
			// Anything else is a link to elsewhere.
			if ('keys' in child) {
				if (key === 'vars') this.collectNumbered(child, group, layers);
				else if (key === 'layers' || key === '_layer_checkpoint_dependencies') this.collect(child, layers);
				else this.collect(child, [...layers, this.nameOf(child) ?? key]);
			} else if ('value' in child) this.add(layers, key.replace(/:\d+$/, ''), child);
		}
	}

	/** Adds the weights of a layer of Keras 3: the group `vars` inside its own. */
	private collectNumbered(vars: Group, layer: Group, layers: readonly string[]): void {
		const weights = vars.keys();
		const kind = layer.path.split('/').at(-1)?.replace(/_\d+$/, '') ?? '';
		const parts = NUMBERED[kind];
		if (!parts || weights.length === 0 || weights.length > parts.length) return;
		if (this.nameOf(layer) === undefined) {
			const remedy = 'Save it with a newer version of Keras 3, or whole: model.save("model.keras").';
			throw new DataError('names of layers', this.file, 'none', remedy);
		}
		for (const key of weights) this.add(layers, parts[Number(key)] ?? key, vars.get(key) as Dataset);
	}

	/** The name of a layer of Keras 3, which may be an attribute of its `vars`; undefined for other groups. */
	private nameOf(group: Group): string | undefined {
		const path = group.path.replace(/^\/+/, '').replaceAll('_layer_checkpoint_dependencies', 'layers');
		const vars = group.keys().includes('vars') ? (group.get('vars') as Group) : undefined;
		const name = vars?.attrs.name?.value;
		return typeof name === 'string' ? name : this.names.get(path);
	}

	private add(layers: readonly string[], weight: string, { metadata, value, shape }: Dataset): void {
		// Other numbers are counters.
		if (metadata.type !== FLOAT) return;
		if (metadata.size !== 4 && metadata.size !== 8) {
			const [place, remedy] = [`${layers.at(-1)}/${weight} of ${this.file}`, 'Save the network with the type float32.'];
			throw new DataError('float32 weights', place, `${8 * metadata.size} bits`, remedy);
		}
		const tensor = { shape: shape ?? [], values: Float32Array.from(value as Float32Array) };
		for (const layer of [layers[0], layers.at(-1)]) this.tensors.set(`${layer}/${weight}`, tensor);
	}
}
