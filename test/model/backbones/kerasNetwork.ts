// What keras.applications gives stands in fixtures/backbones/kerasNetworks-resnet-vgg.json, made by make_keras_networks.py.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Backbone } from '../../../lib/model/backbones/backbone';
import { unfreezeFrom } from '../../../lib/model/classifier';
import { tf } from '../../../lib/tensorflow/tf';
import { formulaImages, formulaWeight, numbersOf, uniform } from './formula';

export interface Features {
	readonly shape: number[];
	/** Positions of the stored features, counted row by row over the whole batch. */
	readonly rows: number[];
	/** Float32, base64. */
	readonly values: string;
}
/** Tensors in short, by weight: the norm, and the product with a formula. */
export type TwoNumbers = Record<string, [number, number]>;

/** Shapes of the tensors in the file that Keras saves, by their path there. */
export type SavedNames = Readonly<Record<string, number[]>>;

/** What Keras gives for one network, by case and image size. */
export type KerasNetwork = Readonly<
	Record<string, Features & { images: string; gradients: TwoNumbers; statistics: TwoNumbers }>
> & {
	readonly names: SavedNames;
};

const file = join(__dirname, '..', '..', 'fixtures', 'backbones', 'kerasNetworks-resnet-vgg.json');

export const kerasNetworks = JSON.parse(readFileSync(file, 'utf8')) as {
	readonly preprocessing: Readonly<Record<'rgb' | 'grey', { pixels: number[][]; expected: number[][] }>>;
	readonly resnet50: KerasNetwork;
	readonly vgg16: KerasNetwork;
};
const TOLERANCE = 1e-3;

const kernels = new Map<string, Float32Array>();

/** The formula of a weight; `shut` shuts one channel of 16 behind batch normalisation, and the others stay open. */
export function weightOf(name: string, shape: readonly number[], shut: boolean): Float32Array {
	const kernel = kernels.get(`${name} ${shape}`);
	if (kernel) return kernel;
	const values = new Float32Array(formulaWeight(name, shape, shut));
	if (shut && name.endsWith('/beta')) {
		for (let i = 3; i < values.length; i += 16) values[i] -= 6;
	}
	if (shape.length === 4) kernels.set(`${name} ${shape}`, values);
	return values;
}

/** Builds a network with weights by formula. */
export function buildWith(backbone: Backbone, shut = false): tf.LayersModel {
	const model = backbone.build({ stochasticDepthRate: 0 });
	setWeights(model, shut);
	return model;
}

/** Gives every weight of a model its formula. */
export function setWeights(model: tf.LayersModel, shut: boolean): void {
	for (const weight of model.weights) {
		const shape = weight.shape as number[];
		tf.tidy(() => {
			weight.write(tf.tensor(weightOf(weight.originalName, shape, shut), shape));
		});
	}
}

/** Asserts that features differ from the stored ones by at most 1e-3 of the largest of them, anywhere. */
export function sameFeatures(received: tf.Tensor, { shape, rows, values }: Features): void {
	assert.deepEqual(received.shape, shape);
	const expected = new Float32Array(Uint8Array.from(Buffer.from(values, 'base64')).buffer);
	const channels = shape[3];
	assert.equal(expected.length, rows.length * channels);
	const largest = expected.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
	assert.ok(largest > 0.1, 'features are all but zero');
	const all = received.dataSync();
	let worst = 0;
	rows.forEach((row, i) => {
		for (let channel = 0; channel < channels; channel++) {
			const difference = Math.abs(all[row * channels + channel] - expected[i * channels + channel]);
			assert.ok(Number.isFinite(difference));
			worst = Math.max(worst, difference);
		}
	});
	assert.ok(worst <= TOLERANCE * largest, `features differ by ${worst}, and the largest is ${largest}`);
}

/** Asserts that a model gives the stored features for images of the formula. */
export function sameOn(model: tf.LayersModel, batch: number, size: number, fixture: Features, training = false): void {
	tf.tidy(() => {
		sameFeatures(model.apply(formulaImages(tf, 'images', batch, size), { training }) as tf.Tensor, fixture);
	});
}

export function twoNumbers(name: string, values: ArrayLike<number>): [number, number] {
	const factorAt = numbersOf(`projection of ${name}`);
	let [squares, projection] = [0, 0];
	for (let i = 0; i < values.length; i++) {
		squares += values[i] ** 2;
		projection += values[i] * factorAt(i);
	}
	return [Math.sqrt(squares), projection];
}

/** Asserts that tensors agree with the stored ones: both numbers, to 1e-3 of the norm or of what `scale` says. */
export function sameTensors(
	received: TwoNumbers,
	expected: TwoNumbers,
	scale = (_: string, norm: number) => norm,
): void {
	assert.deepEqual(Object.keys(received).sort(), Object.keys(expected).sort());
	for (const [name, numbers] of Object.entries(expected)) {
		numbers.forEach((number, i) => {
			const difference = Math.abs(received[name][i] - number);
			const allowed = TOLERANCE * scale(name, numbers[0]);
			assert.ok(difference <= allowed, `${name}: ${received[name]} instead of ${numbers}`);
		});
	}
}

/** Gradients in training of the features' product with a formula, by weight; `features` sees the features. */
export function gradientsOf(model: tf.LayersModel, images: tf.Tensor4D, features: (y: tf.Tensor) => void): TwoNumbers {
	return tf.tidy(() => {
		const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
		const { grads } = tf.variableGrads(() => {
			const y = model.apply(images, { training: true }) as tf.Tensor;
			features(y);
			const factors = tf.tensor(Float32Array.from(uniform('loss', y.size)), y.shape);
			return tf.sum(tf.mul(y, factors)) as tf.Scalar;
		}, variables);
		const gradients = model.trainableWeights.map((weight, i) => {
			const name = weight.originalName;
			return [name, twoNumbers(name, grads[variables[i].name].dataSync())] as const;
		});
		return Object.fromEntries(gradients);
	});
}

/**
 * The scale of `sameTensors` where gradients cancel: they are sums of zero, and the kernel's or gamma's, which are as long,
 * tell what rounding leaves of them.
 */
export function scaleWhere(cancels: (name: string) => boolean, gradients: TwoNumbers) {
	return (name: string, norm: number) => {
		if (!cancels(name)) return norm;
		const whole = gradients[name.replace('/bias', '/kernel').replace('/beta', '/gamma')][0];
		assert.ok(norm < 1e-6 * whole, `${name}, which should be zero, is ${norm} in Keras`);
		return whole;
	};
}

/** The batch statistics of one step in training from weights by formula, as the moving statistics tell them. */
export function batchStatisticsOf(model: tf.LayersModel, momentum: number): TwoNumbers {
	const statistics = model.nonTrainableWeights.map((weight) => {
		const name = weight.originalName;
		const before = weightOf(name, weight.shape as number[], false);
		const mixedIn = Array.from(weight.read().dataSync(), (x, i) => (x - momentum * before[i]) / (1 - momentum));
		return [name, twoNumbers(name, mixedIn)] as const;
	});
	return Object.fromEntries(statistics);
}

/** Freezes batch normalisation at the statistics of the images: those of the formula would normalise nothing. */
export function freezeAt(images: tf.Tensor4D, model: tf.LayersModel, momentum: number): void {
	tf.tidy(() => {
		for (const weight of model.nonTrainableWeights) weight.write(tf.zerosLike(weight.read()));
		model.apply(images, { training: true });
		for (const weight of model.nonTrainableWeights) weight.write(tf.div(weight.read(), 1 - momentum));
	});
	unfreezeFrom(model, 'all', true);
}

/** Asserts what a record says of its network: weights, features, multiply-adds to 1 %. */
export function matchesRecord(model: tf.LayersModel, record: Backbone): void {
	assert.equal(model.countParams(), record.parameters);
	assert.deepEqual(model.outputs[0].shape, [null, null, null, record.features]);
	const multiplyAdds = multiplyAddsOf(model, record.pretrainedSize);
	assert.ok(Math.abs(multiplyAdds / record.multiplyAdds - 1) < 0.01, `${multiplyAdds}`);
}

/** Sets all weights to 0, so that one which a file does not give shows. */
export function clearWeights(model: tf.LayersModel): void {
	tf.tidy(() => {
		for (const weight of model.weights) weight.write(tf.zerosLike(weight.read()));
	});
}

/** Writes an .h5 file of tensors by their paths in it. */
export async function writeH5(
	path: string,
	tensors: Iterable<readonly [name: string, shape: number[], values: Float32Array]>,
): Promise<void> {
	const { default: h5wasm } = await import('h5wasm/node');
	await h5wasm.ready;
	const h5 = new h5wasm.File(path, 'w');
	try {
		for (const [name, shape, data] of tensors) {
			const groups = name.split('/').slice(0, -1);
			groups.forEach((_, i) => {
				const group = groups.slice(0, i + 1).join('/');
				if (!h5.get(group)) h5.create_group(group);
			});
			h5.create_dataset({ name, data, shape, dtype: '<f4' });
		}
	} finally {
		h5.close();
	}
}

/** Writes an .h5 file as Keras saves it: its paths, with weights by formula. */
export function writeLikeKeras(path: string, names: SavedNames): Promise<void> {
	const valuesOf = (name: string, shape: number[]) => weightOf(name.split('/').slice(-2).join('/'), shape, false);
	return writeH5(
		path,
		Object.entries(names).map(([name, shape]) => [name, shape, valuesOf(name, shape)] as const),
	);
}

/** Multiply-adds of all convolutions, depthwise ones too, and dense layers for one square image. */
function multiplyAddsOf(of: tf.LayersModel, size: number): number {
	const layers = of.layers.filter((layer) => ['Conv2D', 'DepthwiseConv2D', 'Dense'].includes(layer.getClassName()));
	const pixels = tf.tidy(() => {
		const inner = tf.model({ inputs: of.inputs, outputs: layers.map((layer) => layer.output as tf.SymbolicTensor) });
		const outputs = inner.apply(tf.zeros([1, size, size, 3])) as tf.Tensor[];
		return outputs.map(({ shape }) => (shape[1] as number) * (shape[2] as number));
	});
	return layers.reduce(
		(sum, layer, i) => sum + pixels[i] * tf.util.sizeFromShape(layer.weights[0].shape as number[]),
		0,
	);
}
