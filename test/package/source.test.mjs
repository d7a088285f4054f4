// @ts-check
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import fer from '../../dist/index.js';
import { createRandom } from '../../dist/random.js';
import { place, randomPlacement } from '../../dist/transforms/placement.js';
import { imagePixels } from '../../package/src/imagePixels.js';
import { loaderWith } from '../../package/src/loadEmotionModel.js';
import { modelArtifacts } from '../../package/src/modelArtifacts.js';
import { placedViews } from '../../package/src/placedViews.js';
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

describe('viewNetwork', () => {
	/** A small classifier. @param {number} side */
	function classifier(side) {
		const inputs = tf.input({ shape: [side, side, 3] });
		const convolution = tf.layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', name: 'convolution' });
		const logits = tf.layers.dense({ units: 7, name: 'logits' });
		const pooled = tf.layers.globalAveragePooling2d({ name: 'pooling' }).apply(convolution.apply(inputs));
		const outputs = /** @type {import('@tensorflow/tfjs').SymbolicTensor} */ (logits.apply(pooled));
		return tf.model({ inputs, outputs, name: 'emotions' });
	}

	for (const [side, what, normalization] of /** @type {const} */ ([
		[60, 'one scale for all channels', { scale: 1 / 128, offset: -1 }],
		[60, 'a scale for each channel', { scale: [0.02, 0.01, 0.03], offset: [-2, -1, -3], channelOrder: 'bgr' }],
		[48, 'no enlargement', { scale: 1 / 128, offset: -1 }],
	])) {
		it(`gives what the whole model gives, from images already enlarged: ${side} px, ${what}`, async () => {
			const backbone = { ...fer.backbone('efficientnet-lite0'), normalization };
			const imageShape = /** @type {const} */ ([48, 48, 1]);
			const options = { backbone, imageSize: side, imageShape, emotions: fer.EMOTIONS };
			const model = await fer.emotionModel(classifier(side), options);
			const face = Uint8Array.from({ length: 48 * 48 }, (_, i) => (i * i) % 256);
			const network = viewNetwork(model);
			assert.deepEqual(network.inputs[0].shape, [null, side, side, 1]);
			tf.tidy(() => {
				const whole = /** @type {import('@tensorflow/tfjs').Tensor} */ (
					model.predict(tf.tensor4d(Float32Array.from(face), [1, 48, 48, 1]))
				).dataSync();
				const views = tf.tensor4d(placedViews(face, [{}], side), [1, side, side, 1]);
				const found = /** @type {import('@tensorflow/tfjs').Tensor} */ (network.predict(views)).dataSync();
				assert.ok(
					whole.every((value, i) => Math.abs(value - found[i]) < 1e-5),
					`${whole} against ${found}`,
				);
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
				message: /^Expected a stored model in model\.json but received ".*(doctype|404).*Let the server/,
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
			message: /an address, .* for folder but received "a\/b"/,
		});
	});
});
