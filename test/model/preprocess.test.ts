import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Placement, randomPlacement } from '../../lib/augmentation/placement';
import { gatherPixels, makeDataset } from '../../lib/data/dataset';
import type { Normalization } from '../../lib/model/backbones/backbone';
import { convNeXtTiny } from '../../lib/model/backbones/convNeXtTiny';
import { efficientNetB0 } from '../../lib/model/backbones/efficientNet';
import { resNet50 } from '../../lib/model/backbones/resNet50';
import { vgg16, vgg16Block3 } from '../../lib/model/backbones/vgg16';
import { normalize, preprocess } from '../../lib/model/preprocess';
import { createRandom } from '../../lib/random';
import { hasOwnOps } from '../../lib/tensorflow/native';
import { tf } from '../../lib/tensorflow/tf';
import { pixelNetworks } from '../fixtures/backbones/pixelNetworks';
import { BACKENDS, keepsNoTensors, near, onBackend } from '../tensorflow/tensors';
import { kerasNetworks } from './backbones/kerasNetwork';

const DATASET = makeDataset({
	name: 'three',
	shape: [1, 2, 1],
	pixels: Uint8Array.of(0, 1, 10, 11, 254, 255),
	labels: Uint8Array.of(0, 1, 2),
});

test('gatherPixels copies images in the order of the indices, as often as they come', () => {
	assert.deepEqual(gatherPixels(DATASET, [2, 0, 2]), Float32Array.of(254, 255, 0, 1, 254, 255));
	assert.deepEqual(gatherPixels(DATASET, []), new Float32Array(0));
});

test('gatherPixels gives a copy: the data set stays as it is', () => {
	gatherPixels(DATASET, [0, 1, 2]).fill(7);
	assert.deepEqual([...DATASET.pixels], [0, 1, 10, 11, 254, 255]);
});

test('normalize scales grey levels and repeats them in three channels', () => {
	const before = tf.memory().numTensors;
	const images = tf.tensor4d([0, 127, 255, 64], [1, 2, 2, 1]);
	const inputs = normalize(images, { scale: 1 / 128, offset: -127 / 128 });
	assert.deepEqual(inputs.shape, [1, 2, 2, 3]);
	const expected = [-127 / 128, 0, 1, -63 / 128].flatMap((value) => [value, value, value]);
	assert.deepEqual([...inputs.dataSync()], expected);
	tf.dispose([images, inputs]);
	assert.equal(tf.memory().numTensors, before);
});

test('normalize keeps the channels of colour images', () => {
	tf.tidy(() => {
		const inputs = normalize(tf.tensor4d([0, 51, 255], [1, 1, 1, 3]), { scale: 2 / 255, offset: -1 });
		[-1, -0.6, 1].forEach((value, i) => {
			assert.ok(Math.abs(inputs.dataSync()[i] - value) < 1e-6);
		});
	});
});

for (const { name, normalization } of [resNet50, vgg16, vgg16Block3]) {
	for (const kind of ['rgb', 'grey'] as const) {
		test(`normalize gives ${name} what preprocess_input of keras.applications gives, ${kind}`, () => {
			const { pixels, expected } = kerasNetworks.preprocessing[kind];
			const before = tf.memory().numTensors;
			const images = tf.tensor4d(pixels.flat(), [1, pixels.length, 1, pixels[0].length]);
			const inputs = normalize(images, normalization);
			assert.deepEqual(inputs.shape, [1, pixels.length, 1, 3]);
			const received = inputs.dataSync();
			expected.flat().forEach((value, i) => {
				assert.ok(Math.abs(received[i] - value) < 1e-4, `${received[i]} instead of ${value} at ${i}`);
			});
			tf.dispose([images, inputs]);
			assert.equal(tf.memory().numTensors, before);
		});
	}
}

for (const { name, normalization } of [efficientNetB0, convNeXtTiny]) {
	test(`normalize gives ${name} what the first layers of its model in keras.applications give`, () => {
		const { pixels, expected } = pixelNetworks[name as keyof typeof pixelNetworks].preprocessing;
		assert.ok(pixels.length > 3);
		tf.tidy(() => {
			const images = tf.tensor4d(pixels.flat(), [1, pixels.length, 1, 3]);
			near(normalize(images, normalization).dataSync(), expected.flat(), 1e-6);
			// The last of the pixels is grey.
			const [level] = pixels[pixels.length - 1];
			const grey = normalize(tf.fill<tf.Rank.R4>([1, 1, 1, 1], level), normalization);
			near(grey.dataSync(), expected[pixels.length - 1], 1e-6);
		});
	});
}

test("normalize takes a scale for each channel, in the order of the network's channels", () => {
	const before = tf.memory().numTensors;
	const [image, grey] = [tf.tensor4d([1, 2, 4], [1, 1, 1, 3]), tf.tensor4d([3], [1, 1, 1, 1])];
	const received = (of: tf.Tensor4D, normalization: Omit<Normalization, 'scale'>) => {
		const inputs = normalize(of, { scale: [2, 3, 5], ...normalization });
		assert.deepEqual(inputs.shape, [1, 1, 1, 3]);
		const values = [...inputs.dataSync()];
		inputs.dispose();
		return values;
	};
	assert.deepEqual(received(image, { offset: 1 }), [3, 7, 21]);
	assert.deepEqual(received(image, { offset: [10, 20, 30] }), [12, 26, 50]);
	assert.deepEqual(received(image, { offset: 1, channelOrder: 'bgr' }), [9, 7, 6]);
	assert.deepEqual(received(image, { offset: [10, 20, 30], channelOrder: 'bgr' }), [18, 26, 35]);
	assert.deepEqual(received(grey, { offset: 1 }), [7, 10, 16]);
	assert.deepEqual(received(grey, { offset: [10, 20, 30], channelOrder: 'bgr' }), [16, 29, 45]);
	tf.dispose([image, grey]);
	assert.equal(tf.memory().numTensors, before);
});

test('normalize takes each of its options by itself', () => {
	tf.tidy(() => {
		const [image, grey] = [tf.tensor4d([1, 2, 4], [1, 1, 1, 3]), tf.tensor4d([3], [1, 1, 1, 1])];
		const received = (of: tf.Tensor4D, normalization: Normalization) => [...normalize(of, normalization).dataSync()];
		assert.deepEqual(received(image, { scale: 2, offset: [10, 20, 30] }), [12, 24, 38]);
		assert.deepEqual(received(image, { scale: 2, offset: [10, 20, 30], channelOrder: 'bgr' }), [18, 24, 32]);
		assert.deepEqual(received(image, { scale: 2, offset: 1, channelOrder: 'bgr' }), [9, 5, 3]);
		assert.deepEqual(received(grey, { scale: 2, offset: 1, channelOrder: 'bgr' }), [7, 7, 7]);
	});
});

/** Placements within the usual limits, and some by which most of the image leaves the frame. */
function placements(count: number): Placement[] {
	const random = createRandom(17);
	const range = { rotationDegrees: 60, zoomFraction: 0.4, shiftFraction: 0.3, shear: 0.3, horizontalFlip: true };
	const extreme: Placement[] = [{ shiftX: 4 }, { zoom: 0.05 }, { zoom: 30, mirror: true }, {}];
	return Array.from({ length: count }, (_, i) => (i % 2 ? extreme[(i >> 1) % 4] : randomPlacement(range, random)));
}

/** The same call on TensorFlow, by the kernel, and in JavaScript, by stock ops. */
async function onBoth(make: () => tf.Tensor4D): Promise<{ shape: number[]; values: number[] }[]> {
	const results: { shape: number[]; values: number[] }[] = [];
	for (const name of BACKENDS) {
		await onBackend(name, () => {
			assert.equal(hasOwnOps(), name === 'tensorflow');
			const inputs = make();
			results.push({ shape: inputs.shape, values: [...inputs.dataSync()] });
			inputs.dispose();
		});
	}
	return results;
}

for (const [channels, normalization] of [
	[1, { scale: 1 / 128, offset: -127 / 128 }],
	[1, { scale: 1, offset: [-103.9, -116.8, -123.7], channelOrder: 'bgr' }],
	[3, { scale: 2 / 255, offset: -1 }],
	[3, { scale: 1, offset: [-103.9, -116.8, -123.7], channelOrder: 'bgr' }],
	[1, { scale: [0.017, 0.018, 0.02], offset: [-2.1, -2, -1.8] }],
	[3, { scale: [0.017, 0.018, 0.02], offset: -2, channelOrder: 'bgr' }],
] as const) {
	const order = 'channelOrder' in normalization ? 'bgr' : 'rgb';
	const scales = [normalization.scale].flat().length;
	test(`preprocess is place, mixWithReverse and normalize in one: ${channels} channels, ${order}, scales: ${scales}`, async () => {
		for (const [batch, height, width, imageSize] of [
			[1, 48, 48, 96],
			[2, 5, 9, 7],
			[3, 9, 5, 16],
			[8, 12, 12, 12],
			[7, 1, 1, 3],
		]) {
			for (const fraction of [1, 0.3, 0]) {
				const random = createRandom(batch, channels);
				const pixels = Float32Array.from({ length: batch * height * width * channels }, () => random.integer(256));
				const [native, stock] = await onBoth(() => {
					const images = tf.tensor4d(pixels, [batch, height, width, channels]);
					const inputs = preprocess(images, placements(batch), { imageSize, normalization, fraction });
					images.dispose();
					return inputs;
				});
				assert.deepEqual(native.shape, [batch, imageSize, imageSize, 3]);
				assert.deepEqual(stock.shape, native.shape);
				near(native.values, stock.values, 1e-5, `${batch} images of ${width} x ${height}, fraction ${fraction}:`);
			}
		}
	});
}

test('preprocess takes one placement for all images: worked by hand', async () => {
	for (const { values } of await onBoth(() =>
		tf.tidy(() => {
			const images = tf.tensor4d([0, 100, 20, 60], [2, 1, 2, 1]);
			return preprocess(images, { mirror: true }, { imageSize: 2, normalization: { scale: 0.5, offset: 1 } });
		}),
	)) {
		// One row of two pixels, mirrored, on both rows of the result, in three channels.
		const row = (left: number, right: number) => [left, left, left, right, right, right];
		near(values, [...row(51, 1), ...row(51, 1), ...row(31, 11), ...row(31, 11)], 1e-6);
	}
});

test('preprocess of no images is empty, and it leaves one tensor', async () => {
	const options = { imageSize: 6, normalization: { scale: 1, offset: 0 } };
	for (const { shape } of await onBoth(() => tf.tidy(() => preprocess(tf.zeros([0, 4, 4, 1]), [], options)))) {
		assert.deepEqual(shape, [0, 6, 6, 3]);
	}
	tf.tidy(() => {
		const images = tf.zeros<tf.Rank.R4>([2, 4, 4, 1]);
		keepsNoTensors(() => preprocess(images, {}, options).dispose());
	});
});
