import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { describe, it } from 'node:test';
import { efficientNetLite0 } from '../../lib/model/backbones/efficientNet';
import { mobileNetV2 } from '../../lib/model/backbones/mobileNetV2';
import { BACKBONES, backbone } from '../../lib/model/backbones/registry';
import {
	buildClassifier,
	type Classifier,
	type ClassifierOptions,
	type CreateOptions,
	createClassifier,
	unfreezeFrom,
} from '../../lib/model/classifier';
import { loadPretrained, locatePretrained } from '../../lib/model/weights/pretrained';
import { tf } from '../../lib/tensorflow/tf';
import { formulaImages, setFormulaWeights, uniform } from './backbones/formula';

const OPTIONS: ClassifierOptions = { classes: 7, dropoutRate: 0.3, stochasticDepthRate: 0.1, seed: 5 };

function withClassifier(options: Partial<ClassifierOptions>, work: (classifier: Classifier) => void): void {
	const classifier = buildClassifier(efficientNetLite0, { ...OPTIONS, ...options });
	work(classifier);
	classifier.model.dispose();
	classifier.head.dispose();
}

function kernelOf({ model }: Classifier): Float32Array {
	return model.getLayer('logits').getWeights()[0].dataSync<'float32'>().slice();
}

const trainable = (model: tf.LayersModel) => model.layers.filter((layer) => layer.trainable).map(({ name }) => name);

describe('buildClassifier', () => {
	it('makes a base and a head which together are the model', () => {
		withClassifier({}, (classifier) => {
			const { model, base, head } = classifier;
			setFormulaWeights(tf, model);
			assert.deepEqual(base.outputs[0].shape, [null, 1280]);
			assert.deepEqual(head.inputs[0].shape, [null, 1280]);
			assert.deepEqual(model.outputs[0].shape, [null, 7]);
			tf.tidy(() => {
				const images = formulaImages(tf, 'images', 2, 48);
				const features = base.apply(images) as tf.Tensor;
				const logits = model.apply(images) as tf.Tensor;
				assert.deepEqual((head.apply(features) as tf.Tensor).dataSync(), logits.dataSync());
				// The head is its formula: features x kernel + bias.
				const [kernel, bias] = model
					.getLayer('logits')
					.getWeights()
					.map((weight) => weight.dataSync());
				const [first, values] = [features.dataSync(), logits.dataSync()];
				for (let unit = 0; unit < 7; unit++) {
					let expected = bias[unit];
					for (let i = 0; i < 1280; i++) expected += first[i] * kernel[i * 7 + unit];
					assert.ok(Math.abs(values[unit] - expected) < 1e-3 * Math.max(1, Math.abs(expected)));
				}
			});
		});
	});

	it('pools by the mean over all positions', () => {
		withClassifier({}, ({ model, base }) => {
			setFormulaWeights(tf, model);
			tf.tidy(() => {
				const images = formulaImages(tf, 'images', 1, 80);
				const network = tf.model({ inputs: model.inputs, outputs: model.getLayer('head_bn_relu').output });
				const positions = network.apply(images) as tf.Tensor4D;
				assert.deepEqual(positions.shape, [1, 3, 3, 1280]);
				const [pooled, values] = [(base.apply(images) as tf.Tensor).dataSync(), positions.dataSync()];
				for (const channel of [0, 77, 1279]) {
					let sum = 0;
					for (let position = 0; position < 9; position++) sum += values[position * 1280 + channel];
					assert.ok(Math.abs(pooled[channel] - sum / 9) < 1e-5);
				}
			});
		});
	});

	it('trains the head and the model by the same weights', () => {
		withClassifier({}, ({ model, head }) => {
			const [kernel, bias] = head.trainableWeights.map((weight) => weight.read() as tf.Variable);
			assert.deepEqual([kernel.shape, bias.shape], [[1280, 7], [7]]);
			tf.tidy(() => bias.assign(tf.tensor1d([1, 2, 3, 4, 5, 6, 7])));
			assert.deepEqual([...model.getLayer('logits').getWeights()[1].dataSync()], [1, 2, 3, 4, 5, 6, 7]);
			assert.equal(head.layers.filter(({ name }) => name === 'logits')[0], model.getLayer('logits'));
		});
	});

	it('begins from the seed: the same kernel for the same, another for another, biases 0', () => {
		const kernels: Float32Array[] = [];
		for (const seed of [5, 5, 6]) {
			withClassifier({ seed }, (classifier) => {
				kernels.push(kernelOf(classifier));
				assert.ok(
					classifier.model
						.getLayer('logits')
						.getWeights()[1]
						.dataSync()
						.every((value) => value === 0),
				);
			});
		}
		assert.deepEqual(kernels[1], kernels[0]);
		assert.notDeepEqual(kernels[2], kernels[0]);
		// Glorot and Bengio 2010: uniform within the root of 6 / (fan-in + fan-out).
		const limit = Math.sqrt(6 / (1280 + 7));
		assert.ok(kernels[0].every((value) => Math.abs(value) <= limit * 1.001));
		const variance = kernels[0].reduce((sum, value) => sum + value ** 2, 0) / kernels[0].length;
		assert.ok(Math.abs(variance / (limit ** 2 / 3) - 1) < 0.05);
	});

	it('drops features in training only, by the rate', () => {
		withClassifier({ dropoutRate: 0.5, classes: 3 }, ({ head }) => {
			tf.tidy(() => {
				const features = tf.tensor2d(Float32Array.from(uniform('features', 1280)), [1, 1280]);
				const logits = (training: boolean) => Array.from((head.apply(features, { training }) as tf.Tensor).dataSync());
				assert.deepEqual(logits(false), logits(false));
				assert.notDeepEqual(logits(true), logits(false));
			});
			assert.equal(head.getLayer('dropout').getConfig().rate, 0.5);
		});
	});

	it('drops branches at rates that grow with the depth, and none at rate 0', () => {
		const rates = ({ model }: Classifier) =>
			model.layers.filter(({ name }) => name.endsWith('_drop')).map((layer) => [layer.name, layer.getConfig().rate]);
		withClassifier({ stochasticDepthRate: 0 }, (classifier) => assert.deepEqual(rates(classifier), []));
		withClassifier({ stochasticDepthRate: 0.3 }, (classifier) => {
			// Blocks that add their input, of 16: the deepest of all, block 15, changes the channels and adds nothing.
			const blocks = [2, 4, 6, 7, 9, 10, 12, 13, 14];
			assert.deepEqual(
				rates(classifier),
				blocks.map((block) => [`block${block}_drop`, (0.3 * block) / 15]),
			);
		});
	});
});

/** How the parts of a network are named, where not block1 to block15. */
const PARTS: Readonly<Record<string, { prefix: string; numbers: readonly number[] }>> = {
	'convnext-tiny': { prefix: 'stage', numbers: [1, 2, 3] },
	'efficientnet-b0': { prefix: 'block', numbers: [1, 3, 7] },
	'mobilenet-v2': { prefix: 'block_', numbers: [1, 9, 12, 15] },
	resnet50: { prefix: 'conv', numbers: [1, 3, 5] },
	vgg16: { prefix: 'block', numbers: [1, 3, 5] },
	'vgg16-block3': { prefix: 'block', numbers: [1, 3] },
};

describe('unfreezeFrom', () => {
	for (const backbone of Object.values(BACKBONES)) {
		it(`freezes the blocks before the one named, and no other: ${backbone.name}`, () => {
			const classifier = buildClassifier(backbone, OPTIONS);
			const { model } = classifier;
			const { prefix, numbers } = PARTS[backbone.name] ?? { prefix: 'block', numbers: [1, 9, 12, 15] };
			// `expanded_conv` is MobileNetV2's block 0; what has no number comes before all blocks or behind them.
			const blockOf = (name: string) => {
				const number = /^(?:block_?|conv|pool|stage|downsampling)(\d+)[a-d]?_/.exec(name)?.[1];
				return number ? Number(number) : /^(expanded|image|Conv1|bn_Conv1|stem)/.test(name) ? 0 : 99;
			};
			for (const first of numbers) {
				unfreezeFrom(model, `${prefix}${first}`, false);
				for (const layer of model.layers) assert.equal(layer.trainable, blockOf(layer.name) >= first, layer.name);
				unfreezeFrom(model, `${prefix}${first}`, true);
				for (const layer of model.layers) {
					const expected = blockOf(layer.name) >= first && layer.getClassName() !== 'BatchNormalization';
					assert.equal(layer.trainable, expected, layer.name);
				}
			}
			model.dispose();
			classifier.head.dispose();
		});
	}

	it('unfreezes all, batch normalisation apart if so wished, whatever was frozen before', () => {
		withClassifier({}, ({ model }) => {
			const count = (kind: string) => model.layers.filter((layer) => layer.getClassName() === kind).length;
			unfreezeFrom(model, 'logits', false);
			assert.deepEqual(trainable(model), ['logits']);
			assert.equal(model.trainableWeights.length, 2);
			unfreezeFrom(model, 'all', true);
			assert.equal(trainable(model).length, model.layers.length - count('BatchNormalization'));
			unfreezeFrom(model, 'all', false);
			assert.equal(trainable(model).length, model.layers.length);
			// Kernel, scale and offset of each convolution, and the head's two; the statistics are never trained.
			const convolutions = count('Conv2D') + count('DepthwiseConv2D');
			assert.equal(model.trainableWeights.length, 3 * convolutions + 2);
			assert.equal(model.nonTrainableWeights.length, 2 * count('BatchNormalization'));
		});
	});

	it('refuses a name that begins no layer, and changes nothing', () => {
		withClassifier({}, ({ model }) => {
			unfreezeFrom(model, 'block12', false);
			const before = trainable(model);
			assert.throws(() => unfreezeFrom(model, 'block16', false), {
				name: 'RangeError',
				message:
					/^Expected all or the start of a layer's name \(image, stem, block0, block1, .*block15, head, pooling, dropout, logits\) for unfreezeFrom but received "block16"\.$/,
			});
			assert.deepEqual(trainable(model), before);
		});
		const model = mobileNetV2.build({ stochasticDepthRate: 0 });
		assert.throws(() => unfreezeFrom(model, 'block12', false), {
			message: /Conv1, expanded, block_1, block_2, .*block_16, Conv_1\)/,
		});
		model.dispose();
	});
});

const NAME = 'efficientnet-lite0';

function dispose({ model, head }: Classifier): void {
	model.dispose();
	head.dispose();
}

/** Creates a classifier and returns its weights. */
async function weightsOf(options: Partial<CreateOptions>, name = NAME): Promise<Float32Array[]> {
	const classifier = await createClassifier(name, { classes: 7, ...options });
	const weights = classifier.model.getWeights().map((weight) => weight.dataSync<'float32'>().slice());
	dispose(classifier);
	return weights;
}

describe('createClassifier', () => {
	it('builds a backbone with a new head and loads the pretrained weights', async () => {
		const record = backbone(NAME);
		const expected = buildClassifier(record, { classes: 7, dropoutRate: 0, stochasticDepthRate: 0, seed: 3 });
		await loadPretrained(expected.base, record, locatePretrained(record));
		const weights = expected.model.getWeights().map((weight) => weight.dataSync<'float32'>().slice());
		dispose(expected);
		assert.deepEqual(await weightsOf({ seed: 3 }), weights);
		assert.deepEqual(await weightsOf({ seed: 3, weights: locatePretrained(record) }), weights);
	});

	it('draws other weights by the seed, and leaves what starts from a constant', async () => {
		const weights = await weightsOf({ weights: 'random', seed: 1 });
		assert.deepEqual(await weightsOf({ weights: 'random', seed: 1 }), weights);
		const others = await weightsOf({ weights: 'random', seed: 2 });
		// Kernels are drawn; scales, offsets, biases and statistics start from a constant.
		for (const [i, values] of weights.entries()) {
			const isConstant = values.every((value) => value === values[0]);
			assert.equal(String(values.slice(0, 99)) === String(others[i].slice(0, 99)), isConstant, `weight ${i}`);
			assert.ok(isConstant || Math.abs(values.reduce((a, b) => a + b) / values.length) < 0.2);
		}
		const scales = (await weightsOf({ weights: 'random' }, 'convnext-tiny')).filter(
			(values) => values[0] === Math.fround(1e-6),
		);
		assert.equal(scales.length, 18);
	});

	it('refuses unknown backbones, and says how to get weights that are missing', async () => {
		for (const name of ['efficientnet', 'constructor', '__proto__']) {
			await assert.rejects(createClassifier(name, { classes: 7 }), { name: 'RangeError', message: /for backbone/ });
		}
		await assert.rejects(createClassifier(NAME, { classes: 7, projectFolder: tmpdir() }), {
			name: 'DataError',
			message: /^Expected the pretrained weights efficientnet-lite0\S+ in data\/weights.*npx fer data --weights/,
		});
	});
});
