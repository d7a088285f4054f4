import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, it } from 'node:test';
import type { Backbone } from '../../../lib/model/backbones/backbone';
import { BACKBONES } from '../../../lib/model/backbones/registry';
import { buildClassifier } from '../../../lib/model/classifier';
import type { Bits } from '../../../lib/model/exporters/encodeWeights';
import { toKeras } from '../../../lib/model/exporters/keras';
import { networkLayers } from '../../../lib/model/exporters/networkLayers';
import { toOnnx } from '../../../lib/model/exporters/onnx';
import { toSavedModel } from '../../../lib/model/exporters/savedModel';
import { exportModel } from '../../../lib/model/exportModel';
import { fileKind } from '../../../lib/model/fileKind';
import { readKerasArchive } from '../../../lib/model/weights/kerasArchive';
import { tf } from '../../../lib/tensorflow/tf';
import { everyLayer } from '../../fixtures/exporters/everyLayer';
import { near } from '../../tensorflow/tensors';
import { setFormulaWeights } from '../backbones/formula';

const top = mkdtempSync(join(tmpdir(), 'fer-exporters-'));
after(() => rmSync(top, { recursive: true }));

const ABOUT = { producer: 'fer-typescript', version: '0', description: 'A network for tests.', classes: '["a","b"]' };
const EMOTIONS = ['a', 'b', 'c', 'd', 'e'];
const isSlow = !!process.env.FER_SLOW_TESTS;
const root = resolve(__dirname, '..', '..', '..');
const python = join(root, '.venv', 'bin', 'python');

/** A model with its answers to some images. */
interface Example {
	readonly model: tf.LayersModel;
	readonly shape: readonly [number, number, number];
	readonly pixels: Float32Array;
	readonly probabilities: Float32Array;
}

const IMAGES = 3;

async function exampleOf(classifier: tf.LayersModel, backbone: Backbone, channels: 1 | 3): Promise<Example> {
	const shape = [21, 18, channels] as const;
	const model = await exportModel(classifier, { backbone, imageSize: 33, imageShape: shape, emotions: EMOTIONS });
	const images = tf.randomUniform([IMAGES, ...shape], 0, 255, 'float32', 1);
	// Logits of a few units: beyond, a softmax shows only the largest.
	const logits = tf.model({ inputs: model.inputs, outputs: model.layers.at(-1)?.input as tf.SymbolicTensor });
	const dense = (model.getLayer('emotions') as unknown as tf.LayersModel).getLayer('logits');
	tf.tidy(() => {
		const most = tf.max(tf.abs(logits.predict(images) as tf.Tensor));
		dense.setWeights(dense.getWeights().map((weight) => tf.div(weight, tf.div(most, 2))));
	});
	const [pixels, probabilities] = [images, model.predict(images) as tf.Tensor].map((each) =>
		each.dataSync<'float32'>(),
	);
	return { model, shape, pixels, probabilities };
}

const someModel = (channels: 1 | 3) => exampleOf(everyLayer(EMOTIONS.length), BACKBONES['efficientnet-b0'], channels);

function folderOf(name: string): string {
	const folder = join(top, name);
	mkdirSync(folder, { recursive: true });
	return folder;
}

function writeSavedModel({ model }: Example, bits: Bits): string {
	const folder = folderOf(`saved-model-${bits}`);
	writeFileSync(join(folder, 'saved_model.pb'), toSavedModel(model, bits));
	return folder;
}

/** The answers of TensorFlow's own loader, through its C library. */
async function answersOfTensorFlow({ shape, pixels }: Example, folder: string): Promise<Float32Array> {
	const loaded = await tf.node.loadSavedModel(folder, ['serve'], 'serving_default');
	const images = tf.tensor(pixels, [IMAGES, ...shape]);
	const { probabilities } = loaded.predict({ pixels: images } as never) as unknown as Record<string, tf.Tensor>;
	loaded.dispose();
	return probabilities.dataSync<'float32'>();
}

/** The answers of Keras 3 in Python. */
function answersOfKeras({ shape, pixels }: Example, path: string): number[] {
	const file = join(top, 'pixels.bin');
	writeFileSync(file, pixels);
	const script = join(root, 'test', 'fixtures', 'exporters', 'probabilities.py');
	const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' };
	const { status, stdout, stderr } = spawnSync(python, [script, path, file, ...shape.map(String)], {
		encoding: 'utf8',
		env,
	});
	assert.equal(status, 0, stderr);
	return JSON.parse(stdout.split('\n').at(-2) ?? '').flat();
}

const RUNTIMES = ['onnxruntime-node', 'onnxruntime-web'];
const { resolve: find } = createRequire(__filename);

function runtimePath(name: string): string | undefined {
	try {
		return find(name);
	} catch {
		return undefined;
	}
}

/** The answers of a runtime for ONNX; the types are in its package, which is not installed here. */
async function answersOfOnnx(path: string, { shape, pixels }: Example, file: Uint8Array): Promise<Float32Array> {
	const { InferenceSession, Tensor } = createRequire(__filename)(path);
	const session = await InferenceSession.create(file);
	const { probabilities } = await session.run({ pixels: new Tensor('float32', pixels, [IMAGES, ...shape]) });
	return probabilities.data;
}

/** How far 8 bits may be off: the error of a weight is up to 1/254 of the largest of its channel. */
const TOLERANCES = { 32: 1e-5, 16: 2e-3, 8: 5e-2 } as const;
const BITS = [32, 16, 8] as const;

describe('a SavedModel', () => {
	for (const [channels, bits] of [[3, 32], ...BITS.map((each) => [1, each] as const)] as const) {
		it(`of ${channels} channels in ${bits} bits gives the same probabilities in TensorFlow`, async () => {
			const example = await someModel(channels);
			const answers = await answersOfTensorFlow(example, writeSavedModel(example, bits));
			near(answers, example.probabilities, TOLERANCES[bits]);
			const difference = Math.max(...answers.map((value, i) => Math.abs(value - example.probabilities[i])));
			assert.equal(difference > 1e-5, bits !== 32, `${difference}`);
		});
	}
});

for (const name of RUNTIMES) {
	const path = runtimePath(name);
	const skip = path ? false : `${name} is not installed: npm install --no-save --ignore-scripts ${RUNTIMES.join(' ')}`;
	describe(`an ONNX file in ${name}`, { skip }, () => {
		for (const bits of BITS) {
			it(`in ${bits} bits gives the same probabilities`, async () => {
				for (const channels of [1, 3] as const) {
					const example = await someModel(channels);
					const answers = await answersOfOnnx(path as string, example, toOnnx(example.model, ABOUT, bits));
					near(answers, example.probabilities, TOLERANCES[bits]);
				}
			});
		}
	});
}

describe('a Keras archive', () => {
	it('contains all weights under the names of their layers, rounded where asked', async () => {
		const { model } = await someModel(3);
		for (const bits of [32, 16] as const) {
			const file = join(top, `weights-${bits}.keras`);
			writeFileSync(file, await toKeras(model, ABOUT, bits));
			const stored = await readKerasArchive(file);
			const layers = networkLayers(model);
			const weights = layers.flatMap((layer) => layer.weights.map((weight) => ({ layer, ...weight })));
			assert.ok(weights.length > 20);
			for (const { layer, role, shape, values } of weights) {
				const found = stored.get(`${layer.name}/${role === 'depthwise_kernel' ? 'kernel' : role}`);
				assert.deepEqual([...(found?.shape ?? [])], [...shape]);
				// Half of the last of 11 digits: 2 ** -11.
				if (bits === 32 || !role.endsWith('kernel')) assert.deepEqual(found?.values, values);
				else near(found?.values ?? [], values, 2 ** -11);
			}
		}
	});
});

describe('networkLayers', () => {
	it('lists all layers but dropout, those of the classifier too, in the order in which they run', async () => {
		const { model } = await someModel(1);
		const layers = networkLayers(model);
		const before = new Set<string>();
		for (const { name, inputs } of layers) {
			assert.ok(
				inputs.every((each) => before.has(each)),
				name,
			);
			before.add(name);
		}
		assert.equal(layers[0].name, 'pixels');
		assert.equal(layers.at(-1)?.name, 'probabilities');
		assert.ok(!before.has('drop') && !before.has('image'));
		// Batch normalisation without a bias before it is folded by exportModel; the other remains.
		assert.ok(before.has('stem_bn') && !before.has('folded_bn'));
		const depthwise = layers.find(({ name }) => name === 'depthwise');
		assert.deepEqual([depthwise?.inputShapes, depthwise?.shape], [[[9, 9, 6]], [5, 5, 12]]);
	});
});

describe('every exporter', () => {
	it('refuses a layer that it does not know, by name', async () => {
		const input = tf.input({ shape: [4, 4, 1] });
		const unknown = tf.layers.leakyReLU({ name: 'leak' }).apply(input) as tf.SymbolicTensor;
		const model = tf.model({ inputs: input, outputs: unknown });
		const expected = {
			name: 'DataError',
			message: /in the layer leak of the model but received .*LeakyReLU.*--to tfjs/,
		};
		assert.throws(() => toOnnx(model, ABOUT, 32), expected);
		assert.throws(() => toSavedModel(model, 32), expected);
		await assert.rejects(toKeras(model, ABOUT, 32), expected);
	});

	it('writes files that are recognised by their start', async () => {
		const { model } = await someModel(1);
		const files = [toOnnx(model, ABOUT, 32), toSavedModel(model, 32), await toKeras(model, ABOUT, 32)];
		assert.deepEqual(
			files.map((file) => fileKind(file.subarray(0, 1024))?.kind),
			['onnx', 'savedModel', 'zip'],
		);
		// By which `fer export` knows its own files.
		for (const file of [files[0], files[2]]) assert.ok(Buffer.from(file).subarray(0, 256).includes(ABOUT.producer));
	});
});

const slow = isSlow && existsSync(python) ? false : 'takes minutes, and Keras in .venv: FER_SLOW_TESTS=1 runs it';
describe('exported, each network of the registry', { skip: slow }, () => {
	for (const [index, [name, backbone]] of Object.entries(BACKBONES).entries()) {
		it(`${name} gives the same probabilities to 1e-4 in TensorFlow, Keras and the ONNX runtimes`, async () => {
			const options = { classes: EMOTIONS.length, dropoutRate: 0.2, stochasticDepthRate: 0.1, seed: 1 };
			const classifier = buildClassifier(backbone, options);
			setFormulaWeights(tf, classifier.model);
			const example = await exampleOf(classifier.model, backbone, index % 2 === 0 ? 1 : 3);
			const { model, probabilities } = example;
			const saved = writeSavedModel(example, 32);
			near(await answersOfTensorFlow(example, saved), probabilities, 1e-4, 'TensorFlow');
			near(answersOfKeras(example, saved), probabilities, 1e-4, 'TFSMLayer');
			const file = join(top, 'model.keras');
			writeFileSync(file, await toKeras(model, ABOUT, 32));
			near(answersOfKeras(example, file), probabilities, 1e-4, 'Keras');
			const paths = RUNTIMES.map(runtimePath).filter((path) => path !== undefined);
			for (const path of paths) {
				near(await answersOfOnnx(path, example, toOnnx(model, ABOUT, 32)), probabilities, 1e-4, path);
			}
			model.dispose();
			classifier.model.dispose();
			classifier.head.dispose();
		});
	}
});
