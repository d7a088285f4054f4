// What the same steps give in Keras stands in fixtures/backbones/steps.json, made by make_steps.py there.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { BACKBONES } from '../../lib/backbones/registry';
import { crossEntropy } from '../../lib/losses';
import { buildClassifier, type Classifier, unfreezeFrom } from '../../lib/model';
import { AdamW } from '../../lib/tensorflow/optimizer';
import { tf } from '../../lib/tensorflow/tf';
import { fit } from '../../lib/trainer';
import type { Batch } from '../../lib/transforms/mixup';
import { formulaImages, formulaWeight, uniform } from './formula';
import { type TwoNumbers, twoNumbers } from './kerasNetwork';

type Mode = 'training' | 'frozen';
interface Options {
	/** One a step. */
	learningRates: number[];
	weightDecay: number;
	labelSmoothing: number;
	clipNorm: number;
	epsilon: number;
}
interface Steps {
	options: Options;
	losses: number[];
	/** Of the first step, before they are clipped. */
	gradients: TwoNumbers;
	/** What all steps together made of the weights and moving statistics that they may change. */
	changes: TwoNumbers;
}

const file = join(__dirname, '..', 'fixtures', 'backbones', 'steps.json');
const fixtures = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Steps>;
const [CLASSES, BATCH, SIZE, MOMENTUM] = [7, 8, 96, 0.99];
const TOLERANCE = 1e-4;
/** Part of a weight that rounding may add to its changes: float32 keeps no less than 6e-8 of it. */
const ROUNDING = 1e-7;

/** Weights with which ReLU6 passes most channels whole and shuts some, far from its kinks; make_steps.py says why so. */
function stepWeight(name: string, shape: readonly number[], mode: Mode): Float64Array {
	const [layer, kind] = name.split('/');
	const clipped = !/(project_BN|bn2)$/.test(layer);
	if (kind === 'depthwise_kernel') {
		const [side, , channels] = shape;
		const centre = (side ** 2 - 1) / 2;
		const size = side ** 2 * channels;
		return uniform(name, size).map((u, i) => (1.5 * u) / side ** 2 + (Math.floor(i / channels) === centre ? 1 : 0));
	}
	const values = formulaWeight(name, shape, clipped);
	if (kind !== 'beta' || !clipped) return values;
	const shutAt6 = mode === 'frozen' || ['Conv_1_bn', 'head_bn'].includes(layer);
	return values.map((value, i) => value + (i % 16 === 3 ? -6 : i % 16 === 11 && shutAt6 ? 6 : 0));
}

function someClassifier(name: string, mode: Mode): Classifier {
	const classifier = buildClassifier(BACKBONES[name], {
		classes: CLASSES,
		dropoutRate: 0,
		stochasticDepthRate: 0,
		seed: 1,
	});
	const { model } = classifier;
	unfreezeFrom(model, 'all', false);
	tf.tidy(() => {
		for (const weight of model.weights) {
			const values = stepWeight(weight.originalName, weight.shape as number[], mode);
			weight.write(tf.tensor(Float32Array.from(values), weight.shape as number[]));
		}
		if (mode === 'frozen') freeze(model);
	});
	return classifier;
}

/** Freezes batch normalisation at the statistics of a batch: those of the formula would normalise nothing. */
function freeze(model: tf.LayersModel): void {
	for (const weight of model.nonTrainableWeights) weight.write(tf.zerosLike(weight.read()));
	model.apply(batch(1).inputs, { training: true });
	for (const weight of model.nonTrainableWeights) weight.write(tf.div(weight.read(), 1 - MOMENTUM));
	unfreezeFrom(model, 'all', true);
}

/** The batch of a step, counted from 1. */
function batch(step: number): Batch {
	const labels = Array.from({ length: BATCH }, (_, i) => (i * step) % CLASSES);
	const targets = tf.tidy(() => tf.oneHot(tf.tensor1d(labels, 'int32'), CLASSES).toFloat() as tf.Tensor2D);
	return { inputs: formulaImages(tf, `images ${step}`, BATCH, SIZE), targets };
}

function gradientsOf(model: tf.LayersModel, labelSmoothing: number): TwoNumbers {
	return tf.tidy(() => {
		const { inputs, targets } = batch(1);
		const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
		const { grads } = tf.variableGrads(
			() => crossEntropy(targets, model.apply(inputs, { training: true }) as tf.Tensor2D, { labelSmoothing }),
			variables,
		);
		const gradients = model.trainableWeights.map((weight, i) => {
			const name = weight.originalName;
			return [name, twoNumbers(name, grads[variables[i].name].dataSync())] as const;
		});
		return Object.fromEntries(gradients);
	});
}

/** Trains for the steps; returns the mean loss up to each. */
async function takeSteps(model: tf.LayersModel, { learningRates, labelSmoothing, ...options }: Options) {
	const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
	const groups = [true, false].map((decays) => {
		const members = variables.filter(({ rank }) => rank > 1 === decays);
		return { variables: members, decays, learningRateScale: 1 };
	});
	const optimizer = new AdamW(groups, { ...options, beta1: 0.9, beta2: 0.999 });
	const losses: number[] = [];
	await fit({
		model,
		optimizer,
		epochs: 1,
		stepsPerEpoch: learningRates.length,
		learningRate: (step) => learningRates[step],
		batch: (_, step) => batch(step),
		loss: (targets, logits) => crossEntropy(targets, logits, { labelSmoothing }),
		validate: async () => ({ validationLoss: 0, validationAccuracy: 0, validationMacroF1: 0 }),
		imageSize: () => SIZE,
		monitor: 'validationLoss',
		patience: 1,
		callbacks: [{ onStepEnd: ({ loss }) => void losses.push(loss) }],
	});
	optimizer.dispose();
	return losses;
}

/** Asserts that losses are those of the steps, given their means up to each. */
function sameLosses(means: number[], losses: number[]): void {
	assert.equal(means.length, losses.length);
	means.forEach((mean, i) => {
		const expected = losses.slice(0, i + 1).reduce((sum, loss) => sum + loss, 0) / (i + 1);
		assert.ok(Math.abs(mean - expected) <= TOLERANCE * expected, `${mean} instead of ${expected}`);
	});
}

/** Asserts that tensors agree with the stored ones: both numbers, to what `allowed` makes of the norm. */
function same(received: TwoNumbers, expected: TwoNumbers, allowed: (name: string, norm: number) => number): void {
	assert.deepEqual(Object.keys(received).sort(), Object.keys(expected).sort());
	for (const [name, numbers] of Object.entries(expected)) {
		numbers.forEach((number, i) => {
			const difference = Math.abs(received[name][i] - number);
			assert.ok(difference <= allowed(name, numbers[0]), `${name}: ${received[name]} instead of ${numbers}`);
		});
	}
}

/**
 * A beta's gradient is a sum that cancels, for the next normalisation takes away what beta has added: behind a 1x1
 * convolution all of it, behind a depthwise one all but at the borders. Gamma's sum, as long, tells what rounding leaves.
 */
function sameGradients(received: TwoNumbers, expected: TwoNumbers): void {
	same(received, expected, (name, norm) => {
		return TOLERANCE * Math.max(norm, expected[name.replace('/beta', '/gamma')][0]);
	});
}

function sameChanges(model: tf.LayersModel, before: tf.TypedArray[], expected: TwoNumbers): void {
	const received: TwoNumbers = {};
	const norms: Record<string, number> = {};
	for (const [i, weight] of model.weights.entries()) {
		const name = weight.originalName;
		const after = weight.read().dataSync();
		if (name in expected) {
			const change = Float64Array.from(after, (value, at) => value - before[i][at]);
			received[name] = twoNumbers(name, change);
			[norms[name]] = twoNumbers(name, before[i]);
		} else {
			// Frozen batch normalisation, gamma and beta included.
			assert.deepEqual(after, before[i], name);
		}
	}
	same(received, expected, (name, norm) => TOLERANCE * norm + ROUNDING * norms[name]);
}

for (const name of ['efficientnet-lite0', 'mobilenet-v2']) {
	for (const mode of ['training', 'frozen'] as const) {
		test(`${name}, batch normalisation ${mode}: two steps are those of Keras`, async () => {
			const { options, losses, gradients, changes } = fixtures[`${name} ${mode}`];
			const { model, head } = someClassifier(name, mode);
			const before = model.weights.map((weight) => weight.read().dataSync().slice());
			sameGradients(gradientsOf(model, options.labelSmoothing), gradients);
			tf.tidy(() => model.setWeights(before.map((values, i) => tf.tensor(values, model.weights[i].shape as number[]))));
			sameLosses(await takeSteps(model, options), losses);
			sameChanges(model, before, changes);
			model.dispose();
			head.dispose();
		});
	}
}
