import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Batch } from '../../../lib/augmentation/mixup';
import { BACKBONES } from '../../../lib/model/backbones/registry';
import { buildClassifier, type Classifier, unfreezeFrom } from '../../../lib/model/classifier';
import { AdamW } from '../../../lib/tensorflow/optimizer';
import { tf } from '../../../lib/tensorflow/tf';
import { fit } from '../../../lib/training/fit';
import { crossEntropy } from '../../../lib/training/losses';
import { formulaImages } from './formula';
import { type TwoNumbers, twoNumbers } from './kerasNetwork';
import { type Mode, stepWeight } from './stepWeights';

interface Options {
	/** One a step. */
	learningRates: number[];
	weightDecay: number;
	labelSmoothing: number;
	clipNorm: number;
	epsilon: number;
}
interface Steps {
	/** Side of the images. */
	size: number;
	/** Their numbers, by step. */
	images: number[][];
	options: Options;
	losses: number[];
	/** Of the first step, before they are clipped. */
	gradients: TwoNumbers;
	/** What all steps together made of the weights and moving statistics that they may change. */
	changes: TwoNumbers;
}

const file = join(__dirname, '..', '..', 'fixtures', 'backbones', 'steps.json');
/** What Keras makes of two steps, by network and mode: `mobilenet-v2 training`. */
export const fixtures = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Steps>;
const [CLASSES, MOMENTUM] = [7, 0.99];
/** Part of a weight that rounding may add to its changes: float32 keeps no less than 6e-8 of it. */
const ROUNDING = 1e-7;

function someClassifier(name: string, mode: Mode, { size, images }: Steps): Classifier {
	const options = { classes: CLASSES, dropoutRate: 0, stochasticDepthRate: 0, seed: 1 };
	const classifier = buildClassifier(BACKBONES[name], options);
	const { model } = classifier;
	unfreezeFrom(model, 'all', false);
	tf.tidy(() => {
		for (const weight of model.weights) {
			const values = stepWeight(name, weight.originalName, weight.shape as number[], mode);
			weight.write(tf.tensor(new Float32Array(values), weight.shape as number[]));
		}
		if (mode === 'frozen') freezeAt(model, batch(images[0], size).inputs);
	});
	return classifier;
}

function setWeights(model: tf.LayersModel, values: readonly tf.TypedArray[]): void {
	tf.tidy(() => model.setWeights(model.weights.map(({ shape }, i) => tf.tensor(values[i], shape as number[]))));
}

/** Freezes batch normalisation at the statistics of a batch: those of the formula would normalise nothing. */
function freezeAt(model: tf.LayersModel, images: tf.Tensor): void {
	for (const weight of model.nonTrainableWeights) weight.write(tf.zerosLike(weight.read()));
	model.apply(images, { training: true });
	for (const weight of model.nonTrainableWeights) weight.write(tf.div(weight.read(), 1 - MOMENTUM));
	unfreezeFrom(model, 'all', true);
}

/** A batch of images, by their numbers. */
function batch(numbers: readonly number[], size: number): Batch {
	const labels = numbers.map((number) => number % CLASSES);
	return tf.tidy(() => {
		const inputs = tf.concat(numbers.map((number) => formulaImages(tf, `image ${number}`, 1, size)));
		return { inputs, targets: tf.oneHot(tf.tensor1d(labels, 'int32'), CLASSES).toFloat() as tf.Tensor2D };
	});
}

async function gradientsOf(model: tf.LayersModel, steps: Steps): Promise<TwoNumbers> {
	const { images, size, options } = steps;
	const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
	const grads = tf.tidy(() => {
		const { inputs, targets } = batch(images[0], size);
		const { labelSmoothing } = options;
		return tf.variableGrads(
			() => crossEntropy(targets, model.apply(inputs, { training: true }) as tf.Tensor2D, { labelSmoothing }),
			variables,
		).grads;
	});
	const gradients: TwoNumbers = {};
	for (const [i, { originalName }] of model.trainableWeights.entries()) {
		gradients[originalName] = twoNumbers(originalName, await grads[variables[i].name].data());
	}
	tf.dispose(grads);
	return gradients;
}

async function valuesOf(model: tf.LayersModel): Promise<tf.TypedArray[]> {
	const values: tf.TypedArray[] = [];
	for (const weight of model.weights) values.push((await weight.read().data()).slice());
	return values;
}

/** Trains for the steps; returns the mean loss up to each. */
async function takeSteps(model: tf.LayersModel, { images, size, options: all }: Steps): Promise<number[]> {
	const { learningRates, labelSmoothing, ...options } = all;
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
		batch: (_, step) => batch(images[step - 1], size),
		loss: (targets, logits) => crossEntropy(targets, logits, { labelSmoothing }),
		validate: async () => ({ validationLoss: 0, validationAccuracy: 0, validationMacroF1: 0 }),
		imageSize: () => size,
		monitor: 'validationLoss',
		patience: 1,
		callbacks: [{ onStepEnd: ({ loss }) => void losses.push(loss) }],
	});
	optimizer.dispose();
	return losses;
}

/** Asserts that losses are those of the steps, given their means up to each. */
function sameLosses(means: number[], losses: number[], tolerance: number): void {
	assert.equal(means.length, losses.length);
	means.forEach((mean, i) => {
		const expected = losses.slice(0, i + 1).reduce((sum, loss) => sum + loss, 0) / (i + 1);
		assert.ok(Math.abs(mean - expected) <= tolerance * expected, `${mean} instead of ${expected}`);
	});
}

/** Asserts that tensors agree with the stored ones: both numbers, to a part of their scale and what `rounding` adds. */
function same(received: TwoNumbers, expected: TwoNumbers, tolerance: number, rounding = (_: string) => 0): void {
	assert.deepEqual(Object.keys(received).sort(), Object.keys(expected).sort());
	for (const [name, numbers] of Object.entries(expected)) {
		const allowed = tolerance * scaleOf(name, expected) + rounding(name);
		numbers.forEach((number, i) => {
			const difference = Math.abs(received[name][i] - number);
			assert.ok(difference <= allowed, `${name}: ${received[name]} instead of ${numbers}, at most ${allowed} away`);
		});
	}
}

/**
 * The norm, but not where a gradient is a sum that cancels. The next batch normalisation takes away what a beta has added:
 * behind a 1x1 convolution all of it, behind a depthwise one all but at the borders. Gamma's sum, as long, tells what
 * rounding leaves. A bias in front of batch normalisation has no effect at all; there the kernel's sum tells it.
 */
function scaleOf(name: string, tensors: TwoNumbers): number {
	const [norm] = tensors[name];
	const whole = tensors[name.replace('/beta', '/gamma').replace('/bias', '/kernel')]?.[0] ?? 0;
	const cancels = name.endsWith('/beta') || norm < 1e-6 * whole;
	return cancels ? Math.max(norm, whole) : norm;
}

async function sameChanges(
	model: tf.LayersModel,
	before: tf.TypedArray[],
	expected: TwoNumbers,
	tolerance: number,
): Promise<void> {
	const received: TwoNumbers = {};
	const rounding: Record<string, number> = {};
	for (const [i, weight] of model.weights.entries()) {
		const name = weight.originalName;
		const after = await weight.read().data();
		if (name in expected) {
			rounding[name] = ROUNDING * twoNumbers(name, before[i])[0];
			received[name] = twoNumbers(name, difference(after, before[i]));
		} else {
			// Frozen batch normalisation, gamma and beta included.
			assert.deepEqual(after, before[i], name);
		}
	}
	same(received, expected, tolerance, (name) => rounding[name]);
}

function difference(after: tf.TypedArray, before: tf.TypedArray): Float64Array {
	const change = new Float64Array(after);
	for (let i = 0; i < change.length; i++) change[i] -= before[i];
	return change;
}

const usesBatchNormalization = ({ layers }: tf.LayersModel) =>
	layers.some((layer) => layer.getClassName() === 'BatchNormalization');

/**
 * Asserts that two steps of a network are those of Keras: gradients of the first, losses, and what both make of the weights.
 * @param tolerance As a part of each tensor's scale.
 */
export async function checkSteps(name: string, mode: Mode, tolerance: number): Promise<void> {
	const steps = fixtures[`${name} ${mode}`];
	assert.ok(steps, 'make_steps.py does not know this network');
	const { model, head } = someClassifier(name, mode, steps);
	assert.equal(`${name} frozen` in fixtures, usesBatchNormalization(model));
	const before = await valuesOf(model);
	same(await gradientsOf(model, steps), steps.gradients, tolerance);
	setWeights(model, before);
	sameLosses(await takeSteps(model, steps), steps.losses, tolerance);
	await sameChanges(model, before, steps.changes, tolerance);
	model.dispose();
	head.dispose();
}
