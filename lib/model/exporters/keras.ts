import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Float16Array } from '@petamoriken/float16';
import { zipSync } from 'fflate';
import { DataError } from '../../errors';
import type { tf } from '../../tensorflow/tf';
import { snakeCase } from '../weights/kerasArchive';
import type { ExportAbout } from './about';
import { type Bits, encodeKernel } from './encodeWeights';
import { type NetworkLayer, networkLayers, type Weight } from './networkLayers';

/** Bits of a weight in Keras, which has no convolution with weights of 8. */
export type KerasBits = Exclude<Bits, 8>;

/** The first version of Keras 3 that these settings of layers are of; later ones read them. */
const KERAS_VERSION = '3.0.0';

/**
 * Writes a model as a .keras archive of Keras 3, in layers of Keras alone.
 * @param model Pixels `[batch, height, width, channels]` to probabilities, as `exportModel` makes it.
 * @param about Is stored in metadata.json.
 * @param bits With 16, kernels are rounded to 16 bits and the archive is compressed; Keras has them as float32.
 * @returns The content of the archive.
 * @throws {DataError} If a layer or weight cannot be written.
 */
export async function toKeras(model: tf.LayersModel, about: ExportAbout, bits: KerasBits): Promise<Uint8Array> {
	const layers = networkLayers(model);
	const json = (value: object) => Buffer.from(JSON.stringify(value));
	const date = `${new Date().toISOString().slice(0, 19).replace('T', '@')}`;
	const metadata = { keras_version: KERAS_VERSION, date_saved: date, about };
	const config = json(modelConfig(layers));
	const weights = await writeWeights(layers, bits);
	// The first file is not compressed: it names the program that wrote the archive.
	return zipSync(
		{
			'metadata.json': json(metadata),
			'config.json': config,
			'model.weights.h5': [weights, { level: bits === 32 ? 0 : 6 }],
		},
		{ level: 0 },
	);
}

/** The layers that Keras has under the same name, with the same settings. */
const KINDS = new Set(
	[
		'Activation, Add, BatchNormalization, Concatenate, Conv2D, Dense, DepthwiseConv2D, GlobalAveragePooling2D',
		'InputLayer, LayerNormalization, MaxPooling2D, Multiply, Permute, ReLU, Rescaling, Reshape, Softmax, ZeroPadding2D',
	].flatMap((line) => line.split(', ')),
);

function modelConfig(layers: readonly NetworkLayer[]): object {
	const shapes = new Map(layers.map(({ name, shape }) => [name, shape]));
	const reference = (name: string) => {
		const shape = [null, ...(shapes.get(name) as readonly number[])];
		const config = { shape, dtype: 'float32', keras_history: [name, 0, 0] };
		return { class_name: '__keras_tensor__', config };
	};
	const entries = layers.map((layer) => {
		const { name, kind, inputs } = layer;
		if (!KINDS.has(kind)) {
			const remedy = 'Export it with --to tfjs, which keeps every layer.';
			throw new DataError(
				'a layer that fer translates',
				`the layer ${name} of the model`,
				`one of the class ${kind}`,
				remedy,
			);
		}
		const tensors = inputs.map(reference);
		const args = [kind === 'Add' || kind === 'Multiply' || kind === 'Concatenate' ? tensors : tensors[0]];
		return {
			module: 'keras.layers',
			class_name: kind,
			config: layerConfig(layer),
			registered_name: null,
			name,
			inbound_nodes: inputs.length === 0 ? [] : [{ args, kwargs: {} }],
		};
	});
	const [first, last] = [layers[0], layers[layers.length - 1]];
	const config = {
		name: 'emotion_model',
		trainable: true,
		layers: entries,
		input_layers: [[first.name, 0, 0]],
		output_layers: [[last.name, 0, 0]],
	};
	return { module: 'keras.src.models.functional', class_name: 'Functional', config, registered_name: 'Functional' };
}

/** Settings that tfjs has and Keras 3 does not, or that are of training alone. */
const LEFT_OUT =
	/_(initializer|regularizer|constraint)$|^(batch_input_shape|sparse|batch_size|input_d_type|depth_multiplier)$/;

function layerConfig({ name, kind, config, shape, weights }: NetworkLayer): object {
	if (kind === 'InputLayer') return { batch_shape: [null, ...shape], dtype: 'float32', name };
	const kept = Object.entries(config).filter(([key]) => !LEFT_OUT.test(key));
	const depthwise = kind === 'DepthwiseConv2D' ? { depth_multiplier: weights[0].shape[3] } : {};
	return { ...Object.fromEntries(kept), ...depthwise, dtype: 'float32' };
}

/** Rounds a kernel to 16 bits; h5wasm does not write these themselves. */
function rounded({ name }: NetworkLayer, { shape, values }: Weight): Float32Array {
	const encoded = encodeKernel({ name, shape, values, channelAxis: shape.length - 1 }, 16);
	return Float32Array.from(new Float16Array(encoded.values.buffer as ArrayBuffer));
}

/** Writes the weights as HDF5, where Keras 3 numbers the layers of each class. */
async function writeWeights(layers: readonly NetworkLayer[], bits: KerasBits): Promise<Uint8Array> {
	// h5wasm is an ES module, which CommonJS reaches by a dynamic import only, and writes files only.
	const { default: h5wasm } = await import('h5wasm/node');
	(await h5wasm.ready).activate_throwing_error_handler();
	const folder = await mkdtemp(join(tmpdir(), 'fer-keras-'));
	try {
		const path = join(folder, 'model.weights.h5');
		const file = new h5wasm.File(path, 'w');
		const all = file.create_group('layers');
		const counts = new Map<string, number>();
		for (const layer of layers) {
			const group = snakeCase(layer.kind);
			const count = counts.get(group) ?? 0;
			counts.set(group, count + 1);
			const vars = all.create_group(count === 0 ? group : `${group}_${count}`).create_group('vars');
			vars.create_attribute('name', layer.name);
			for (const [i, weight] of layer.weights.entries()) {
				const isRounded = bits === 16 && layer.rounds && weight.role.endsWith('kernel');
				const data = isRounded ? rounded(layer, weight) : weight.values;
				vars.create_dataset({ name: String(i), data, shape: [...weight.shape], dtype: '<f' });
			}
		}
		// Of the model itself, which has none.
		file.create_group('vars');
		file.close();
		return await readFile(path);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}
