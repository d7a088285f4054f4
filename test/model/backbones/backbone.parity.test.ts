// What other implementations of the networks give stands in fixtures/backbones/features.json, made by make_fixtures.py there.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Backbone } from '../../../lib/model/backbones/backbone';
import { efficientNetLite0, efficientNetLite1, efficientNetLite2 } from '../../../lib/model/backbones/efficientNet';
import { mobileNetV2 } from '../../../lib/model/backbones/mobileNetV2';
import { findPretrained, loadPretrained } from '../../../lib/model/weights/pretrained';
import { tf } from '../../../lib/tensorflow/tf';
import { formulaImages, formulaWeight, setFormulaWeights, uniform } from './formula';

interface Features {
	shape: number[];
	/** Positions of the stored features, counted row by row over the whole batch. */
	rows: number[];
	/** Float32, base64. */
	values: string;
}
/** Tensors in short, by weight: the norm, and the product with a formula. */
type TwoNumbers = Record<string, [number, number]>;

const fixtures = JSON.parse(
	readFileSync(join(__dirname, '..', '..', 'fixtures', 'backbones', 'features.json'), 'utf8'),
) as {
	[key: string]: Features & { gradients: TwoNumbers; statistics: TwoNumbers };
};
const MOMENTUM = 0.99;

/** Asserts that features differ from the stored ones by at most 1e-3 of the largest of them, anywhere. */
function sameFeatures(received: tf.Tensor, fixture: Features): void {
	assert.deepEqual(received.shape, fixture.shape);
	const bytes = Buffer.from(fixture.values, 'base64');
	const expected = new Float32Array(Uint8Array.from(bytes).buffer);
	const channels = fixture.shape[3];
	assert.equal(expected.length, fixture.rows.length * channels);
	const values = received.dataSync();
	const largest = expected.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
	assert.ok(largest > 0.5, 'features are all but zero');
	let worst = 0;
	fixture.rows.forEach((row, i) => {
		for (let channel = 0; channel < channels; channel++) {
			const difference = Math.abs(values[row * channels + channel] - expected[i * channels + channel]);
			assert.ok(Number.isFinite(difference));
			worst = Math.max(worst, difference);
		}
	});
	assert.ok(worst <= 1e-3 * largest, `features differ by ${worst}, and the largest is ${largest}`);
}

function sameInference(model: tf.LayersModel, batch: number, key: string): void {
	const fixture = fixtures[key];
	tf.tidy(() => {
		const images = formulaImages(tf, 'images', batch, Number(key.split(' ')[2]));
		sameFeatures(model.apply(images) as tf.Tensor, fixture);
	});
}

function twoNumbers(name: string, values: ArrayLike<number>): [number, number] {
	const formula = uniform(`projection of ${name}`, values.length);
	let [squares, projection] = [0, 0];
	for (let i = 0; i < values.length; i++) {
		squares += values[i] ** 2;
		projection += values[i] * formula[i];
	}
	return [Math.sqrt(squares), projection];
}

/** Asserts that tensors agree with the stored ones: both numbers, to 1e-3 of the norm. */
function sameTensors(received: TwoNumbers, expected: TwoNumbers): void {
	assert.deepEqual(Object.keys(received).sort(), Object.keys(expected).sort());
	for (const [name, numbers] of Object.entries(expected)) {
		numbers.forEach((number, i) => {
			const difference = Math.abs(received[name][i] - number);
			assert.ok(difference <= 1e-3 * numbers[0], `${name}: ${received[name]} instead of ${numbers}`);
		});
	}
}

/**
 * Takes out the gradients that are zero but for rounding and asserts that they are. Normalisation behind a 1x1
 * convolution takes away what the one before it has added, and no ReLU6 cuts anything off between them.
 */
function withoutZeros(gradients: TwoNumbers): TwoNumbers {
	const isZero = (name: string) => /_(project|depthwise)_BN\/beta$/.test(name);
	for (const [name, [norm]] of Object.entries(gradients)) {
		const scale = gradients[name.replace('beta', 'gamma')][0];
		assert.ok(!isZero(name) || norm < 1e-3 * scale, `${name} is ${norm}, and gamma's is ${scale}`);
	}
	return Object.fromEntries(Object.entries(gradients).filter(([name]) => !isZero(name)));
}

test('MobileNetV2 gives the features of keras.applications, weights by formula', () => {
	const model = mobileNetV2.build({ stochasticDepthRate: 0 });
	setFormulaWeights(tf, model);
	sameInference(model, 2, 'mobilenet-v2 formula 96');
	sameInference(model, 1, 'mobilenet-v2 formula 75');
	model.dispose();
});

test('MobileNetV2 in training gives the features and moving statistics of keras.applications', () => {
	const fixture = fixtures['mobilenet-v2 training 96'];
	const model = mobileNetV2.build({ stochasticDepthRate: 0 });
	setFormulaWeights(tf, model);
	tf.tidy(() => {
		sameFeatures(model.apply(formulaImages(tf, 'images', 2, 96), { training: true }) as tf.Tensor, fixture);
	});
	const statistics = model.nonTrainableWeights.map((weight) => {
		const name = weight.originalName;
		const before = formulaWeight(name, weight.shape as number[]);
		const mixedIn = Array.from(weight.read().dataSync(), (x, i) => (x - MOMENTUM * before[i]) / (1 - MOMENTUM));
		return [name, twoNumbers(name, mixedIn)] as const;
	});
	sameTensors(Object.fromEntries(statistics), fixture.statistics);
	model.dispose();
});

test('MobileNetV2 in training gives the gradients of keras.applications', () => {
	const fixture = fixtures['mobilenet-v2 within 96'];
	const model = mobileNetV2.build({ stochasticDepthRate: 0 });
	setFormulaWeights(tf, model, true);
	tf.tidy(() => {
		const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
		const { grads } = tf.variableGrads(() => {
			const features = model.apply(formulaImages(tf, 'images', 2, 96), { training: true }) as tf.Tensor;
			sameFeatures(features, fixture);
			const factors = tf.tensor(Float32Array.from(uniform('loss', features.size)), features.shape);
			return tf.sum(tf.mul(features, factors)) as tf.Scalar;
		}, variables);
		const gradients = model.trainableWeights.map((weight, i) => {
			const name = weight.originalName;
			return [name, twoNumbers(name, grads[variables[i].name].dataSync())] as const;
		});
		sameTensors(withoutZeros(Object.fromEntries(gradients)), withoutZeros(fixture.gradients));
	});
	model.dispose();
});

async function realFeatures(backbone: Backbone, path: string, keys: string[]): Promise<void> {
	const model = backbone.build({ stochasticDepthRate: 0 });
	await loadPretrained(model, backbone, path);
	for (const key of keys) sameInference(model, 1, key);
	model.dispose();
}

const mobileNetPath = process.env.MOBILENET_V2_WEIGHTS;
test('MobileNetV2 with its ImageNet weights gives the features of keras.applications', {
	skip: !mobileNetPath && `MOBILENET_V2_WEIGHTS does not say where ${mobileNetV2.pretrained.fileName} lies.`,
}, async () => {
	await realFeatures(mobileNetV2, mobileNetPath as string, ['mobilenet-v2 real 96']);
});

const root = join(__dirname, '..', '..', '..');
for (const backbone of [efficientNetLite0, efficientNetLite1, efficientNetLite2]) {
	const { name, pretrained } = backbone;
	const path = findPretrained(pretrained, root);
	const isInstalled = backbone === efficientNetLite0 && existsSync(join(root, '.venv'));
	const remedy = backbone === efficientNetLite0 ? 'setup' : `data -- --weights ${name}`;
	test(`${name} with its ImageNet weights gives the features of an independent implementation`, {
		skip: !path && !isInstalled && `${pretrained.fileName} is not here: npm run ${remedy}`,
	}, async () => {
		assert.ok(path, 'the set-up has made .venv, and the weights are not in it');
		const sizes = [96, 64, 75].map((size) => `${name} real ${size}`);
		await realFeatures(backbone, path, sizes);
	});

	test(`${name} has as many multiply-adds as its record says`, () => {
		const model = backbone.build({ stochasticDepthRate: 0 });
		let side = backbone.pretrainedSize;
		let sum = 0;
		// One path: convolutions stand in the order in which images pass them, and padding is always 'same'.
		for (const layer of model.layers.filter((each) => each.getClassName().endsWith('Conv2D'))) {
			side = Math.ceil(side / (layer.getConfig().strides as number[])[0]);
			sum += side ** 2 * tf.util.sizeFromShape(layer.weights[0].shape as number[]);
		}
		assert.equal(model.countParams(), backbone.parameters);
		assert.ok(Math.abs(sum / backbone.multiplyAdds - 1) < 0.005, `${sum}`);
		model.dispose();
	});
}
