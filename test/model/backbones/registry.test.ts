import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, test } from 'node:test';
import { promisify } from 'node:util';
import { BACKBONES, backbone as backboneOf } from '../../../lib/model/backbones/registry';
import { buildClassifier, type Classifier, unfreezeFrom } from '../../../lib/model/classifier';
import { createRandom } from '../../../lib/random';
import { tf } from '../../../lib/tensorflow/tf';
import { near } from '../../tensorflow/tensors';
import { formulaImages, setFormulaWeights } from './formula';

const CLASSES = 7;

const build = (name: string): Classifier =>
	buildClassifier(backboneOf(name), { classes: CLASSES, dropoutRate: 0.2, stochasticDepthRate: 0.1, seed: 1 });

/** The classifier of the last network asked for, and the formula's weights: both take seconds for 28 million weights. */
let last: { name: string; classifier: Classifier; weights: tf.Tensor[] } | undefined;

/** A classifier whose weights all differ from those that layers start with; all tests of a network share it. */
function someClassifier(name: string): Classifier {
	if (last?.name !== name) {
		forget();
		const classifier = build(name);
		unfreezeFrom(classifier.model, 'all', false);
		setFormulaWeights(tf, classifier.model);
		last = { name, classifier, weights: classifier.model.weights.map((weight) => weight.read().clone()) };
	}
	const { classifier, weights } = last as NonNullable<typeof last>;
	// Tests freeze layers, and tfjs lists the weights of frozen layers last.
	unfreezeFrom(classifier.model, 'all', false);
	classifier.model.setWeights(weights);
	return classifier;
}

function forget(): void {
	if (last) dispose(last.classifier);
	tf.dispose(last?.weights ?? []);
	last = undefined;
}

function dispose({ model, head }: Classifier): void {
	// The three models share their layers, which count their users.
	model.dispose();
	head.dispose();
}

function names(weights: tf.LayerVariable[]): string[] {
	return weights.map((weight) => (weight.read() as tf.Variable).name).sort();
}

function batchNormalizationWeights({ layers }: tf.LayersModel): tf.LayerVariable[] {
	return layers.filter((layer) => layer.getClassName() === 'BatchNormalization').flatMap(({ weights }) => weights);
}

/** Gradients of a training step by name, for every variable that has one; `each` sees them before they go. */
function gradientsOf(model: tf.LayersModel, each: (name: string, gradient: tf.Tensor) => void): void {
	tf.tidy(() => {
		const images = formulaImages(tf, 'images', 4, 48);
		const factors = formulaImages(tf, 'loss', CLASSES, 2)
			.flatten()
			.slice(0, 4 * CLASSES)
			.reshape([4, CLASSES]);
		const { grads } = tf.variableGrads(() => {
			const logits = model.apply(images, { training: true, random: createRandom(1) }) as tf.Tensor;
			return tf.sum(tf.mul(logits, factors)) as tf.Scalar;
		});
		for (const [name, gradient] of Object.entries(grads)) each(name, gradient);
	});
}

/** One of each kind of block; the others are these wider and deeper, and are compared with Keras in files of their own. */
const KINDS = ['mobilenet-v2', 'efficientnet-lite0', 'convnext-tiny'];
/** The gradients of these, too, are compared with Keras's in files of their own. */
const LARGE = ['convnext-tiny', 'resnet50', 'vgg16'];

/** Why a test is skipped that takes seconds for each network. */
const slow = (isQuick: boolean) =>
	isQuick || process.env.FER_SLOW_TESTS ? false : 'takes a quarter of a minute: FER_SLOW_TESTS=1 runs it';

for (const [name, record] of Object.entries(BACKBONES)) {
	const skipOutput = slow(KINDS.includes(name));
	const skip = slow(KINDS.includes(name) && !LARGE.includes(name));
	describe(name, () => {
		after(forget);

		it('is what its record says', () => {
			const model = record.build({ stochasticDepthRate: 0 });
			assert.equal(record.name, name);
			assert.equal(model.countParams(), record.parameters);
			assert.deepEqual(model.outputs[0].shape, [null, null, null, record.features]);
			const { sha256, md5 } = record.pretrained;
			assert.match(sha256 ?? md5 ?? '', sha256 ? /^[0-9a-f]{64}$/ : /^[0-9a-f]{32}$/);
			assert.ok(record.pretrained.url || record.pretrained.pythonPackage, 'no one publishes the weights');
			model.dispose();
		});

		it('gives finite logits at every image size, which differ from image to image', { skip: skipOutput }, () => {
			const classifier = someClassifier(name);
			for (const size of [32, 64]) {
				tf.tidy(() => {
					const logits = classifier.model.apply(formulaImages(tf, 'images', 2, size)) as tf.Tensor2D;
					assert.deepEqual(logits.shape, [2, CLASSES]);
					const values = logits.dataSync();
					assert.ok(values.every(Number.isFinite));
					assert.ok(Math.abs(values[0] - values[CLASSES]) > 1e-3);
				});
			}
		});

		it('gives every trainable parameter a gradient, and frozen ones none', { skip }, () => {
			const classifier = someClassifier(name);
			const { model } = classifier;
			const middle = model.layers[Math.floor(model.layers.length * 0.6)].name;
			for (const [firstLayer, frozenBatchNormalization] of [
				['all', false],
				[middle, true],
			] as const) {
				unfreezeFrom(model, firstLayer, frozenBatchNormalization);
				const found: string[] = [];
				gradientsOf(model, (variable, gradient) => {
					found.push(variable);
					const norm = tf.norm(gradient).dataSync()[0];
					assert.ok(Number.isFinite(norm) && norm > 0, `the gradient of ${variable} has norm ${norm}`);
				});
				assert.deepEqual(found.sort(), names(model.trainableWeights));
				// Layer normalisation has such weights too, and is not frozen.
				const batchNormalization = new Set(names(batchNormalizationWeights(model)));
				const normalization = found.filter((variable) => batchNormalization.has(variable)).length;
				const expected = !frozenBatchNormalization && batchNormalization.size > 0;
				assert.equal(normalization > 0, expected, `${normalization} of batch normalisation`);
			}
		});

		it('changes no frozen weight and no frozen statistics in training', { skip }, () => {
			const classifier = someClassifier(name);
			const { model } = classifier;
			unfreezeFrom(model, 'all', true);
			const before = model.getWeights().map((weight) => weight.dataSync().slice());
			gradientsOf(model, () => undefined);
			model.getWeights().forEach((weight, i) => {
				assert.deepEqual(weight.dataSync().slice(), before[i], model.weights[i].originalName);
			});
			unfreezeFrom(model, 'all', false);
			gradientsOf(model, () => undefined);
			const moved = model.nonTrainableWeights.filter((weight) => {
				const old = before[model.weights.indexOf(weight)];
				return weight
					.read()
					.dataSync()
					.some((value, at) => value !== old[at]);
			});
			assert.equal(moved.length, model.nonTrainableWeights.length);
		});

		it('leaves no tensors behind', { skip }, () => {
			const tensors = tf.memory().numTensors;
			const classifier = build(name);
			const built = tf.memory().numTensors;
			gradientsOf(classifier.model, () => undefined);
			tf.tidy(() => void classifier.model.apply(formulaImages(tf, 'images', 1, 48)));
			assert.equal(tf.memory().numTensors, built);
			dispose(classifier);
			assert.equal(tf.memory().numTensors, tensors);
		});

		it('saved, it loads in plain layers and in @tensorflow/tfjs alone, with equal outputs', {
			skip: skipOutput,
		}, async (t) => {
			const folder = mkdtempSync(join(tmpdir(), 'backbone-'));
			t.after(() => rmSync(folder, { recursive: true }));
			const classifier = someClassifier(name);
			await classifier.model.save(`file://${folder}`);
			const loaded = await tf.loadLayersModel(`file://${folder}/model.json`);
			for (const layer of loaded.layers) assert.ok(isStock(layer), `${layer.name} is not tfjs's own`);
			const weights = loaded.getWeights();
			classifier.model.getWeights().forEach((weight, i) => {
				assert.deepEqual(weights[i].dataSync(), weight.dataSync());
			});
			const images = formulaImages(tf, 'images', 2, 32);
			const probabilities = probabilitiesOf(() => classifier.model.apply(images));
			near(
				probabilitiesOf(() => loaded.predict(images)),
				probabilities,
				1e-5,
			);
			const { outputs, ...environment } = await runAlone(folder, images);
			assert.deepEqual(environment, { backend: 'cpu', foreign: [] });
			near(
				probabilitiesOf(() => tf.tensor2d(outputs, [2, CLASSES])),
				probabilities,
				1e-4,
			);
			images.dispose();
			loaded.dispose();
		});
	});
}

function probabilitiesOf(logits: () => unknown): Float32Array {
	return tf.tidy(() =>
		tf
			.softmax(logits() as tf.Tensor)
			.dataSync<'float32'>()
			.slice(),
	);
}

interface Alone {
	outputs: number[];
	backend: string;
	/** Modules of tfjs-node and of this project that the process has loaded. */
	foreign: string[];
}

/** Runs a saved model in a process that has only tfjs. */
async function runAlone(folder: string, images: tf.Tensor): Promise<Alone> {
	const input = { shape: images.shape, values: Array.from(images.dataSync()) };
	writeFileSync(join(folder, 'input.json'), JSON.stringify(input));
	await promisify(execFile)(process.execPath, ['--import', 'tsx', join(__dirname, 'plainTfjs.ts'), folder]);
	return JSON.parse(readFileSync(join(folder, 'output.json'), 'utf8'));
}

/** Whether a layer runs tfjs's own code: its class is the one that tfjs makes for a layer of that kind. */
function isStock(layer: tf.layers.Layer): boolean {
	const own = {
		BatchNormalization: tf.layers.batchNormalization(),
		LayerNormalization: tf.layers.layerNormalization(),
		ReLU: tf.layers.reLU(),
		Dropout: tf.layers.dropout({ rate: 0 }),
	};
	const stock = own[layer.getClassName() as keyof typeof own];
	return !stock || stock.constructor === layer.constructor;
}

test('a name that is not registered is refused, with the names that are', () => {
	assert.equal(backboneOf('mobilenet-v2').name, 'mobilenet-v2');
	assert.throws(() => backboneOf('mobilnet-v2'), {
		name: 'RangeError',
		message: /^Expected one of mobilenet-v2, .*efficientnet-lite2.* for backbone but received "mobilnet-v2"\.$/,
	});
});
