// @ts-check
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { place, randomPlacement } from '../../dist/lib/augmentation/placement.js';
import fer from '../../dist/lib/index.js';
import { createRandom } from '../../dist/lib/random.js';
import { attentiveNetwork } from '../../package/src/attentiveNetwork.js';
import { depthwiseGradient } from '../../package/src/depthwiseGradient.js';
import { imagePixels } from '../../package/src/imagePixels.js';
import { loaderWith } from '../../package/src/loadEmotionModel.js';
import { modelArtifacts } from '../../package/src/modelArtifacts.js';
import { placedViews } from '../../package/src/placedViews.js';
import { unfusedConvolutions } from '../../package/src/unfusedConvolutions.js';
import { viewNetwork } from '../../package/src/viewNetwork.js';
import { weightFiles } from '../../package/src/weightFiles.js';

const { tf } = fer;

describe('placedViews', () => {
	it('samples what the library samples, for many placements and sizes', () => {
		const random = createRandom(7);
		const face = Uint8Array.from({ length: 48 * 48 }, () => random.integer(256));
		const range = { rotationDegrees: 30, zoomFraction: 0.4, shiftFraction: 0.3, shear: 0.3, horizontalFlip: true };
		const placements = [
			...fer.VIEWS.six,
			...fer.VIEWS.ten,
			...Array.from({ length: 20 }, () => randomPlacement(range, random)),
		];
		for (const side of [48, 96, 60, 31]) {
			const expected = tf.tidy(() => {
				const image = tf.tensor4d(Float32Array.from(face), [1, 48, 48, 1]);
				return tf.concat(placements.map((placement) => place(image, placement, side))).dataSync();
			});
			const views = placedViews(face, placements, side);
			assert.equal(views.length, expected.length);
			// Of 255: float32 places differ in the fourth digit.
			assert.ok(
				views.every((value, i) => Math.abs(value - expected[i]) < 0.02),
				`side ${side}`,
			);
		}
	});

	it('leaves a face as it is, and mirrors it', () => {
		const face = Uint8Array.from({ length: 48 * 48 }, (_, i) => (7 * i) % 256);
		const views = placedViews(face, [{}, { mirror: true }], 48);
		assert.deepEqual([...views.subarray(0, 48 * 48)], [...face]);
		const mirrored = Float32Array.from(face, (_, i) => face[i - (i % 48) + 47 - (i % 48)]);
		assert.deepEqual(views.subarray(48 * 48), mirrored);
	});
});

/** A small classifier. @param {number} side */
function classifier(side) {
	const inputs = tf.input({ shape: [side, side, 3] });
	const convolution = tf.layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', name: 'convolution' });
	const logits = tf.layers.dense({ units: 7, name: 'logits' });
	const pooled = tf.layers.globalAveragePooling2d({ name: 'pooling' }).apply(convolution.apply(inputs));
	const outputs = /** @type {import('@tensorflow/tfjs').SymbolicTensor} */ (logits.apply(pooled));
	return tf.model({ inputs, outputs, name: 'emotions' });
}

/** @param {ArrayLike<number>} values @param {ArrayLike<number>} expected */
function assertClose(values, expected, tolerance = 1e-5) {
	assert.equal(values.length, expected.length);
	for (let i = 0; i < expected.length; i++) {
		assert.ok(Math.abs(values[i] - expected[i]) < tolerance, `${i}: ${values[i]} against ${expected[i]}`);
	}
}

describe('attentiveNetwork', () => {
	it('gives the model’s probabilities, and where it saw the most likely emotion, as the library does', async () => {
		const backbone = fer.BACKBONES['efficientnet-lite0'];
		const imageShape = /** @type {const} */ ([48, 48, 1]);
		const network = classifier(60);
		const model = await fer.exportModel(network, { backbone, imageSize: 60, imageShape, emotions: fer.EMOTIONS });
		const pixels = Uint8Array.from({ length: 2 * 48 * 48 }, (_, i) => (i * i + i / 48) % 256);
		const dataset = fer.makeDataset({ name: 'two', shape: imageShape, pixels, labels: new Uint8Array(2) });
		tf.tidy(() => {
			const faces = tf.tensor4d(Float32Array.from(pixels), [2, 48, 48, 1]);
			const { probabilities, attention } = attentiveNetwork(model, 60)(faces);
			const expected = /** @type {import('@tensorflow/tfjs').Tensor2D} */ (model.predict(faces));
			assertClose(probabilities.dataSync(), expected.dataSync());
			const classes = [...expected.argMax(1).dataSync()];
			const input = { dataset, indices: [0, 1], imageSize: 60, normalization: backbone.normalization };
			const maps = fer.explain(network, input, classes);
			const values = maps.flatMap((map) => Array.from(map.values));
			assert.deepEqual(attention.shape, [2, maps[0].height, maps[0].width]);
			assert.ok(Math.max(...values) === 1 && new Set(values).size > 100);
			assertClose(attention.dataSync(), values, 1e-3);
		});
	});
});

describe('depthwiseGradient', () => {
	for (const [stride, pad, side, size] of /** @type {const} */ ([
		[1, 'same', 7, 3],
		[1, 'valid', 8, 5],
		[2, 'same', 12, 3],
		[2, 'same', 11, 5],
		[2, 'valid', 9, 3],
		[2, 'valid', 10, 3],
		[3, 'same', 10, 3],
		[2, 'same', 1, 3],
	])) {
		it(`is TensorFlow's own: stride ${stride}, padding ${pad}, ${side} pixels, filters of ${size}`, () => {
			const random = createRandom(3);
			tf.tidy(() => {
				const numbers = (/** @type {[number, number, number, number]} */ shape) =>
					tf.tensor4d(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, random.normal), shape);
				const shape = /** @type {[number, number, number, number]} */ ([2, side, side + 2, 3]);
				const [x, filter] = [numbers(shape), numbers([size, size, 3, 1])];
				const convolve = (/** @type {import('@tensorflow/tfjs').Tensor} */ image) =>
					tf.depthwiseConv2d(/** @type {typeof x} */ (image), filter, stride, pad);
				const dy = numbers(convolve(x).shape);
				const expected = tf.grad(convolve)(x, dy);
				const found = depthwiseGradient(dy, filter, { strides: stride, pad, inputShape: shape });
				assert.deepEqual(found.shape, expected.shape);
				assertClose(found.dataSync(), expected.dataSync(), 1e-4);
			});
		});
	}
});

describe('unfusedConvolutions', () => {
	it('changes no result, and leaves out the gradient of the filters', async () => {
		const inputs = tf.input({ shape: [9, 9, 3] });
		const options = { filters: 4, kernelSize: 3, strides: 2, padding: /** @type {const} */ ('same') };
		const linear = tf.layers.conv2d({ ...options, biasInitializer: 'randomNormal' }).apply(inputs);
		const active = tf.layers.conv2d({ ...options, activation: 'relu' }).apply(linear);
		const network = tf.model({ inputs, outputs: /** @type {import('@tensorflow/tfjs').SymbolicTensor} */ (active) });
		const images = /** @type {import('@tensorflow/tfjs').Tensor} */ (tf.randomNormal([2, 9, 9, 3], 0, 1, 'float32', 1));
		const gradient = tf.grad((x) => /** @type {import('@tensorflow/tfjs').Tensor} */ (network.apply(x)));
		const expected = gradient(images);
		const unfused = unfusedConvolutions(network);
		const kernels = async (/** @type {() => import('@tensorflow/tfjs').Tensor} */ work) =>
			(await tf.profile(() => void work())).kernelNames;
		assert.ok((await kernels(() => gradient(images))).includes('Conv2DBackpropFilter'));
		const left = await kernels(() => unfused(() => gradient(images)));
		assert.ok(left.includes('Conv2DBackpropInput') && !left.includes('Conv2DBackpropFilter'), left.join());
		const found = unfused(() => gradient(images));
		assertClose(found.dataSync(), expected.dataSync());
		// What throws leaves nothing behind.
		assert.throws(() => unfused(() => assert.fail()));
		assert.ok((await kernels(() => gradient(images))).includes('Conv2DBackpropFilter'));
	});
});

describe('viewNetwork', () => {
	for (const [side, what, normalization] of /** @type {const} */ ([
		[60, 'one scale for all channels', { scale: 1 / 128, offset: -1 }],
		[60, 'a scale for each channel', { scale: [0.02, 0.01, 0.03], offset: [-2, -1, -3], channelOrder: 'bgr' }],
		[48, 'no enlargement', { scale: 1 / 128, offset: -1 }],
	])) {
		it(`gives what the whole model gives, from images already enlarged: ${side} px, ${what}`, async () => {
			const backbone = { ...fer.BACKBONES['efficientnet-lite0'], normalization };
			const imageShape = /** @type {const} */ ([48, 48, 1]);
			const options = { backbone, imageSize: side, imageShape, emotions: fer.EMOTIONS };
			const model = await fer.exportModel(classifier(side), options);
			const face = Uint8Array.from({ length: 48 * 48 }, (_, i) => (i * i) % 256);
			const network = viewNetwork(model);
			assert.deepEqual(network.inputs[0].shape, [null, side, side, 1]);
			tf.tidy(() => {
				const whole = /** @type {import('@tensorflow/tfjs').Tensor} */ (
					model.predict(tf.tensor4d(Float32Array.from(face), [1, 48, 48, 1]))
				).dataSync();
				const views = tf.tensor4d(placedViews(face, [{}], side), [1, side, side, 1]);
				const found = /** @type {import('@tensorflow/tfjs').Tensor} */ (network.predict(views)).dataSync();
				assertClose(found, whole);
			});
		});
	}
});

describe('imagePixels', () => {
	const pixels = new Uint8Array(6 * 4 * 3);

	it('takes pixels by either name, and finds the channels by their number', () => {
		const box = { left: 1, top: 0, width: 3, height: 3 };
		const image = { pixels, width: 6, height: 4, channels: 3 };
		assert.deepEqual(imagePixels({ pixels, width: 6, height: 4 }, box), { image, box });
		const data = new Uint8ClampedArray(6 * 4);
		const whole = { left: 0, top: 0, width: 6, height: 4 };
		const grey = { pixels: data, width: 6, height: 4, channels: 1 };
		assert.deepEqual(imagePixels({ data, width: 6, height: 4, channels: 1 }), { image: grey, box: whole });
	});

	for (const [what, source] of /** @type {const} */ ([
		['an address', 'face.jpg'],
		['nothing', null],
		['an empty object', {}],
		['what only a browser draws', { width: 3, height: 3 }],
		['numbers that are no bytes', { pixels: [1, 2, 3], width: 1, height: 1 }],
	])) {
		it(`refuses ${what}`, () => {
			// @ts-expect-error: it is no image.
			assert.throws(() => imagePixels(source), {
				name: 'TypeError',
				message: /^Expected an image, video, .* for image/,
			});
		});
	}

	it('refuses pixels that do not fit their size, and boxes without an area', () => {
		const wrong = { name: 'RangeError', message: /^Expected 1, 3 or 4 for channels but received 2\.4/ };
		assert.throws(() => imagePixels({ pixels, width: 6, height: 5 }), wrong);
		const box = { left: 0, top: Number.NaN, width: 3, height: 3 };
		const message = /^Expected \{ left, .* with an area for box but received "0,NaN,3,3"/;
		assert.throws(() => imagePixels({ pixels, width: 6, height: 4 }, box), { name: 'RangeError', message });
		const flat = { left: 0, top: 0, width: 3, height: 0 };
		assert.throws(() => imagePixels({ pixels, width: 6, height: 4 }, flat), { name: 'RangeError' });
	});
});

describe('modelArtifacts', () => {
	it('puts the files together as tfjs takes them', () => {
		const weights = [{ name: 'a', shape: [1], dtype: 'float32' }];
		const model = { modelTopology: { a: 1 }, userDefinedMetadata: { emotions: [] }, weightsManifest: [{ weights }] };
		const data = new ArrayBuffer(4);
		const expected = { ...model, weightsManifest: undefined, weightSpecs: weights, weightData: data };
		assert.deepEqual({ ...modelArtifacts(JSON.stringify(model), data), weightsManifest: undefined }, expected);
	});

	it('refuses a page that a server has sent instead', () => {
		for (const text of ['<!doctype html><html>', '{"error": 404}']) {
			assert.throws(() => modelArtifacts(text, new ArrayBuffer(0)), {
				name: 'DataError',
				message: /^Expected a stored model in model\.json but received ".*(doctype|404).*Configure the server/,
			});
		}
	});
});

describe('loadEmotionModel', () => {
	it('refuses other bits before it reads anything', async () => {
		const load = loaderWith(() => assert.fail('It reads.'));
		// @ts-expect-error: there are weights in 16 and 8 bits alone.
		await assert.rejects(load({ bits: 4 }), {
			name: 'RangeError',
			message: /^Expected 16 or 8 for bits but received 4/,
		});
	});
});

describe('weightFiles', () => {
	it('names the files beside it, or in a folder', () => {
		assert.match(weightFiles(8).weights.pathname, /\/weights\/8\/weights\.bin$/);
		assert.match(weightFiles(16).model.pathname, /\/weights\/16\/model\.json$/);
		for (const folder of ['https://example.org/a', 'https://example.org/a/', new URL('https://example.org/a')]) {
			assert.equal(weightFiles(16, folder).model.href, 'https://example.org/a/model.json');
		}
		assert.equal(weightFiles(16, pathToFileURL('/a b')).weights.pathname, '/a%20b/weights.bin');
		assert.throws(() => weightFiles(16, 'a/b'), {
			name: 'RangeError',
			message: /a URL, .* for folder but received "a\/b"/,
		});
	});
});
