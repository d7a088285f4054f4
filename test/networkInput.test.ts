import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Normalization } from '../lib/backbones/backbone';
import { resNet50 } from '../lib/backbones/resNet50';
import { vgg16, vgg16Block3 } from '../lib/backbones/vgg16';
import { makeDataset } from '../lib/dataset';
import { gatherPixels, normalize } from '../lib/networkInput';
import { tf } from '../lib/tensorflow/tf';
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
